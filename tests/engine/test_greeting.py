"""Whoever says hello is greeted and shown where they are; who says more is understood."""

from dataclasses import replace

import pytest

from bot.model import wording as w
from bot.model.conversation import Conversation, HandoffDraft
from bot.model.tickets import Case, State
from bot.model.turns import AddToCase, Turn, Typed
from tests.engine.talking import NOW, after, begun, having, messages
from tests.playing.house import county

CONTENT = county().content
WORK = CONTENT.topics["work"]
OPEN = Case("K00001", "work", State.CLAIMED, 3, NOW)
GREETINGS = [
    "Hallo",
    "hi!",
    "Guten Tag 🙂",
    "Good morning",
    "привіт",
    "Добрий день!",
    "Здравствуйте",
    "سلام",
    "السلام عليكم",
    "مرحبا",
    "marhaba",
    "Hallo, guten Tag",
]


def keys(turn: Turn) -> list[str]:
    (message,) = messages(turn)
    return [block.phrase.key for block in message.blocks]


@pytest.mark.parametrize("said", GREETINGS)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_greeting_gets_a_friendly_line_and_the_home_screen(said: str, language: str) -> None:
    turn = after(begun(language), Typed(said))
    assert keys(turn)[:2] == [w.GREETING, w.HOME_TITLE]
    assert turn.conversation == begun(language)


@pytest.mark.parametrize(
    ("conversation", "shown"),
    [
        (begun(topic=WORK), "work/concern#text"),
        (having(begun(topic=WORK), {"work.concern": "problem"}), "work/problem#text"),
        (replace(begun(), draft=HandoffDraft()), w.HANDOFF_TITLE),
    ],
    ids=["question", "later question", "handoff"],
)
def test_in_the_middle_of_something_it_is_shown_again(
    conversation: Conversation, shown: str
) -> None:
    turn = after(conversation, Typed("Hallo"))
    assert keys(turn)[0] == w.GREETING
    assert shown in keys(turn)
    assert turn.conversation == conversation


def test_a_greeting_in_a_case_is_for_the_caseworker() -> None:
    turn = after(replace(begun(), ticket=OPEN.code), Typed("Hallo"), (OPEN,))
    assert any(isinstance(effect, AddToCase) for effect in turn.effects)


@pytest.mark.parametrize("said", ["Hallo, ich suche Arbeit", "Hallo ich bin neu", "🙂", "hallodri"])
def test_more_than_a_greeting_is_searched_for(said: str) -> None:
    assert w.GREETING not in keys(after(begun(), Typed(said)))


@pytest.mark.parametrize(
    ("said", "language"), [("Hallo", "de"), ("hello", "en"), ("Вітаю", "uk"), ("سلام", "ar")]
)
def test_a_visitor_is_greeted_in_their_language_and_chooses_one(said: str, language: str) -> None:
    turn = after(None, Typed(said))
    assert keys(turn) == [w.GREETING, w.LANGUAGE_TITLE]
    assert turn.language == language
