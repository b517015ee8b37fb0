"""Search in what people type: topics and cards whose title or keywords match.

At most three suggestions and always a person beside them: we suggest, we never
force a match. Only the reader's own language is searched, but for German words that
stay German everywhere (`glossary`): they are explained, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine import glossary
from bot.engine.replies import Wording
from bot.engine.spelling import words
from bot.engine.talk import in_rows, person_button, text, with_icon
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Card, Content, GlossaryTerm, Topic
from bot.model.phrases import Phrase
from bot.model.turns import Message

MOST = 3
"""Suggestions, and explained words."""
_KNOWN = 2
"""What a word counts that is known as it is."""
_SHORTEST = 3
"""Shorter keywords are not looked at."""
_STEM = 4
"""Words of this length on match by their beginning."""
_ARTICLE = "ال"


@dataclass(frozen=True, slots=True)
class Found:
    """What typed words led to: German words among them, and topics and cards, the best first."""

    terms: tuple[GlossaryTerm, ...]
    matches: tuple[Topic | Card, ...]

    @property
    def any(self) -> bool:
        return bool(self.terms or self.matches)


def find(content: Content, typed: str, language: str, wording: Wording) -> Found:
    """Up to three German words in `typed`, and up to three topics and cards about it."""
    terms = glossary.named(content, typed)
    said = {_bare(word) for word in words(typed)}

    def score(match: Topic | Card) -> int:
        known = _known(match, language, wording)
        return sum(_fits(word, known) for word in said) + _KNOWN * _shared(content, match, terms)

    scored = [(score(match), place, match) for place, match in enumerate(_searched(content))]
    best = sorted((hit for hit in scored if hit[0]), key=lambda hit: (-hit[0], hit[1]))
    return Found(terms[:MOST], tuple(match for _, _, match in best[:MOST]))


def _shared(content: Content, match: Topic | Card, terms: tuple[GlossaryTerm, ...]) -> int:
    """How many of `terms` stand in the title or the keywords, in German."""
    theirs = {
        term for key in (match.title, match.keywords or "") for term in content.terms.get(key, ())
    }
    return sum(term.id in theirs for term in terms)


def _searched(content: Content) -> Iterator[Topic | Card]:
    yield from content.topics.values()
    for topic in content.topics.values():
        yield from (card for card in topic.cards if not card.otherwise)


def _known(match: Topic | Card, language: str, wording: Wording) -> frozenset[str]:
    """The words of its title and keywords in `language`.

    Short words of a title or of several say nothing ("and", "for"); alone as a keyword
    each was chosen ("job").
    """
    title = wording.text(match.title, language) or ""
    keywords = (wording.text(match.keywords, language) or "") if match.keywords else ""
    groups = [words(title), *(words(keyword) for keyword in re.split("[,،]", keywords))]
    return frozenset(
        _bare(word)
        for group in groups
        for word in group
        if len(word) >= (_SHORTEST if len(group) == 1 else _STEM)
    )


def _bare(word: str) -> str:
    """`word` without the Arabic article, which is written on it."""
    rest = word.removeprefix(_ARTICLE)
    return rest if len(rest) >= _SHORTEST else word


def _fits(word: str, known: frozenset[str]) -> int:
    """`_KNOWN` if `word` is known as it is, 1 if a known word begins like it.

    Endings differ, stems do not: the shared beginning must be most of the word.
    """
    if word in known:
        return _KNOWN
    stem = word[: max(_STEM, len(word) - 2)]
    return int(len(word) >= _STEM and any(other.startswith(stem) for other in known))


def suggestions(found: Found, language: str = "", *, resume: bool = False) -> Message:
    """The meaning of German words, the suggestions as buttons, a person, and the way back.

    `language` is set in read-only mode, `resume` where a question or handoff waits.
    """
    buttons = tuple(_button(match, language) for match in found.matches)
    person = person_button(language)
    back = Action(Do.RESULT) if resume else Action(Do.HOME, language=language)
    label = Phrase(w.BACK_TO_QUESTION) if resume else Phrase(w.MENU)
    blocks = [*glossary.explanations(found.terms)]
    if found.matches or not blocks:
        blocks.append(text(w.FOUND) if found.matches else text(w.NOTHING_FOUND))
    return Message(tuple(blocks), (*in_rows(buttons, 1), (person,), (Button(label, back),)))


def _button(match: Topic | Card, language: str) -> Button:
    if isinstance(match, Topic):
        label = with_icon(match.icon, Phrase(match.title))
        return Button(label, Action(Do.TOPIC, match.id, language=language))
    return Button(Phrase(match.title), Action(Do.CARD, match.id, language=language))
