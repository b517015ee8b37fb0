"""Search in what people type: topics and cards whose title or keywords match.

At most three suggestions and always a person beside them: we suggest, we never
force a match. Only the reader's own language is searched, but for German words that
stay German everywhere (`glossary`): they are explained, too.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

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
    """What typed words led to: German words among them, and topics and cards, the best first.

    `weight` says how well the best one fits, to compare languages.
    """

    terms: tuple[GlossaryTerm, ...]
    matches: tuple[Topic | Card, ...]
    weight: int = 0

    @property
    def any(self) -> bool:
        return bool(self.terms or self.matches)


def find(
    content: Content, typed: str, languages: Iterable[str], wording: Wording
) -> dict[str, Found]:
    """By language: up to three German words in `typed`, and up to three topics and cards."""
    terms, said = glossary.named(content, typed), words(typed)
    return {code: _fitting(content, terms, said, code, wording) for code in languages}


def _fitting(
    content: Content,
    terms: tuple[GlossaryTerm, ...],
    said: tuple[str, ...],
    language: str,
    wording: Wording,
) -> Found:
    index = _index(_Edition(content, language, wording))
    scores = Counter[int]()
    ignored = saying_nothing(wording, language)
    for word in {_bare(word) for word in said if word not in ignored}:
        scores.update(index.fitting(word))
    for place, match in enumerate(index.matches if terms else ()):
        scores[place] += _KNOWN * _shared(content, match, terms)
    best = sorted((-score, place) for place, score in scores.items() if score)
    matches = tuple(index.matches[place] for _, place in best[:MOST])
    weight = -best[0][0] if best else 0
    return Found(terms[:MOST], _with_a_topic(content, matches), weight)


def _with_a_topic(content: Content, matches: tuple[Topic | Card, ...]) -> tuple[Topic | Card, ...]:
    """`matches` with a topic among them: cards are read alone, a topic asks what fits."""
    first = matches[0] if matches else None
    if not isinstance(first, Card) or any(isinstance(each, Topic) for each in matches):
        return matches
    return (*matches[: MOST - 1], content.topics[first.topic])


def saying_nothing(wording: Wording, language: str) -> frozenset[str]:
    """Words that stand in every other sentence of `language`: no topic is about "not" or "my"."""
    return frozenset(words(wording.text(w.SAYING_NOTHING, language) or ""))


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


class _Edition:
    """Content in one language as the key of a cache: the same objects, not equal ones."""

    __slots__ = ("content", "language", "wording")

    def __init__(self, content: Content, language: str, wording: Wording) -> None:
        self.content = content
        self.language = language
        self.wording = wording

    def __hash__(self) -> int:
        return hash((id(self.content), self.language))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Edition)
            and other.content is self.content
            and other.wording is self.wording
            and other.language == self.language
        )


@dataclass(frozen=True, slots=True)
class _Index:
    """All that is searched, and where each word stands; `ordered` are the words from a to z."""

    matches: tuple[Topic | Card, ...]
    places: Mapping[str, Sequence[int]]
    ordered: tuple[str, ...]

    def fitting(self, word: str) -> dict[int, int]:
        """By place `_KNOWN` where `word` stands as it is, 1 where a word begins like it.

        Endings differ, stems do not: the shared beginning must be most of the word.
        """
        hits: dict[int, int] = {}
        stem = word[: max(_STEM, len(word) - 2)]
        first = bisect_left(self.ordered, stem) if len(word) >= _STEM else len(self.ordered)
        for other in takewhile(lambda one: one.startswith(stem), islice(self.ordered, first, None)):
            hits.update(dict.fromkeys(self.places[other], 1))
        hits.update(dict.fromkeys(self.places.get(word, ()), _KNOWN))
        return hits


@lru_cache(maxsize=64)
def _index(of: _Edition) -> _Index:
    matches = tuple(_searched(of.content))
    places: dict[str, list[int]] = {}
    for place, match in enumerate(matches):
        for word in _known(match, of.language, of.wording):
            places.setdefault(word, []).append(place)
    return _Index(matches, places, tuple(sorted(places)))


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
