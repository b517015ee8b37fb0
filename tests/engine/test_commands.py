"""Commands work anywhere, leave nothing half done, and a link only chooses where to begin."""

from dataclasses import replace

import pytest

from bot.engine.commands import SHOWN, link_target
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.conversation import Conversation, Expecting, HandoffDraft, Prompt
from bot.model.tickets import Case, State
from bot.model.turns import Command, CommandName, Export
from tests.engine.talking import NOW, after, begun, having, messages
from tests.playing.house import county

CONTENT = county().content
CASE = Case("K00001", "work", State.CLAIMED, 1, NOW)
PLACES: list[Conversation] = [
    begun(),
    having(begun(topic=CONTENT.topics["work"]), {"work.concern": "find"}),
    replace(begun(), draft=HandoffDraft(queue="work"), prompt=Prompt(Expecting.HANDOFF_TEXT)),
    replace(begun(), ticket="K00001", prompt=Prompt(Expecting.ASKED, "work.concern", "K00001")),
]


@pytest.mark.parametrize("before", PLACES, ids=["home", "topic", "draft", "case"])
@pytest.mark.parametrize("name", [*CommandName, None])
def test_every_command_is_answered_anywhere(name: CommandName | None, before: Conversation) -> None:
    turn = after(before, Command(name), (CASE,))
    assert messages(turn) or turn.effects == (Export(),)
    assert turn.conversation is not None
    assert turn.conversation.answers == before.answers


def test_the_menu_leaves_everything_behind_but_what_was_said() -> None:
    for before in PLACES:
        turn = after(before, Command(CommandName.MENU), (CASE,))
        assert turn.conversation == replace(begun(), answers=before.answers)


def test_a_person_is_asked_for_about_the_open_topic() -> None:
    turn = after(PLACES[1], Command(CommandName.PERSON))
    assert turn.conversation is not None
    assert turn.conversation.draft == HandoffDraft("work")


def test_help_names_every_command_of_the_menu() -> None:
    (shown,) = messages(after(begun(), Command(None)))
    named = [
        block.phrase.values["command"]
        for block in shown.blocks
        if block.phrase.key == w.COMMAND_LINE
    ]
    assert named == [f"/{name.value}" for name in SHOWN]
    assert set(SHOWN) == set(CommandName) - {CommandName.START}


@pytest.mark.parametrize(
    ("payload", "target"),
    [
        ("work", ("work", "")),
        ("work-seetal", ("work", "seetal")),
        ("-seetal", ("", "seetal")),
        ("gone-seetal", ("", "seetal")),
        ("work-atlantis", ("work", "")),
        ("", ("", "")),
        ("violence", ("", "")),
    ],
)
def test_a_link_names_a_topic_and_a_place(payload: str, target: tuple[str, str]) -> None:
    assert link_target(CONTENT, payload) == target


def test_a_link_changes_nothing_before_a_language_is_chosen() -> None:
    turn = after(PLACES[1], Command(CommandName.START, "school-seetal"))
    assert turn.conversation == PLACES[1]
    (shown,) = messages(turn)
    first = shown.buttons[0].action
    assert first == Action(Do.LANGUAGE, "school", "seetal", language="de")
