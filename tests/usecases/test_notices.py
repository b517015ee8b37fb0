from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.buttons import Do
from bot.model.content import Priority
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Phrase
from bot.model.records import JobKind
from bot.model.tickets import AnswerItem, Author, Item, NoteItem, Outcome, State, TextItem
from bot.usecases import casework, notices
from bot.usecases.unit import Policy
from tests.usecases.county import ANNA, County, renderer

CODE = "K7MX2Q"
SECRET = "Mein Mann schlägt mich"
ROOM = Policy(room=True, mail=True, desk_url="https://desk.example/desk")


def with_room(policy: Policy = ROOM) -> County:
    county = County(policy)
    with county.unit() as unit:
        unit.work.rooms.bind(-100)
    return county


def text_of(delivery: Delivery) -> str:
    assert delivery.message is not None
    return renderer().mail(delivery.message, "de")


def acts(county: County) -> list[Act]:
    return [delivery.act for delivery in county.deliveries(Channel.ROOM)]


def test_a_new_case_opens_a_topic_with_a_header_that_names_no_person() -> None:
    county = with_room()
    ticket = county.ticket(CODE, TextItem(SECRET))
    with county.unit() as unit:
        notices.opened(unit, ticket)
    (opened,) = county.deliveries(Channel.ROOM)
    assert (opened.act, opened.ticket, opened.language) == (Act.OPEN_TOPIC, CODE, "de")
    text = text_of(opened)
    assert CODE in text
    assert "Sprache und Kurse" in text
    assert "P2" in text
    assert SECRET not in text
    assert "person-1" not in text


def test_danger_wakes_somebody_and_says_nothing_of_what_it_is() -> None:
    county = with_room()
    ticket = county.ticket(
        CODE, TextItem(SECRET), priority=Priority.P0, queue="protection", team="shelter"
    )
    with county.unit() as unit:
        notices.opened(unit, ticket)
    general = [one for one in county.deliveries(Channel.ROOM) if one.ticket is None]
    mails = county.deliveries(Channel.MAIL)
    assert [mail.address for mail in mails] == ["alarm@shelter.example"]
    for alarm in (*general, *mails):
        assert alarm.urgent
        assert CODE in text_of(alarm)
        assert SECRET not in text_of(alarm)
        assert alarm.message is not None
        assert [button.url for button in alarm.message.buttons] == [
            f"https://desk.example/desk/tickets/{CODE}"
        ]
    assert len(general) == 1


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P2])
def test_other_cases_wake_nobody(priority: Priority) -> None:
    county = with_room()
    ticket = county.ticket(CODE, priority=priority, queue="protection", team="shelter")
    with county.unit() as unit:
        notices.opened(unit, ticket)
    assert county.deliveries(Channel.MAIL) == []
    assert all(one.ticket == CODE for one in county.deliveries(Channel.ROOM))


@pytest.mark.parametrize("policy", [Policy(), Policy(room=True)])
def test_without_a_bound_room_nothing_is_written_there(policy: Policy) -> None:
    county = County(policy)
    ticket = county.ticket(CODE, priority=Priority.P0)
    with county.unit() as unit:
        notices.opened(unit, ticket)
        casework.claim(unit, ANNA, CODE, None)
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
        casework.reopen(unit, ANNA, CODE, None)
    assert county.deliveries(Channel.ROOM) == []


def test_the_topic_follows_the_case() -> None:
    county = with_room()
    county.ticket(CODE)
    with county.unit() as unit:
        casework.claim(unit, ANNA, CODE, None)
    assert acts(county) == [Act.SEND, Act.HEADER]
    assert "Anna Berger" in text_of(county.deliveries(Channel.ROOM)[1])
    with county.unit() as unit:
        casework.close(unit, ANNA, CODE, None, Outcome.ADVISED)
    closed = [Act.SEND, Act.SEND, Act.HEADER, Act.CLOSE_TOPIC]
    assert acts(county) == closed
    with county.unit() as unit:
        casework.reopen(unit, ANNA, CODE, None)
    closed.remove(Act.HEADER)
    assert acts(county) == [*closed, Act.REOPEN_TOPIC, Act.SEND, Act.HEADER]


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.NEW, {Do.CLAIM, Do.CLOSE}),
        (State.CLAIMED, {Do.REPLIES, Do.QUESTIONS, Do.RELEASE, Do.CLOSE}),
        (State.WAITING_FOR_US, {Do.REPLIES, Do.QUESTIONS, Do.RELEASE, Do.CLOSE}),
        (State.CLOSED, {Do.REOPEN}),
    ],
)
def test_the_header_offers_what_is_allowed_and_carries_the_version(
    state: State, offered: set[Do]
) -> None:
    county = with_room()
    ticket = county.ticket(CODE, state=state, version=7)
    with county.unit() as unit:
        header = notices.header(unit, ticket)
    actions = [button.action for button in header.buttons if button.action]
    assert {action.do for action in actions} == offered
    assert {(action.target, action.number) for action in actions} == {(CODE, 7)}


def test_items_are_mirrored_with_a_number_that_makes_repetition_visible() -> None:
    county = with_room()
    ticket = county.ticket(CODE)
    items = [
        Item(12, county.clock.now(), Author.NEWCOMER, TextItem("Danke <b>")),
        Item(13, county.clock.now(), Author.CASEWORKER, NoteItem("streng geheim"), "anna"),
    ]
    with county.unit() as unit:
        notices.item_added(unit, ticket, *items)
        notices.item_added(unit, ticket)
    (mirrored,) = county.deliveries(Channel.ROOM)
    text = text_of(mirrored)
    assert f"#{CODE}-12" in text
    assert "Danke <b>" in text
    assert f"#{CODE}-13" in text
    assert "streng geheim" not in text


def test_nobody_is_told_after_erasure() -> None:
    county = County()
    ticket = replace(county.ticket(CODE), person=None)
    with county.unit() as unit:
        notices.told(unit, ticket, notices.header(unit, ticket))
    assert county.deliveries(Channel.CHAT) == []


def test_a_promise_is_watched_until_it_is_past() -> None:
    county = County()
    ticket = county.ticket(CODE)
    with county.unit() as unit:
        notices.opened(unit, ticket)
        (job,) = unit.work.jobs.due(ticket.due, 10)
    assert (job.kind, job.key, job.at) == (JobKind.DUE, CODE, ticket.due)
    with county.unit() as unit:
        unit.work.jobs.done(job)
        notices.changed(unit, replace(ticket, due=county.clock.now() - timedelta(seconds=1)))
        notices.changed(unit, replace(ticket, state=State.CLOSED))
        assert unit.work.jobs.due(ticket.due, 10) == []


def test_no_answer_that_was_typed_is_a_command_in_the_group() -> None:
    """Whoever touched it there would give it: fault 87."""
    days = Phrase("bot/as_written#text", {"text": "/release mo"})
    answer = AnswerItem("days", "x", Phrase("bot/language#text"), days)
    item = Item(1, County().clock.now(), Author.NEWCOMER, answer)
    assert "/release" in repr(notices.item_blocks(item.body))
    assert "/release" not in repr(notices.room_blocks(item))
