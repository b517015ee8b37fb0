"""Events from the caseworkers' group as use cases: who may, what follows, what stays silent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.buttons import Action, Do, decode, encode
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Phrase
from bot.model.records import RoomTopic
from bot.model.tickets import NoteItem, Outcome, QuestionItem, State, TextItem
from bot.usecases import room
from bot.usecases.notices import TROUBLE
from bot.usecases.room import ACCOUNT_CODE, OUTCOME_IDS, ROOM_CODE, Door, Outcomes
from bot.usecases.room_events import (
    Attached,
    Binding,
    BindRoom,
    MemberLeft,
    Moved,
    Ordered,
    Pressed,
    RoomArrival,
    RoomEvent,
    Said,
    Standing,
    TopicCreated,
)
from bot.usecases.unit import Policy
from tests.usecases.county import ANNA, JULE, LEVEL, PAPER, RUTH, WEEKDAY, County

GROUP = -100_200_300
ANNAS_PHONE, JULES_PHONE, STRANGER = 11, 22, 99
CODE = "K7MX2Q"


@pytest.fixture
def county() -> County:
    return at_work(Policy(room=True))


def at_work(policy: Policy) -> County:
    made = County(policy)
    made.ticket(CODE)
    with made.unit() as unit:
        unit.work.rooms.bind(GROUP)
        unit.work.rooms.save(RoomTopic(CODE, 7))
        unit.work.staff.save(replace(ANNA, telegram_id=ANNAS_PHONE), None)
        unit.work.staff.save(replace(JULE, telegram_id=JULES_PHONE), None)
    return made


def happens(
    county: County,
    event: RoomEvent,
    by: int | None = ANNAS_PHONE,
    *,
    thread: int | None = 7,
    chat: int = GROUP,
    door: Door | None = None,
) -> Outcomes:
    with county.unit() as unit:
        return room.receive(unit, RoomArrival(chat, by, thread, event), door or Door())


def said(text: str, *, edited: bool = False) -> Said:
    return Said(text, edited, 5)


def pressed(do: Do, value: str = "", version: int = 0) -> Pressed:
    return Pressed(Action(do, CODE, value, version), 5)


def keys(county: County, channel: Channel = Channel.ROOM) -> list[str]:
    """The message ids that wait to be sent as plain messages."""
    waiting = [one for one in county.deliveries(channel) if one.act is Act.SEND]
    return [block.phrase.key for one in waiting if one.message for block in one.message.blocks]


def toast(outcomes: Outcomes) -> str:
    (only,) = outcomes.toasts
    return only.phrase.key


def to_newcomer(county: County) -> list[Delivery]:
    return county.deliveries(Channel.CHAT)


def test_free_text_answers_and_a_sign_makes_it_a_note(county: County) -> None:
    happens(county, said("Guten Tag"))
    happens(county, said("// nur für uns"))
    happens(county, Ordered("note", "auch nur für uns"))
    bodies = [item.body for item in county.items()]
    assert TextItem("Guten Tag") in bodies
    assert [body.text for body in bodies if isinstance(body, NoteItem)] == [
        "nur für uns",
        "auch nur für uns",
    ]
    assert len(to_newcomer(county)) == 1


def test_an_edited_text_changes_nothing_and_that_is_told(county: County) -> None:
    """An edit is not passed on, and told: fault 44."""
    happens(county, said("Guten Tag", edited=True))
    assert county.items() == ()
    assert keys(county) == ["desk/room.edit_not_sent#text"]


def test_something_else_than_text_is_not_passed_on(county: County) -> None:
    happens(county, Attached())
    assert keys(county) == ["desk/room.only_text#text"]


def test_talk_outside_of_case_topics_is_nobodys(county: County) -> None:
    for thread in (None, 8):
        for event in (said("Mahlzeit"), Ordered("close", "advised"), Attached()):
            for by in (ANNAS_PHONE, STRANGER, None):
                assert happens(county, event, by, thread=thread) == Outcomes()
    assert county.deliveries(Channel.ROOM) == []


def test_strangers_are_told_once_a_topic_and_anonymous_ones_each_time(county: County) -> None:
    door = Door()
    for _ in range(3):
        happens(county, said("Hallo"), STRANGER, door=door)
        happens(county, said("Hallo"), None, door=door)
    assert keys(county).count("desk/room.stranger#text") == 1
    assert keys(county).count("desk/room.anonymous#text") == 3
    assert county.items() == ()
    county.ticket("H4NDRW", person="person-2")
    with county.unit() as unit:
        unit.work.rooms.save(RoomTopic("H4NDRW", 8))
    for _ in range(2):
        happens(county, said("Hallo"), STRANGER, thread=8, door=door)
    assert keys(county).count("desk/room.stranger#text") == 2
    assert toast(happens(county, pressed(Do.CLAIM), STRANGER)) == "desk/room.stranger#text"


def test_another_team_hears_what_a_stranger_to_the_case_hears(county: County) -> None:
    happens(county, said("Hallo"), JULES_PHONE)
    assert keys(county) == ["desk/refused.unknown_case#text"]
    for do in (Do.CLAIM, Do.CLOSE, Do.REPLIES, Do.RELEASE, Do.REOPEN):
        assert toast(happens(county, pressed(do), JULES_PHONE)) == "desk/refused.unknown_case#text"
    assert county.now_is().version == 1


def test_a_caseworker_who_was_closed_out_is_a_stranger(county: County) -> None:
    with county.unit() as unit:
        unit.work.staff.save(replace(ANNA, telegram_id=ANNAS_PHONE, active=False), None)
    happens(county, said("Hallo"))
    assert keys(county) == ["desk/room.stranger#text"]


def test_buttons_claim_release_close_and_reopen(county: County) -> None:
    assert toast(happens(county, pressed(Do.CLAIM, version=1))) == "desk/room.done#text"
    assert county.now_is().claimed_by == "anna"
    stale = happens(county, pressed(Do.RELEASE, version=1))
    assert toast(stale) == "desk/refused.stale#text"
    happens(county, pressed(Do.RELEASE, version=2))
    assert county.now_is().state is State.NEW
    happens(county, pressed(Do.CLOSE, "advised"))
    assert (county.now_is().state, county.now_is().outcome) == (State.CLOSED, Outcome.ADVISED)
    happens(county, pressed(Do.REOPEN))
    assert county.now_is().state is State.CLAIMED


def test_closing_asks_for_the_outcome_and_its_buttons_come_back(county: County) -> None:
    happens(county, pressed(Do.CLOSE))
    offered = county.deliveries(Channel.ROOM)[-1].message
    assert offered is not None
    actions = [button.action for button in offered.buttons]
    outcomes = {decode(encode(action), OUTCOME_IDS) for action in actions if action is not None}
    assert outcomes == set(actions)
    assert {action.value for action in actions if action} == set(Outcome) - {"withdrawn"}
    assert county.now_is().state is State.NEW


def test_commands_of_the_room(county: County) -> None:
    for name in ("claim", "release", "claim"):
        happens(county, Ordered(name, ""))
    assert county.now_is().state is State.CLAIMED
    happens(county, Ordered("close", ""))
    happens(county, Ordered("replies", ""))
    happens(county, Ordered("dance", ""))
    assert {
        "desk/room.which_outcome#text",
        "desk/room.which_reply#text",
        "desk/room.commands#text",
    } <= set(keys(county))
    happens(county, Ordered("close", "nonsense"))
    assert "desk/refused.unknown_outcome#text" in keys(county)
    happens(county, Ordered("close", "referred"))
    happens(county, Ordered("reopen", ""))
    assert county.now_is().state is State.CLAIMED


def offered(county: County) -> list[Action]:
    """What the last message in the group can be pressed for."""
    message = county.deliveries(Channel.ROOM)[-1].message
    assert message is not None
    return [button.action for button in message.buttons if button.action]


def test_replies_are_offered_under_headings_those_with_gaps_by_name(county: County) -> None:
    happens(county, Ordered("replies", ""))
    assert offered(county) == [
        Action(Do.REPLIES, CODE, heading, 1) for heading in ("status", "appointment")
    ]
    happens(county, pressed(Do.REPLIES, "status"))
    assert offered(county) == [Action(Do.REPLY, CODE, "received", 1)]
    happens(county, pressed(Do.REPLIES, "appointment"))
    assert offered(county) == []
    assert keys(county)[-1] == "desk/room.in_desk#text"
    happens(county, pressed(Do.REPLIES, "gone"))
    assert keys(county)[-1] == "desk/room.which_reply#text"


def test_replies_with_gaps_lead_to_the_desk_where_it_has_an_address() -> None:
    county = at_work(Policy(room=True, desk_url="https://desk.example/desk"))
    happens(county, pressed(Do.REPLIES, "appointment"))
    message = county.deliveries(Channel.ROOM)[-1].message
    assert message is not None
    assert [button.url for button in message.buttons] == [
        f"https://desk.example/desk/tickets/{CODE}"
    ]
    happens(county, pressed(Do.REPLIES, "status"))
    message = county.deliveries(Channel.ROOM)[-1].message
    assert message is not None
    assert [button.url for button in message.buttons] == [None]


def test_questions_of_cases_come_first_then_those_of_topics(county: County) -> None:
    happens(county, Ordered("ask", ""))
    assert offered(county) == [
        Action(Do.QUESTIONS, CODE, "appointment", 1),
        Action(Do.TOPIC_QUESTIONS, CODE, "person", 1),
        Action(Do.TOPIC_QUESTIONS, CODE, "language_courses", 1),
    ]
    for do, heading, field in (
        (Do.QUESTIONS, "appointment", WEEKDAY.id),
        (Do.TOPIC_QUESTIONS, "person", PAPER.id),
        (Do.TOPIC_QUESTIONS, "language_courses", LEVEL.id),
    ):
        happens(county, pressed(do, heading))
        assert offered(county) == [Action(Do.QUESTION, CODE, field, 1)]
    gone = happens(county, pressed(Do.TOPIC_QUESTIONS, "gone"))
    assert toast(gone) == "desk/refused.unknown_question#text"


def test_a_question_is_seen_in_both_languages_before_it_is_asked(county: County) -> None:
    happens(county, pressed(Do.QUESTION, WEEKDAY.id))
    theirs, ours = county.deliveries(Channel.ROOM)[-2:]
    assert (theirs.language, ours.language) == ("uk", "de")
    assert offered(county) == [Action(Do.SEND_QUESTION, CODE, WEEKDAY.id, 1)]
    assert to_newcomer(county) == []
    happens(county, pressed(Do.SEND_QUESTION, WEEKDAY.id, version=1))
    assert county.items()[-1].body == QuestionItem(WEEKDAY.id, Phrase(WEEKDAY.text))
    (asked,) = to_newcomer(county)
    assert asked.message is not None
    dos = [button.action.do for button in asked.message.buttons if button.action]
    assert dos == [Do.ASKED_TOGGLE, Do.ASKED_TOGGLE, Do.ASKED_CHOSEN, Do.ASKED]
    for do in (Do.QUESTION, Do.SEND_QUESTION):
        gone = happens(county, pressed(do, "ask.gone"))
        assert toast(gone) == "desk/refused.unknown_question#text"


def test_the_lists_are_for_the_team_only(county: County) -> None:
    lists = (Do.REPLIES, Do.REPLY, Do.QUESTIONS, Do.TOPIC_QUESTIONS, Do.QUESTION)
    presses = [(do, value) for do in lists for value in ("", "status", "received", "person")]
    for do, value in (*presses, (Do.QUESTION, WEEKDAY.id), (Do.SEND_QUESTION, WEEKDAY.id)):
        refused = happens(county, pressed(do, value), JULES_PHONE)
        assert toast(refused) == "desk/refused.unknown_case#text", (do, value)
    assert county.now_is().version == 1


def test_a_reply_is_shown_before_it_goes(county: County) -> None:
    happens(county, pressed(Do.REPLY, "received"))
    theirs, ours = county.deliveries(Channel.ROOM)[-2:]
    assert (theirs.language, ours.language) == ("uk", "de")
    assert to_newcomer(county) == []
    happens(county, pressed(Do.SEND_REPLY, "received"))
    assert len(to_newcomer(county)) == 1
    gaps = happens(county, pressed(Do.SEND_REPLY, "appointment"))
    assert toast(gaps) == "desk/refused.slot#text"


def test_buttons_of_another_place_do_nothing(county: County) -> None:
    """A button of another topic is no authority: fault 48."""
    for event in (Pressed(None, 5), pressed(Do.DELETE_NOW), pressed(Do.AGREE)):
        assert toast(happens(county, event)) == "desk/room.old_button#text"


def test_a_foreign_group_is_silence_and_is_left(county: County) -> None:
    """A group that is not ours is left: fault 57."""
    for event in (said("Hallo"), Ordered("close", "advised"), pressed(Do.CLAIM), Attached()):
        assert happens(county, event, chat=-5) == Outcomes()
    added = Standing(present=True, may_manage_topics=False, may_delete=False)
    assert happens(county, added, STRANGER, chat=-5).leave == -5
    assert happens(county, added, None, chat=-5).leave == -5
    assert happens(county, added, ANNAS_PHONE, chat=-5).leave is None
    gone = Standing(present=False, may_manage_topics=False, may_delete=False)
    assert happens(county, gone, STRANGER, chat=-5).leave is None


def test_the_standing_of_the_bot_is_noted(county: County) -> None:
    cases = [
        ((False, False, False), "write:thrown_out"),
        ((True, False, True), "topics:no_rights"),
        ((True, True, False), "delete:no_rights"),
        ((True, True, True), ""),
    ]
    for (present, topics, delete), noted in cases:
        trouble = happens(county, Standing(present, topics, delete)).trouble
        assert trouble == noted.replace(":", ": ")
        with county.unit() as unit:
            assert unit.work.notes.get(TROUBLE) == noted


def test_a_group_that_moves_is_followed(county: County) -> None:
    """The new id of the group holds everywhere: fault 40."""
    happens(county, Moved(-77))
    happens(county, Moved(-88), chat=-5)
    with county.unit() as unit:
        bound = unit.work.rooms.room()
        assert bound is not None
        assert bound.chat == -77


def test_a_topic_of_ours_is_adopted_once_and_only_for_a_case(county: County) -> None:
    county.ticket("KAAAA2", person="person-2")
    happens(county, TopicCreated("KAAAA2 Sprache"), None, thread=70)
    happens(county, TopicCreated("KAAAA2 Sprache"), None, thread=71)
    happens(county, TopicCreated("KZZZZ9 Sprache"), None, thread=72)
    happens(county, TopicCreated(""), None, thread=73)
    with county.unit() as unit:
        assert unit.work.rooms.topic("KAAAA2") == RoomTopic("KAAAA2", 70)
        assert unit.work.rooms.by_thread(72) is None
        (row,) = unit.work.outbox.take(unit.now, (), 9)
    assert (row.delivery.act, row.delivery.message_id) == (Act.DELETE_TOPIC, 71), "one too many"


def test_a_colleague_who_leaves_is_mentioned_a_stranger_is_not(county: County) -> None:
    happens(county, MemberLeft(), STRANGER, thread=None)
    happens(county, MemberLeft(), ANNAS_PHONE, thread=None)
    assert keys(county) == ["desk/room.member_left#text"]


def test_codes_bind_once_and_each_for_its_purpose(county: County) -> None:
    """A code grants once, and only its own thing: fault 49, fault 57."""
    until = county.clock.now() + timedelta(minutes=10)
    with county.unit() as unit:
        unit.work.staff.put_link("account", "ruth", ACCOUNT_CODE, until)
        unit.work.staff.put_link("room", "ruth", ROOM_CODE, until)
        for code in ("", "wrong", "room", "account", "account"):
            room.bind_account(unit, Binding(33, "de", code))
        assert unit.work.staff.by_telegram(33) == replace(RUTH, telegram_id=33)
    assert keys(county, Channel.CHAT) == [
        *["desk/room.code_unknown#text"] * 3,
        "desk/room.account_bound#text",
        "desk/room.code_unknown#text",
    ]


def test_an_account_belongs_to_one_caseworker(county: County) -> None:
    with county.unit() as unit:
        until = unit.now + timedelta(minutes=10)
        unit.work.staff.put_link("account", "ruth", ACCOUNT_CODE, until)
        room.bind_account(unit, Binding(ANNAS_PHONE, "de", "account"))
        assert unit.work.staff.by_telegram(ANNAS_PHONE) == replace(RUTH, telegram_id=ANNAS_PHONE)
        assert unit.work.staff.by_id("anna") == ANNA


def test_binding_a_group(county: County) -> None:
    with county.unit() as unit:
        until = unit.now + timedelta(minutes=10)
        unit.work.staff.put_link("good", "anna", ROOM_CODE, until)
    happens(county, BindRoom("good", forum=True), chat=-5, door=Door(fixed=True))
    happens(county, BindRoom("good", forum=False), chat=-5)
    happens(county, BindRoom("bad", forum=True), chat=-5)
    with county.unit() as unit:
        assert unit.work.rooms.room() is not None
        assert unit.work.rooms.room().chat == GROUP  # type: ignore[union-attr]
    happens(county, BindRoom("good", forum=True), STRANGER, chat=-5)
    with county.unit() as unit:
        assert unit.work.rooms.room().chat == -5  # type: ignore[union-attr]
