"""What a case's topic lacks is noted, tried again with care, and forgotten with the case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.outbox import Act, Channel, Delivery, Fate, Report, room_lane
from bot.model.records import Job, JobKind, RoomTopic
from bot.model.tickets import Author, Item, NoteItem, TextItem
from bot.model.turns import Message
from bot.usecases import deadlines, notices, room_abilities, room_topics
from bot.usecases.forget import forget
from bot.usecases.room_abilities import Ability
from bot.usecases.room_events import Standing, TopicCreated
from bot.usecases.room_topics import GROUP_FAILS, KNOCK, SAID_AT_ONCE, TOPIC_FAILS, Lack
from tests.usecases.county import NOW, County
from tests.usecases.test_room import CODE, county, happens

__all__ = ["county"]

GONE = Report(1, Fate.DEAD, reason="unreachable")
EMPTY = Message(())


def delivery(act: Act = Act.SEND, item: int | None = None, code: str = CODE) -> Delivery:
    return Delivery(Channel.ROOM, act, "de", EMPTY, ticket=code, item=item)


def miss(county: County, *deliveries: Delivery, report: Report = GONE) -> None:
    with county.unit() as unit:
        for one in deliveries:
            room_topics.missed(unit, one, report)


def lacking(county: County, code: str = CODE) -> Lack | None:
    with county.unit() as unit:
        return room_topics.missing(unit.work, code)


def missing(county: County, code: str = CODE) -> int | None:
    lack = lacking(county, code)
    return None if lack is None else lack.first


def later(county: County) -> None:
    county.clock.go(1.05 * KNOCK)
    at_once(county)


def at_once(county: County) -> None:
    with county.unit() as unit:
        deadlines.run_due(unit)


def jobs(county: County) -> list[Job]:
    with county.unit() as unit:
        found = unit.work.jobs.due(county.clock.now() + 9 * KNOCK, 50)
        return [job for job in found if job.kind is JobKind.ROOM]


def sent(county: County) -> list[Delivery]:
    """What waits for topics, which is gone then."""
    waited = [one for one in county.deliveries(Channel.ROOM) if one.ticket]
    with county.unit() as unit:
        for one in waited:
            unit.work.outbox.drop_lane(one.lane)
    return waited


def test_the_first_that_is_missing_is_noted(county: County) -> None:
    miss(county, delivery(Act.HEADER))
    assert missing(county) == 0
    miss(county, delivery(item=7), delivery(item=8), delivery(Act.HEADER))
    assert missing(county) == 7
    miss(county, delivery(item=5))
    assert missing(county) == 5
    (job,) = jobs(county)
    assert job.key == CODE
    assert NOW < job.at < NOW + 1.1 * KNOCK


@pytest.mark.parametrize("reason", sorted(GROUP_FAILS | TOPIC_FAILS))
def test_what_the_group_or_its_topic_refuses_is_noted_and_tried_later(
    county: County, reason: str
) -> None:
    miss(county, delivery(item=3), report=replace(GONE, reason=reason))
    assert missing(county) == 3
    assert [job.key for job in jobs(county)] == [CODE]


@pytest.mark.parametrize(
    ("lost", "report"),
    [
        (delivery(), GONE),
        (replace(delivery(item=3), ticket=None), GONE),
        (replace(delivery(item=3), channel=Channel.CHAT), GONE),
        (delivery(item=3), replace(GONE, reason="permanent")),
        (delivery(item=3), replace(GONE, fate=Fate.NOT_SENT)),
        (delivery(item=3), replace(GONE, fate=Fate.SENT, reason="")),
    ],
)
def test_what_no_topic_lacks_is_not_missing(county: County, lost: Delivery, report: Report) -> None:
    """An answer to a caseworker's command is passing, and a text that is refused stays refused."""
    miss(county, lost, report=report)
    assert missing(county) is None
    assert jobs(county) == []


def test_all_from_the_first_on_follows_in_a_few_messages(county: County) -> None:
    said = [Item(100 + n, NOW, Author.NEWCOMER, TextItem(f"{n} words")) for n in range(6)]
    note = Item(106, NOW, Author.CASEWORKER, NoteItem("inside"), "anna")
    with county.unit() as unit:
        unit.work.tickets.add(CODE, [*said, note])
        ticket = unit.work.tickets.load((CODE,), None)[CODE]
        notices.item_added(unit, ticket, said[-1])
    miss(county, delivery(item=101))
    with county.unit() as unit:
        unit.work.outbox.drop_lane(room_lane("nobody"))
        room_topics.caught_up(unit, CODE, card=False)
        room_topics.caught_up(unit, CODE, card=False)
    told = [one for one in county.deliveries(Channel.ROOM) if one.item is not None]
    assert [one.item for one in told] == [101, 101 + SAID_AT_ONCE]
    assert [repr(told).count(f"{n} words") for n in range(6)] == [0, 1, 1, 1, 1, 1]
    assert "inside" not in repr(told)
    assert missing(county) is None


