"""An editor at work: a topic kept by what things *are*, written out under the ids of the day.

Questions and options carry a number that never changes; ids, order, conditions and
texts do. So a test knows what an answer means today without asking the program.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml

from tests.content.folder import HEAD

COURSES = "topics/courses.yaml"


NOT_SAID = -1
"""Stands for "rather not say" among the options' numbers."""


def number_of(value: object) -> int:
    """The number of an option by its id in the file."""
    return NOT_SAID if value == "skipped" else int(str(value)[1:])


def id_of(number: int) -> str:
    """What the program stores for an option."""
    return "skipped" if number == NOT_SAID else f"o{number}"


@dataclass(frozen=True)
class Choice:
    """An option: its number, and the number of the option that took its place."""

    number: int
    retired_as: int | None = None


@dataclass(frozen=True)
class Asked:
    """A question: its number, today's id, and when it is asked: (number, option numbers)."""

    number: int
    name: str
    options: tuple[Choice, ...]
    meaning: int = 1
    when: tuple[int, frozenset[int]] | None = None

    def today(self, option: int) -> int | None:
        """The option that stands for `option` today; None if it is gone."""
        if option == NOT_SAID:
            return NOT_SAID
        known = {each.number: each for each in self.options}
        if option in known:
            return known[option].retired_as or option
        return None


@dataclass(frozen=True)
class Desk:
    """What the editor has in the file, with a counter for new things."""

    questions: tuple[Asked, ...]
    renames: dict[str, str] = field(default_factory=dict)
    counter: int = 100

    def text(self) -> str:
        """The file as it would be saved."""
        document: dict[str, Any] = {
            **yaml.safe_load(HEAD),
            "topic": "courses",
            "icon": "@",
            "group": "learn",
            "order": 10,
            "title": "Deutsch lernen",
            "questions": [self._question(each) for each in self.questions],
            "cards": self._cards(),
            "handoff": {"queue": "language", "independent": "counsel"},
            "renames": self.renames,
        }
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)

    def at(self, number: int) -> Asked | None:
        return next((each for each in self.questions if each.number == number), None)

    def changed(self, asked: Asked) -> "Desk":
        questions = tuple(asked if each.number == asked.number else each for each in self.questions)
        return replace(self, questions=questions)

    def inserted(self, place: int, options: int, after: Asked | None) -> "Desk":
        number = self.counter
        choices = tuple(Choice(number + 1 + each) for each in range(options))
        when = (after.number, frozenset(_living(after)[:1])) if after else None
        new = Asked(number, f"q{number}", choices, when=when)
        questions = (*self.questions[:place], new, *self.questions[place:])
        return replace(self, questions=questions, counter=number + options + 1)

    def deleted(self, number: int) -> "Desk":
        return replace(self, questions=tuple(e for e in self.questions if e.number != number))

    def renamed(self, asked: Asked) -> "Desk":
        name = f"q{asked.number}n{self.counter}"
        renames = {old: name if new == asked.name else new for old, new in self.renames.items()}
        moved = replace(self, renames={**renames, asked.name: name}, counter=self.counter + 1)
        return moved.changed(replace(asked, name=name))

    def retired(self, asked: Asked, option: int, successor: int) -> "Desk":
        options = tuple(
            replace(each, retired_as=successor)
            if option in (each.number, each.retired_as)
            else each
            for each in asked.options
        )
        return self.changed(replace(asked, options=options))

    def option_gone(self, asked: Asked, option: int) -> "Desk":
        left = tuple(each for each in asked.options if each.number != option)
        return self.changed(replace(asked, options=left))

    def with_option(self, asked: Asked) -> "Desk":
        more = replace(asked, options=(*asked.options, Choice(self.counter)))
        return replace(self.changed(more), counter=self.counter + 1)

    def reordered(self, first: int, second: int) -> "Desk":
        questions = list(self.questions)
        questions[first], questions[second] = questions[second], questions[first]
        return replace(self, questions=tuple(questions))

    def _question(self, asked: Asked) -> dict[str, Any]:
        question: dict[str, Any] = {
            "ask": asked.name,
            "type": "choice",
            "meaning": asked.meaning,
            "text": f"Frage {asked.number}?",
            "summary": f"Sache {asked.number}",
            "options": {f"o{each.number}": _option(each) for each in asked.options},
        }
        if asked.when is not None:
            question["when"] = self._condition(*asked.when)
        return question

    def _condition(self, number: int, options: frozenset[int]) -> dict[str, Any]:
        asked = self.at(number)
        name = asked.name if asked else f"q{number}"
        return {name: [f"o{each}" for each in sorted(options)]}

    def _cards(self) -> dict[str, Any]:
        """A card for each question and one for the rest; a published card never vanishes."""
        cards: dict[str, Any] = {
            f"c{asked.number}": {
                "when": self._condition(asked.number, frozenset(_living(asked)[:1])),
                "title": f"Karte {asked.number}",
                "body": "Fragen Sie die Beratung.",
                "offices": ["advice"],
            }
            for asked in self.questions
        }
        first = {"otherwise": True, "local": {"body": "required"}, "title": "Erster Schritt"}
        return {**cards, "first": {**first, "body": "Die Beratung hilft.", "offices": ["advice"]}}


def _option(choice: Choice) -> dict[str, Any]:
    option: dict[str, Any] = {"text": f"Wahl {choice.number}"}
    if choice.retired_as is not None:
        option["retired"] = {"since": date(2026, 11, 1), "as": f"o{choice.retired_as}"}
    return option


def _living(asked: Asked) -> list[int]:
    return [each.number for each in asked.options if each.retired_as is None]


def first_desk() -> Desk:
    """Three questions, the second only after one answer to the first."""
    questions = (
        Asked(1, "q1", (Choice(11), Choice(12))),
        Asked(2, "q2", (Choice(21), Choice(22), Choice(23)), when=(1, frozenset({11}))),
        Asked(3, "q3", (Choice(31), Choice(32))),
    )
    return Desk(questions)
