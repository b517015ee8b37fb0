"""What Telegram holds of an erased person is taken back as far as the Bot API allows it.

Our newest messages in their chat, their list of commands, and the topics of their cases in the
caseworkers' group: the group lies at Telegram, so what was said there would outlive our own copy.
"""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.model.outbox import Act, Channel, Delivery, Fate, Report
from bot.model.phrases import Block, Phrase
from bot.model.records import RoomTopic
from bot.model.tickets import Outcome, TextItem
from bot.model.turns import Message
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.usecases import casework, deadlines, handing_over, notices
from bot.usecases.errands import Errand, Sent
from bot.usecases.forget import forget
from bot.usecases.ports import Store
from bot.usecases.unit import Policy, Unit
from tests.databases import opened
from tests.playing.house import House
from tests.playing.newcomer import Newcomer
from tests.usecases.county import ANNA, County

CODE = "K7MX2Q"
GROUP = -1_001_234


def with_room() -> County:
    county = County(Policy(room=True))
    with county.unit() as unit:
        unit.work.rooms.bind(GROUP)
    return county


def acts(county: County) -> list[tuple[Act, str | None]]:
    return [(one.act, one.ticket) for one in county.deliveries(Channel.ROOM)]


def said(one: Delivery) -> list[str]:
    return [] if one.message is None else [block.phrase.key for block in one.message.blocks]


def test_greetingthat_still_waits_for_the_group_goes_with_its_person() -> None:
    """fault 85: what was not delivered yet must not arrive after the erasure."""
    county = with_room()
    ticket = county.ticket(CODE, TextItem("Mein Kind heisst Mira"))
    with county.unit() as unit:
        notices.opened(unit, ticket)
        notices.item_added(unit, ticket, *unit.work.tickets.items(CODE))
    assert "Mira" in repr(county.deliveries(Channel.ROOM))
    with county.unit() as unit:
        forget(unit, "person-1")
    assert "Mira" not in repr(county.deliveries(Channel.ROOM))
    assert acts(county) == [(Act.SEND, None), (Act.DELETE_TOPIC, CODE)]


def test_all_members_of_the_group_learn_that_the_person_of_an_open_case_is_gone() -> None:
    county = with_room()
    county.ticket(CODE, TextItem("Hallo"))
    county.ticket("CLOSED", TextItem("Hallo"))
    with county.unit() as unit:
        casework.close(unit, ANNA, "CLOSED", None, Outcome.ADVISED)
        unit.work.outbox.drop_lane("room:CLOSED")
        forget(unit, "person-1")
    told = [one for one in county.deliveries(Channel.ROOM) if one.act is Act.SEND]
    assert [one.ticket for one in told] == [None]
    assert said(told[0]) == ["desk/room.from_system#text", "desk/event.withdrawn#text"]
    topics = [code for act, code in acts(county) if act is Act.DELETE_TOPIC]
    assert set(topics) == {CODE, "CLOSED"}


def test_a_case_that_is_shredded_after_its_time_leaves_the_group_too() -> None:
    county = with_room()
    county.ticket(CODE, TextItem("Hallo"))
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 8))
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
        unit.work.outbox.drop_lane(f"room:{CODE}")
    for _ in range(91):
        county.clock.go(timedelta(days=1))
        with county.unit() as unit:
            assert deadlines.clear(unit).stopped is None
            still_there = unit.work.people.conversation("person-1")
            assert still_there is not None
            unit.work.people.save(*still_there, unit.now)
    assert acts(county) == [(Act.DELETE_TOPIC, CODE)]
    assert county.items() == ()


def test_the_bots_messages_are_taken_back_but_the_one_that_says_so() -> None:
    house = House(MemoryStore())
    newcomer = Newcomer(house)
    newcomer.send("/start")
    for label in ("Deutsch", "bot/agree#text"):
        newcomer.press(label)
    newcomer.send("/menu")
    newcomer.send("/delete")
    known = {shown.id for shown in newcomer.chat}
    newcomer.press("bot/delete.yes#text")
    assert newcomer.last.keys == ["bot/deleted.title#text", "bot/deleted.text#text"]
    taken = [d for d, _ in newcomer.beside if d.act is Act.DELETE]
    numbers = {one.message_id for one in taken}
    assert None in numbers
    assert newcomer.last.id in known
    assert newcomer.last.id not in numbers
    assert known - {newcomer.last.id} <= numbers
    assert {one.chat for one in taken} == {newcomer.telegram_id}
    assert {one.lane for one in taken}.isdisjoint({f"chat:{newcomer.telegram_id}"})


def test_erasing_an_idle_person_asks_nothing_of_an_empty_outbox() -> None:
    county = County()
    county.ticket(CODE)
    with county.unit() as unit:
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
        forget(unit, "person-1")
        forget(unit, "person-1")
        assert unit.work.figures.between(unit.today, unit.today)["forgotten"] == 1
    chats = county.deliveries(Channel.CHAT)
    assert [(one.act, one.message_id) for one in chats] == [(Act.DELETE, None)]


def test_a_command_without_the_bots_token_takes_cases_out_of_the_group_too() -> None:
    """`lotse erase` and `lotse db clear` are run without it: fault 85."""
    county = with_room()
    county.ticket(CODE, TextItem("Hallo"))
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 8))
    county.policy = replace(county.policy, room=False)
    with county.unit() as unit:
        forget(unit, "person-1")
    assert (Act.DELETE_TOPIC, CODE) in acts(county)


def test_topics_of_erased_people_that_were_left_behind_go_at_the_next_start() -> None:
    county = with_room()
    county.ticket(CODE, TextItem("Hallo"))
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 8))
        forget(unit, "person-1")
        unit.work.outbox.drop_lane(f"room:{CODE}")
    with county.unit() as unit:
        notices.tidied(unit)
    assert (Act.DELETE_TOPIC, CODE) in acts(county)


