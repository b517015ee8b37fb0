"""Buttons in every language: short enough, different from their neighbours, and
with callback data Telegram accepts.
"""

from collections.abc import Iterable, Iterator, Mapping

from bot.content.material import Material
from bot.content.problems import Code, Position, Problem
from bot.content.texts import BUTTON_LIMIT
from bot.model.buttons import MAX_BYTES, Action, Do, encode
from bot.model.content import Question

LONG = Code(
    "button-too-long",
    "the button has {count} characters in {language}: `{text}`",
    "shorten it to {most}",
)
EQUAL = Code(
    "buttons-equal",
    "`{first}` and `{second}` read the same in {language}: `{text}`",
    "word one of them differently",
)
DATA = Code(
    "callback-too-long",
    "the button of `{name}` carries {count} bytes",
    "lower `meaning`; Telegram takes {most} bytes",
)

_LONGEST_LANGUAGE = "de-simple"


def check(material: Material) -> Iterator[Problem]:
    yield from _lengths(material)
    for group in _groups(material):
        yield from _equal(material, group)
    yield from _callback_data(material)


def _lengths(material: Material) -> Iterator[Problem]:
    icons = {topic.title: topic.icon for topic in material.content.topics.values()}
    icons |= {group.title: group.icon for group in material.content.groups}
    icons |= {k.button: k.icon for k in material.content.emergencies.values() if k.button}
    for text in material.texts.values():
        if text.limit is None:
            continue
        icon = f"{icons[text.key]} " if text.key in icons else ""
        for language, shown, position in material.in_every_language(text.key):
            count = len(icon + shown)
            if count > text.limit:
                yield LONG.at(
                    position, count=count, language=language, text=shown, most=BUTTON_LIMIT
                )


def _groups(material: Material) -> Iterator[Mapping[str, str]]:
    """Names and message ids of buttons that stand together."""
    content = material.content
    for _, question in _questions(material):
        yield {
            option.id: option.text for option in question.offered if option.text in material.texts
        }
    yield {group.id: group.title for group in content.groups}
    yield {topic.id: topic.title for topic in content.topics.values()}
    yield {kind.id: kind.button for kind in content.emergencies.values() if kind.button}
    for topic in content.topics.values():
        yield {card.id: card.title for card in topic.cards}


def _questions(material: Material) -> Iterator[tuple[str, Question]]:
    for topic in material.content.topics.values():
        yield from ((topic.id, question) for question in topic.questions if not question.shared)
    yield from (("person", question) for question in material.content.shared.values())
    yield from (("ask", question) for question in material.content.asks.values())


def _equal(material: Material, buttons: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for name, key in buttons.items():
        for language, shown, position in material.in_every_language(key):
            first = seen.setdefault((language, _folded(shown)), name)
            if first != name:
                yield EQUAL.at(position, first=first, second=name, language=language, text=shown)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _callback_data(material: Material) -> Iterator[Problem]:
    for owner, question in _questions(material):
        here = _place(material, owner, question)
        answers: Iterable[str] = (*(option.id for option in question.options), "skipped")
        data = [
            encode(Action(Do.ANSWER, question.id, answer, question.meaning, _LONGEST_LANGUAGE))
            for answer in answers
        ]
        longest = max(len(each.encode()) for each in data)
        if longest > MAX_BYTES:
            yield DATA.at(here, name=question.id, count=longest, most=MAX_BYTES)


def _place(material: Material, owner: str, question: Question) -> Position:
    file = {"person": material.sources.people, "ask": material.sources.questions}.get(owner)
    if file is not None:
        return file.document.at("questions", question.id.partition(".")[2])
    return material.question_at(question.id, owner)