def test_while_the_group_fails_one_case_alone_is_tried_and_another_the_next_time(
    county: County,
) -> None:
    codes = {"KB2222", "KC3333", CODE}
    county.ticket("KB2222", person="person-2")
    county.ticket("KC3333", person="person-3")
    miss(county, *(delivery(item=1, code=code) for code in codes))
    with county.unit() as unit:
        room_abilities.note(unit.work, {Ability.WRITE: "unreachable"})
    tried = set()
    for _ in codes:
        later(county)
        (one,) = sent(county)
        assert one.act is Act.HEADER
        assert {job.key for job in jobs(county)} == codes - {one.ticket}
        assert all(job.at > county.clock.now() for job in jobs(county))
        tried.add(one.ticket)
        miss(county, one)
    assert tried == codes
    with county.unit() as unit:
        room_abilities.note(unit.work, {})
    later(county)
    assert {one.ticket for one in sent(county)} == codes
    assert jobs(county) == []


def test_a_topic_that_must_not_be_deleted_keeps_no_case_waiting(county: County) -> None:
    county.ticket("KB2222", person="person-2")
    miss(county, delivery(item=1), delivery(item=1, code="KB2222"))
    with county.unit() as unit:
        room_abilities.note(unit.work, {Ability.DELETE: "no_rights"})
    later(county)
    assert {one.ticket for one in sent(county)} == {CODE, "KB2222"}


def test_whenever_cases_failed_one_of_them_is_tried_in_five_minutes(county: County) -> None:
    codes = [f"KD{number}222" for number in range(2, 8)]
    with county.unit() as unit:
        room_abilities.note(unit.work, {Ability.WRITE: "unreachable"})
    for place, code in enumerate(codes):
        county.ticket(code, person=f"person-{place + 2}")
        miss(county, delivery(item=1, code=code))
        county.clock.go(timedelta(seconds=70))
    tried: list[str | None] = []
    for _ in range(10 * len(codes) + 10):
        county.clock.go(KNOCK / 10)
        at_once(county)
        for one in sent(county):
            tried.append(one.ticket)
            miss(county, one)
    assert len(tried) == (county.clock.now() - NOW) // KNOCK
    assert set(tried) == set(codes)


def test_what_a_case_needs_is_what_it_waits_for(county: County) -> None:
    """Where topics must not be made, those that are there go on: fault 41."""
    county.ticket("KB2222", person="person-2")
    county.ticket("KC3333", person="person-3")
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 9))
        room_abilities.note(unit.work, {Ability.TOPICS: "no_rights"})
    miss(county, *(delivery(item=1, code=code) for code in ("KB2222", "KC3333", CODE)))
    later(county)
    assert {one.ticket for one in sent(county)} == {"KB2222", CODE}
    assert [job.key for job in jobs(county)] == ["KC3333"]


def test_a_topic_too_many_that_could_not_be_deleted_goes_later(county: County) -> None:
    """What stands there is said in no other: fault 85."""
    surplus = replace(delivery(Act.DELETE_TOPIC), message_id=7)
    miss(county, surplus)
    assert missing(county) is None
    later(county)
    assert [(one.act, one.ticket, one.message_id) for one in sent(county)] == [
        (Act.DELETE_TOPIC, CODE, 7)
    ]
    assert jobs(county) == []
    miss(county, surplus, report=replace(GONE, reason="no_rights"))
    later(county)
    assert sent(county) == []
    happens(county, Standing(present=True, may_manage_topics=True, may_delete=True))
    assert sent(county) == []
    at_once(county)
    assert [one.message_id for one in sent(county)] == [7]


def said_in(county: County, *numbers: int) -> None:
    """Items of the case, each waiting to be shown in its topic."""
    with county.unit() as unit:
        for number in numbers:
            item = Item(number, NOW, Author.NEWCOMER, TextItem(f"{number} words"))
            unit.work.tickets.add(CODE, [item])
            notices.item_added(unit, unit.work.tickets.load((CODE,), None)[CODE], item)


def waiting(county: County) -> list[int]:
    return [one.item for one in county.deliveries(Channel.ROOM) if one.item is not None]


def test_what_waits_behind_a_card_that_fails_is_missing_too(county: County) -> None:
    said_in(county, 101, 102)
    miss(county, delivery(Act.HEADER))
    assert waiting(county) == []
    assert missing(county) == 101


def test_what_waits_behind_a_card_that_arrives_is_shown_once(county: County) -> None:
    miss(county, delivery(Act.HEADER))
    said_in(county, 101, 102)
    with county.unit() as unit:
        room_topics.caught_up(unit, CODE, card=False)
    told = [one for one in county.deliveries(Channel.ROOM) if one.item is not None]
    assert [repr(told).count(f"{number} words") for number in (101, 102)] == [1, 1]


