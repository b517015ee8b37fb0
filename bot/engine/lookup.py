"""Search in what people type: topics and cards whose title or keywords match.

At most three suggestions and always a person beside them: we suggest, we never
force a match. Only the reader's own language is searched.
"""

from collections.abc import Iterator

from bot.engine.replies import Wording
from bot.engine.spelling import words
from bot.engine.talk import in_rows, person_button, text, with_icon
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Card, Content, Topic
from bot.model.phrases import Phrase
from bot.model.turns import Message

MOST = 3
_SHORTEST = 3
"""Shorter words say nothing about a topic."""
_STEM = 4
"""Words of this length on match by their beginning."""


def find(content: Content, typed: str, language: str, wording: Wording) -> list[Topic | Card]:
    """Up to three topics and cards that share words with `typed`, the best first."""
    said = {word for word in words(typed) if len(word) >= _SHORTEST}
    scored = [
        (_score(said, keys, language, wording), place, found)
        for place, (found, keys) in enumerate(_searched(content))
    ]
    best = sorted((hit for hit in scored if hit[0]), key=lambda hit: (-hit[0], hit[1]))
    return [found for _, _, found in best[:MOST]]


def _searched(content: Content) -> Iterator[tuple[Topic | Card, tuple[str | None, ...]]]:
    for topic in content.topics.values():
        yield topic, (topic.title, topic.keywords)
    for topic in content.topics.values():
        for card in topic.cards:
            if not card.otherwise:
                yield card, (card.title, card.keywords)


def _score(said: set[str], keys: tuple[str | None, ...], language: str, wording: Wording) -> int:
    """How many typed words are, begin or end a word of the texts behind `keys`."""
    texts = (wording.text(key, language) for key in keys if key)
    known = {word for text_ in texts if text_ for word in words(text_) if len(word) >= _SHORTEST}
    return sum(2 if word in known else 1 if _begins(word, known) else 0 for word in said)


def _begins(word: str, known: set[str]) -> bool:
    """Endings differ, stems do not: the shared beginning must be most of the shorter word."""
    stem = word[: max(_STEM, len(word) - 2)]
    return len(word) >= _STEM and any(other.startswith(stem) for other in known)


def suggestions(found: list[Topic | Card], language: str = "", *, resume: bool = False) -> Message:
    """The suggestions as buttons, a person, and the way back. `language`: read-only mode."""
    buttons = tuple(_button(match, language) for match in found)
    person = person_button(language)
    back = Action(Do.RESULT) if resume else Action(Do.HOME, language=language)
    label = Phrase(w.BACK_TO_QUESTION) if resume else Phrase(w.MENU)
    heading = text(w.FOUND) if found else text(w.NOTHING_FOUND)
    return Message((heading,), (*in_rows(buttons, 1), (person,), (Button(label, back),)))


def _button(match: Topic | Card, language: str) -> Button:
    if isinstance(match, Topic):
        label = with_icon(match.icon, Phrase(match.title))
        return Button(label, Action(Do.TOPIC, match.id, language=language))
    return Button(Phrase(match.title), Action(Do.CARD, match.id, language=language))