@pytest.mark.parametrize("erased", [True, False])
def test_an_answer_on_its_way_during_the_erasure_is_taken_back_when_it_arrives(
    store: Store, erased: bool
) -> None:
    """Telegram gives its number only then; to somebody who stays nothing is done: fault 85."""
    county = County(store=store)
    ticket = county.ticket(CODE)
    with county.unit() as unit:
        notices.told(unit, ticket, Message((Block(Phrase("bot/greeting#text")),)), item=1)
    with county.unit() as unit:
        (queued,) = unit.work.outbox.take(unit.now, (), 9)
    with county.unit() as unit:
        if erased:
            forget(unit, "person-1")
        else:
            unit.work.outbox.drop_lane(queued.delivery.lane)
    with county.unit() as unit:
        Errand((Sent(queued, Report(queued.id, Fate.SENT, 4711)),), frozenset(), 0).carry_out(unit)
    assert (4711 in taken_back(county)) is erased


@pytest.mark.parametrize(("arrived_as", "goes"), [(4711, True), (50, False)])
def test_a_change_on_its_way_is_taken_back_if_it_became_a_message_of_its_own(
    store: Store, *, arrived_as: int, goes: bool
) -> None:
    """What it was to change was taken back before it came; on message 50 all is said: fault 85."""
    county = County(store=store)
    ticket = county.ticket(CODE)
    corrected = Message((Block(Phrase("bot/greeting#text")),))
    with county.unit() as unit:
        notices.told(unit, ticket, corrected, item=1, instead_of=50)
    with county.unit() as unit:
        (queued,) = unit.work.outbox.take(unit.now, (), 9)
    with county.unit() as unit:
        forget(unit, "person-1", kept=50)
    report = Report(queued.id, Fate.SENT, arrived_as)
    with county.unit() as unit:
        Errand((Sent(queued, report),), frozenset(), 0).carry_out(unit)
    assert (arrived_as in taken_back(county)) is goes


def test_a_menu_on_its_way_does_not_stay_in_the_place_where_all_is_erased(store: Store) -> None:
    """Another replica may have said so before it came: fault 85."""
    county = County(store=store)
    county.ticket(CODE)
    with county.unit() as unit:
        known = unit.work.people.conversation("person-1")
        assert known is not None
        menu = Message((Block(Phrase("bot/greeting#text")),))
        row = Delivery(
            Channel.CHAT, Act.EDIT, "de", menu, chat=known[0], person="person-1", message_id=50
        )
        unit.work.outbox.put((row,), unit.now)
    with county.unit() as unit:
        (queued,) = unit.work.outbox.take(unit.now, (), 9)
    with county.unit() as unit:
        forget(unit, "person-1", kept=50)
    with county.unit() as unit:
        report = Report(queued.id, Fate.SENT, 50)
        Errand((Sent(queued, report),), frozenset(), 0).carry_out(unit)
    waiting = emptied(county)
    assert 50 not in {one.message_id for one in waiting if one.act is Act.DELETE}
    (there,) = [one for one in waiting if one.act is Act.EDIT]
    assert (there.message_id, there.person) == (50, None)
    assert said(there) == ["bot/deleted.title#text", "bot/deleted.text#text"]


def test_an_answer_that_arrives_in_the_middle_of_the_erasure_is_taken_back(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process notes its number after ours were read, before its row goes: fault 85."""
    with opened(postgres_url) as store, opened(postgres_url) as other:
        county, real = County(store=store), handing_over.withdraw
        county.ticket(CODE)
        with county.unit() as unit:
            known = unit.work.people.conversation("person-1")
            assert known is not None
            # About no case: that one's lock would make the other process wait as well.
            greeting = Message((Block(Phrase("bot/greeting#text")),))
            row = Delivery(Channel.CHAT, Act.SEND, "de", greeting, chat=known[0], person="person-1")
            unit.work.outbox.put((row,), unit.now)
        with county.unit() as unit:
            (queued,) = unit.work.outbox.take(unit.now, (), 9)

        def mark() -> None:
            report = Report(queued.id, Fate.SENT, 4711)
            with other.transaction() as work:
                sent = (Sent(queued, report),)
                Errand(sent, frozenset(), 0).carry_out(county.unit_of(work))

        marking = threading.Thread(target=mark)

        def in_the_middle(unit: Unit, person: str) -> None:
            marking.start()
            ended_or_waits(marking, postgres_url)
            real(unit, person)

        monkeypatch.setattr(handing_over, "withdraw", in_the_middle)
        with county.unit() as unit:
            forget(unit, "person-1")
        marking.join()
        assert 4711 in taken_back(county)


def ended_or_waits(thread: threading.Thread, url: str) -> None:
    """Until the thread has ended, or its transaction waits for a lock."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    engine = connect(url, "tests")
    while thread.is_alive():
        with engine.connect() as connection:
            if connection.execute(waits).scalar_one():
                break
    engine.dispose()


def taken_back(county: County) -> list[int | None]:
    """The messages that are taken back, in their order; nothing is left afterwards."""
    return [one.message_id for one in emptied(county) if one.act is Act.DELETE]


def emptied(county: County) -> list[Delivery]:
    """What waits in the outbox, in the order in which it would be sent; gone afterwards."""
    waited = []
    with county.unit() as unit:
        while rows := unit.work.outbox.take(unit.now, (), 9):
            waited += [row.delivery for row in rows]
            unit.work.outbox.mark([Report(row.id, Fate.SENT, 1) for row in rows], unit.now)
    return waited