@pytest.mark.parametrize("lost", [delivery(Act.HEADER), delivery(item=101)])
def test_what_is_to_be_said_stands_once_among_what_is_missing(
    county: County, lost: Delivery
) -> None:
    miss(county, lost)
    said_in(county, 101, 102, 103)
    with county.unit() as unit:
        assert room_topics.caught_up(unit, CODE, card=True)
        assert not room_topics.caught_up(unit, CODE, card=True)
    told = [one for one in county.deliveries(Channel.ROOM) if one.item is not None]
    assert [repr(told).count(f"{number} words") for number in (101, 102, 103)] == [1, 1, 1]


def test_what_waits_behind_a_failure_is_not_tried_as_well(county: County) -> None:
    said = [Item(100 + n, NOW, Author.NEWCOMER, TextItem(f"{n} words")) for n in range(3)]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, said)
        ticket = unit.work.tickets.load((CODE,), None)[CODE]
        for item in said:
            notices.item_added(unit, ticket, item)
    miss(county, delivery(item=100))
    assert [one.item for one in county.deliveries(Channel.ROOM) if one.item is not None] == []
    assert missing(county) == 100


@pytest.mark.parametrize("act", [Act.CLOSE_TOPIC, Act.REOPEN_TOPIC])
def test_a_topic_that_could_not_be_switched_is_so_when_something_arrives(
    county: County, act: Act
) -> None:
    miss(county, delivery(act), delivery(Act.HEADER))
    assert lacking(county) == Lack(0, switched=True)
    before = len(county.deliveries(Channel.ROOM))
    with county.unit() as unit:
        room_topics.caught_up(unit, CODE, card=False)
    after = county.deliveries(Channel.ROOM)[before:]
    assert [one.act for one in after] == [Act.REOPEN_TOPIC], "the case is open"
    assert lacking(county) is None


def test_all_is_tried_as_soon_as_the_group_can_be_used_again(county: County) -> None:
    county.ticket("KB2222", person="person-2")
    miss(county, delivery(item=1, code="KB2222"), delivery(item=1))
    before = len(county.deliveries(Channel.ROOM))
    happens(county, Standing(present=False, may_manage_topics=False, may_delete=False))
    at_once(county)
    assert county.deliveries(Channel.ROOM)[before:] == []
    happens(county, Standing(present=True, may_manage_topics=True, may_delete=True))
    at_once(county)
    tried = county.deliveries(Channel.ROOM)[before:]
    assert [one.ticket for one in tried] == [CODE, "KB2222"]
    assert jobs(county) == []


def test_what_must_not_be_deleted_waits_for_the_right_to(county: County) -> None:
    """Tried every few minutes it would fail all day, and other cases would wait for it."""
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 9))
        forget(unit, "person-1")
    assert Act.DELETE_TOPIC in [one.act for one in sent(county)]
    miss(county, delivery(Act.DELETE_TOPIC), report=replace(GONE, reason="no_rights"))
    assert jobs(county) == []
    assert lacking(county) == Lack(1, switched=True), "it was closed instead"
    happens(county, Standing(present=True, may_manage_topics=True, may_delete=False))
    later(county)
    assert sent(county) == []
    happens(county, Standing(present=True, may_manage_topics=True, may_delete=True))
    at_once(county)
    assert [one.act for one in sent(county)] == [Act.DELETE_TOPIC]


def test_what_is_missing_does_not_wait_for_a_card_that_is_refused(county: County) -> None:
    """The note would stay, and nobody would try again."""
    said_in(county, 101)
    miss(county, delivery(item=101))
    later(county)
    (card,) = sent(county)
    miss(county, card, report=replace(GONE, reason="permanent"))
    assert waiting(county) == [101]
    assert missing(county) is None


def test_what_is_missing_goes_with_the_case(county: County) -> None:
    """Neither the note nor a try outlives what the county may keep: fault 85."""
    miss(county, delivery(item=1))
    with county.unit() as unit:
        notices.shredded(unit, CODE)
    assert missing(county) is None
    before = len(county.deliveries(Channel.ROOM))
    later(county)
    assert len(county.deliveries(Channel.ROOM)) == before
    miss(county, delivery(item=1, code="KZZZZ9"))
    later(county)
    assert missing(county, "KZZZZ9") is None


def test_a_topic_that_is_told_of_after_the_case_left_goes_again(county: County) -> None:
    """Its making was not confirmed to us: fault 85."""
    with county.unit() as unit:
        forget(unit, "person-1")
    sent(county)
    happens(county, TopicCreated(f"{CODE} Sprache"), None, thread=77)
    assert [one.act for one in sent(county)] == [Act.DELETE_TOPIC]
