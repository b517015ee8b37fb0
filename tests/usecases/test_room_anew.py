"""A topic that somebody deleted is made anew: what stands in it, and that it does once."""

from bot.model.outbox import Channel
from bot.model.records import RoomTopic
from bot.model.tickets import Author, Item, TextItem
from bot.usecases import notices, room_topics
from tests.usecases.county import NOW, County
from tests.usecases.test_room import CODE, county, happens, said

__all__ = ["county"]


def test_what_waited_for_a_topic_made_anew_stands_in_it_once(county: County) -> None:
    """Nothing is in the memory of a process that may be killed: fault 38."""
    words = [Item(100 + n, NOW, Author.NEWCOMER, TextItem(f"{n} words")) for n in range(3)]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, words)
        ticket = unit.work.tickets.load((CODE,), None)[CODE]
        for item in words:
            notices.item_added(unit, ticket, item)
    waited = [one for one in county.deliveries(Channel.ROOM) if one.item is not None]
    assert len(waited) == 3
    with county.unit() as unit:
        room_topics.begun_anew(unit, RoomTopic(CODE, 77, 5))
    told = county.deliveries(Channel.ROOM)
    assert all(repr(told).count(f"{n} words") == 1 for n in range(3))


def test_what_a_new_topic_begins_with_holds_no_notes(county: County) -> None:
    happens(county, said("Guten Tag"))
    happens(county, said("//geheim"))
    with county.unit() as unit:
        header = room_topics.recreated(unit, CODE)
        assert room_topics.recreated(unit, "KZZZZ9") is None
        room_topics.begun_anew(unit, RoomTopic(CODE, 77, 5))
    told = county.deliveries(Channel.ROOM)
    assert header is not None
    assert header.buttons
    assert "geheim" not in repr(told)
    assert "Guten Tag" in repr(told)
