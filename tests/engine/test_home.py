"""The home screen: danger first, then few groups; each opens its topics, with the way back."""

from dataclasses import replace

import pytest

from bot.engine import entrance
from bot.engine.advance import advance
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Content
from bot.model.conversation import Conversation, Expecting, HandoffDraft, Prompt
from bot.model.turns import Command, CommandName, Event, Message, Press, Turn, Typed
from tests.engine.talking import after, around, begun, messages
from tests.playing.house import county

CONTENT = county().content
MOST_ROWS = 8
GROUPS = [group.id for group in CONTENT.groups]
WORK = Press(Action(Do.GROUP, "work"), 7)


def the(turn: Turn) -> Conversation:
    assert turn.conversation is not None
    return turn.conversation


def the_message(turn: Turn) -> Message:
    (message,) = messages(turn)
    return message


def targets(message: Message, do: Do) -> list[str]:
    return [b.action.target for b in message.buttons if b.action and b.action.do is do]


def first_key(turn: Turn) -> str:
    return messages(turn)[0].blocks[0].phrase.key


@pytest.mark.parametrize("language", ["", "uk"], ids=["talking", "reading"])
def test_few_rows_danger_first_and_every_topic_within_two_presses(language: str) -> None:
    home = entrance.home(CONTENT, language)
    assert len(home.keyboard) <= MOST_ROWS
    assert targets(Message((), home.keyboard[:1]), Do.URGENT) == [""]
    alone = targets(home, Do.TOPIC)
    inside = [
        topic
        for group in CONTENT.groups
        if group.id in targets(home, Do.GROUP)
        for topic in targets(entrance.group_screen(CONTENT, group, language), Do.TOPIC)
    ]
    assert sorted(alone + inside) == sorted(CONTENT.topics)


def test_a_group_lists_its_topics_by_number_and_leads_back() -> None:
    turn = after(begun(), WORK)
    shown = the_message(turn)
    inside = [topic.id for topic in CONTENT.in_group("work")]
    assert targets(shown, Do.TOPIC) == inside
    assert [b.phrase.key for b in shown.blocks].count(w.NUMBERED) == len(inside)
    assert targets(shown, Do.HOME) == [""]
    assert the(turn).prompt == Prompt(Expecting.TOPIC, field="work")
    home = after(the(turn), Press(Action(Do.HOME), 7))
    assert the(home).prompt is None
    assert first_key(home) == w.HOME_TITLE


@pytest.mark.parametrize("digit", ["{}", "{}.", "arabic"])
def test_numbers_mean_what_the_screen_shows(digit: str) -> None:
    def typed(conversation: Conversation, number: int) -> Turn:
        arabic = chr(ord("٠") + number)
        return after(conversation, Typed(arabic if digit == "arabic" else digit.format(number)))

    group = GROUPS.index("work") + 1
    opened = typed(begun(), group)
    assert first_key(opened) == "home/work#title"
    for number, topic in enumerate(CONTENT.in_group("work"), 1):
        assert the(typed(the(opened), number)).topic == topic.id
    beyond = typed(the(opened), 9)
    assert first_key(beyond) == w.NOTHING_FOUND


@pytest.mark.parametrize("language", ["de", "en", "uk", "ar"])
def test_the_name_on_a_button_works_as_well_as_pressing_it(language: str) -> None:
    texts = county().renderer
    conversation = begun(language)
    for group in CONTENT.groups:
        name = texts.text(group.title, language)
        if name is not None:
            assert first_key(after(conversation, Typed(name.upper()))) == group.title
    inside = the(after(conversation, WORK))
    for topic in CONTENT.in_group("work"):
        name = texts.text(topic.title, language)
        if name is not None:
            assert the(after(inside, Typed(name))).topic == topic.id


def test_an_open_group_is_left_by_whatever_leads_elsewhere() -> None:
    inside = the(after(begun(), WORK))
    events: list[Event] = [
        Command(CommandName.MENU),
        Press(Action(Do.TOPIC, "school"), 7),
        Press(Action(Do.PERSON), 7),
    ]
    for event in events:
        assert the(after(inside, event)).prompt != inside.prompt
    stale = after(inside, Press(None, 7))
    assert "home/work#title" in [b.phrase.key for b in the_message(stale).blocks]


def test_numbers_choose_nothing_behind_a_handoff() -> None:
    drafting = replace(begun(), draft=HandoffDraft("work", queue="work", text_asked=True))
    assert after(drafting, Typed("99")).conversation == drafting


def only(topics: set[str]) -> Content:
    """The county's content with these topics alone."""
    kept = {key: topic for key, topic in CONTENT.topics.items() if key in topics}
    return replace(CONTENT, topics=kept)


def test_a_group_with_one_topic_opens_it_directly() -> None:
    content = only({"work", "school", "university"})
    home = entrance.home(content)
    assert targets(home, Do.GROUP) == ["learn"]
    assert targets(home, Do.TOPIC) == ["work"]
    second = advance(content, begun(), Typed("2"), around())
    assert the(second).topic == "work"
    old_button = advance(content, begun(), WORK, around())
    assert the(old_button).topic == "work"
    visitor = advance(content, None, Press(Action(Do.GROUP, "work", language="de"), 7), around())
    assert first_key(visitor) == "work/topic#title"


@pytest.mark.parametrize("target", ["rights", "gone"])
def test_a_group_that_is_empty_or_gone_leads_home(target: str) -> None:
    content = only({"work"})
    press = Press(Action(Do.GROUP, target), 7)
    shown = the_message(advance(content, begun(), press, around()))
    assert w.HOME_TITLE in [b.phrase.key for b in shown.blocks]
    reading = Press(Action(Do.GROUP, target, language="de"), 7)
    assert first_key(advance(content, None, reading, around())) == w.HOME_TITLE
    waiting = replace(begun(), prompt=Prompt(Expecting.TOPIC, field="gone"))
    assert first_key(advance(content, waiting, Press(Action(Do.RESULT), 7), around())) == (
        w.HOME_TITLE
    )


def test_reading_only_a_group_is_browsed_in_its_language() -> None:
    turn = after(None, Press(Action(Do.GROUP, "work", language="ar"), 7))
    shown = the_message(turn)
    assert turn.conversation is None
    assert all(b.action is not None and b.action.language == "ar" for b in shown.buttons)
    assert w.NUMBERED not in [b.phrase.key for b in shown.blocks]
