"""Caseworkers who are gone, seen from the group: membership and old buttons grant nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.buttons import Action, Do
from bot.model.content import Priority
from bot.model.outbox import Act, Channel
from bot.model.phrases import Phrase
from bot.model.records import RoomTopic
from bot.model.tickets import EventItem, State
from bot.usecases import casework, notices, reading, room, signing_in
from bot.usecases.reading import READING
from bot.usecases.refusals import UNKNOWN_CASE, Refused
from bot.usecases.room import Door, Outcomes
from bot.usecases.room_events import (
    Attached,
    Binding,
    Ordered,
    Pressed,
    RoomArrival,
    RoomEvent,
    Said,
)
from bot.usecases.unit import Policy, Unit
from tests.usecases.county import ANNA, BEN, CARD, JULE, LEVEL, RUTH, County, handed_over

GROUP, THREAD, PHONE = -77, 5, 501
CANARY = "Kanarienwort"

BUTTONS = [
    Action(Do.CLAIM, "K7MX2Q"),
    Action(Do.CLAIM, "K7MX2Q", number=1),
    Action(Do.CLOSE, "K7MX2Q", "advised"),
    Action(Do.REPLIES, "K7MX2Q"),
    Action(Do.REPLY, "K7MX2Q", "received"),
    Action(Do.SEND_REPLY, "K7MX2Q", "received"),
    Action(Do.QUESTIONS, "K7MX2Q"),
    Action(Do.QUESTION, "K7MX2Q", LEVEL.id),
    Action(Do.SEND_QUESTION, "K7MX2Q", LEVEL.id),
    Action(Do.RELEASE, "K7MX2Q"),
    Action(Do.REOPEN, "K7MX2Q"),
]
WORDS: list[RoomEvent] = [
    Said(CANARY, edited=False, message_id=1),
    Said(f"//{CANARY}", edited=False, message_id=2),
    Said(CANARY, edited=True, message_id=3),
    Attached(),
    *(Ordered(name, CANARY) for name in ("note", "close", "replies", "ask", "claim", "release")),
    Ordered("close", "advised"),
]


@pytest.fixture
def county() -> County:
    made = County(Policy(room=True))
    made.ticket("K7MX2Q", *handed_over())
    with made.unit() as unit:
        unit.work.rooms.bind(GROUP)
        unit.work.rooms.save(RoomTopic("K7MX2Q", THREAD))
        unit.work.staff.save(replace(ANNA, telegram_id=PHONE), None)
    return made


def in_the_group(county: County, event: RoomEvent, thread: int | None = THREAD) -> Outcomes:
    with county.unit() as unit:
        return room.receive(unit, RoomArrival(GROUP, PHONE, thread, event), Door())


def off(unit: Unit) -> None:
    found = unit.work.staff.by_id("anna")
    assert found is not None
    signing_in.switch_off(unit, found)


def demoted(unit: Unit) -> None:
    unit.work.staff.save(replace(ANNA, telegram_id=PHONE, teams=frozenset({"jobcenter"})), None)


def unbound(unit: Unit) -> None:
    unit.work.staff.save(replace(ANNA, telegram_id=None), None)


def passed_on(unit: Unit) -> None:
    done = casework.pass_on(unit, BEN, "K7MX2Q", None, "work", "Es geht um Arbeit.")
    assert not isinstance(done, Refused)


@pytest.mark.parametrize("how", [off, demoted, unbound, passed_on])
def test_whoever_is_out_can_do_nothing_in_the_group_at_once(
    county: County, how: Callable[[Unit], None]
) -> None:
    """Still a member, with every old button before their eyes: fault 76."""
    with county.unit() as unit:
        how(unit)
    before = county.now_is(), county.items(), county.trail()
    for action in BUTTONS:
        outcome = in_the_group(county, Pressed(action, 9))
        assert len(outcome.toasts) == 1
        assert outcome.toasts[0].phrase.key in {
            "desk/room.stranger#text",
            "desk/refused.unknown_case#text",
        }
    for event in WORDS:
        in_the_group(county, event)
    assert (county.now_is(), county.items(), county.trail()) == before
    assert not [one for one in county.deliveries(Channel.CHAT) if CANARY in repr(one)]
    said = repr(county.deliveries(Channel.ROOM))
    assert CANARY not in said


def test_whoever_is_in_can_do_it_all(county: County) -> None:
    """The same buttons and words do something for those who may: the test above is no wall."""
    assert in_the_group(county, Pressed(BUTTONS[0], 9)).toasts[0].phrase.key.endswith("done#text")
    in_the_group(county, WORDS[0])
    assert county.now_is().claimed_by == "anna"
    assert CANARY in repr(county.deliveries(Channel.CHAT))


def test_a_button_pressed_twice_at_once_moves_a_case_once(county: County) -> None:
    """Fault 46, fault 47."""
    claim = Pressed(Action(Do.CLAIM, "K7MX2Q", number=1), 9)
    first, second = (in_the_group(county, claim).toasts[0].phrase.key for _ in range(2))
    assert (first, second) == ("desk/room.done#text", "desk/refused.stale#text")
    assert county.trail().count("claim") == 1
    events = [one.body for one in county.items() if isinstance(one.body, EventItem)]
    assert len(events) == 1
    assert county.now_is().state is State.CLAIMED


# --- the group is for some teams: fault 75 ---------------------------------------------------


@pytest.fixture
def small_room() -> County:
    """A county whose group is for one of its teams."""
    made = County(Policy(room=True, mail=True, room_teams=frozenset({"integration"})))
    with made.unit() as unit:
        unit.work.rooms.bind(GROUP)
    made.ticket("K7MX2Q", *handed_over())
    made.ticket(
        "THEIRS", *handed_over(CANARY), person="person-2", team="shelter", queue="protection"
    )
    return made


def test_a_team_that_is_not_in_the_group_is_not_told_of_there(small_room: County) -> None:
    """Neither card nor words nor alarm: whoever is in the group reads all of it: fault 75."""
    with small_room.unit() as unit:
        theirs = unit.work.tickets.load(("THEIRS",), None)["THEIRS"]
        urgent = replace(theirs, priority=Priority.P0)
        notices.opened(unit, urgent)
        notices.withdrawn(unit, theirs, unit.work.tickets.items("THEIRS")[-1])
        casework.claim(unit, RUTH, "THEIRS", None)
        casework.answer_text(unit, RUTH, "THEIRS", None, CANARY)
        casework.close(unit, RUTH, "THEIRS", None, "advised")
        casework.reopen(unit, RUTH, "THEIRS", None)
    assert small_room.deliveries(Channel.ROOM) == []
    assert len(small_room.deliveries(Channel.MAIL)) == 1, "the alarm has its own way"
    with small_room.unit() as unit:
        casework.claim(unit, ANNA, "K7MX2Q", None)
    assert small_room.deliveries(Channel.ROOM)


def test_a_case_that_is_passed_on_leaves_the_group_and_one_that_comes_enters(
    small_room: County,
) -> None:
    """With all that stood in its topic: fault 75."""
    with small_room.unit() as unit:
        casework.claim(unit, ANNA, "K7MX2Q", None)
        casework.pass_on(unit, ANNA, "K7MX2Q", None, "protection", CANARY)
    (left,) = small_room.deliveries(Channel.ROOM)
    assert (left.act, left.ticket, left.message) == (Act.DELETE_TOPIC, "K7MX2Q", None)
    with small_room.unit() as unit:
        casework.pass_on(unit, RUTH, "THEIRS", None, "language", "Sprachkurs")
    entered = [one.ticket for one in small_room.deliveries(Channel.ROOM)[1:]]
    assert set(entered) == {"THEIRS"}


# --- reading without need: fault 84 ---------------------------------------------------------


def test_every_reading_is_written_down_and_shown_to_the_next_reader(county: County) -> None:
    """Who looked, and when, also a second time a quarter of an hour later: fault 84."""
    for _ in range(2):
        with county.unit() as unit:
            assert isinstance(reading.read(unit, BEN, "K7MX2Q"), reading.View)
    with county.unit() as unit:
        view = reading.read(unit, ANNA, "K7MX2Q")
    assert isinstance(view, reading.View)
    assert [glance.name for glance in view.others] == [BEN.name]
    county.clock.go(READING)
    with county.unit() as unit:
        reading.read(unit, BEN, "K7MX2Q")
        trail = unit.work.tickets.audit_trail("K7MX2Q")
    assert [one.caseworker for one in trail if one.what == "read"] == ["ben", "anna", "ben"]


def test_nobody_reads_a_case_of_another_team_and_nothing_is_written_of_the_attempt(
    county: County,
) -> None:
    """No way around the team, by reading, by any move, by any answer: fault 75, fault 84."""
    before = county.now_is(), county.items(), county.trail()
    tries: list[Callable[[Unit], object]] = [
        lambda unit: reading.read(unit, JULE, "K7MX2Q"),
        lambda unit: casework.claim(unit, JULE, "K7MX2Q", None),
        lambda unit: casework.release(unit, JULE, "K7MX2Q", None),
        lambda unit: casework.reopen(unit, JULE, "K7MX2Q", None),
        lambda unit: casework.note(unit, JULE, "K7MX2Q", None, CANARY),
        lambda unit: casework.close(unit, JULE, "K7MX2Q", None, "advised"),
        lambda unit: casework.pass_on(unit, JULE, "K7MX2Q", None, "work", CANARY),
        lambda unit: casework.answer_text(unit, JULE, "K7MX2Q", None, CANARY),
        lambda unit: casework.answer_reply(unit, JULE, "K7MX2Q", None, "received", {}),
        lambda unit: casework.send_card(unit, JULE, "K7MX2Q", None, CARD.id),
        lambda unit: casework.ask(unit, JULE, "K7MX2Q", None, LEVEL.id),
    ]
    for attempt in tries:
        with county.unit() as unit:
            refused = attempt(unit)
        assert refused == UNKNOWN_CASE
    assert (county.now_is(), county.items(), county.trail()) == before
    assert UNKNOWN_CASE.phrase == Phrase("desk/refused.unknown_case#text")


def test_whoever_opens_a_door_is_in_the_audit(county: County) -> None:
    """Giving and taking teams leaves entries under no case: fault 84."""
    with county.unit() as unit:
        signing_in.invite(unit, replace(ANNA, teams=frozenset({"jobcenter", "shelter"})), "link")
        found = unit.work.staff.by_id("anna")
        assert found is not None
        signing_in.switch_off(unit, found)
        given, taken = unit.work.tickets.audit_trail("")
    assert (given.what, dict(given.detail)) == (
        signing_in.ACCOUNT,
        {"account": "anna", "teams": "jobcenter,shelter"},
    )
    assert dict(taken.detail) == {"account": "anna", "teams": ""}


def test_whose_telegram_account_acts_is_in_the_audit(county: County) -> None:
    """Binding, and unbinding whoever had it before, leave entries under no case: fault 84."""
    with county.unit() as unit:
        for who in (ANNA, BEN):
            unit.work.staff.put_link(
                f"code-{who.id}", who.id, room.ACCOUNT_CODE, unit.now + timedelta(hours=1)
            )
            room.bind_account(unit, Binding(4711, "de", f"code-{who.id}"))
        trail = [dict(entry.detail) for entry in unit.work.tickets.audit_trail("")]
    assert [(one["account"], one["telegram"]) for one in trail] == [
        ("anna", "bound"),
        ("anna", ""),
        ("ben", "bound"),
    ]
    assert "4711" not in str(trail)
