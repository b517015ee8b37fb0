"""What a newcomer does under load, from /start to the case that a caseworker finds.

Lotse's own journey is played in memory with the county's real content: which button is pressed is
told by its text in that language, and what has to be answered is every line that does not depend
on the hour or the case. The other bots' journey is the reference in `peers`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.i18n.languages import native_name
from bot.i18n.render import RenderedButton
from tests.benchmarks.peers import reference
from tests.playing.house import MONDAY_MORNING, FixedChance, House
from tests.playing.newcomer import Newcomer, Shown, label_of, plain

SEND: Final = "sendMessage"
EDIT: Final = "editMessageText"
START: Final = "/start work"
"""From the poster of a language school: the topic is known, the language is not."""

LANGUAGES: Final = ("de", "ar")
LANGUAGE: Final = "the newcomer's language"
"""Stands for the button with the language's own name, which no catalogue has."""

PRESSED: Final = (
    LANGUAGE,
    "bot/agree#text",
    "work/concern.problem#text",
    "work/problem.dismissed#text",
    "musterkreis/place.seetal#name",
    "bot/to_a_person#text",
    "musterkreis/queue.work#title",
    "bot/no_text#text",
    "bot/summary.send#text",
)
"""Which buttons, by their message ids: three answers, the result, and a case of the work team."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One message or edit that has to come; all `lines` are part of its text."""

    method: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One update: `text` is written, or the button `button` pressed, whose data is `data`."""

    answers: tuple[Answer, ...]
    text: str = ""
    button: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """What one newcomer does; `language` is that of their telephone."""

    language: str
    steps: tuple[Step, ...]

    @property
    def answers(self) -> int:
        """How many messages and edits the newcomer gets."""
        return sum(len(step.answers) for step in self.steps)


def written(journeys: Iterable[Journey], path: Path) -> Path:
    """Keep the journeys in the generator's format."""
    path.write_text(json.dumps([_plain(one) for one in journeys], ensure_ascii=False))
    return path


def of_lotse(languages: Sequence[str] = LANGUAGES) -> tuple[Journey, ...]:
    """Lotse's journey in each language."""
    return tuple(_of_lotse(language) for language in languages)


def of_peers() -> Journey:
    """The journey of the bots that are compared: nine presses, each answered with a marker."""
    steps = [Step((Answer(SEND, (reference.marker(1),)),), text="/start")]
    for number, prefix in enumerate(reference.EXPECTED, start=2):
        answers = (Answer(EDIT, (reference.marker(number),)),)
        steps.append(Step(answers, data=f"{prefix}:a"))
    return Journey("uk", tuple(steps))


def _of_lotse(language: str) -> Journey:
    """Play it at two times with two cases; what is the same in both has to come."""
    night = MONDAY_MORNING + timedelta(days=5, hours=14)
    one, other = _played(language, MONDAY_MORNING, 0), _played(language, night, 5000)
    steps = [
        replace(mine, answers=tuple(map(_common, mine.answers, its.answers)))
        for mine, its in zip(one, other, strict=True)
    ]
    return Journey(language, tuple(steps))


def _played(language: str, now: datetime, used_codes: int) -> list[Step]:
    chance = FixedChance()
    for _ in range(used_codes):
        chance.code()
    newcomer = Newcomer(House(now=now, chance=chance), language_code=language)
    newcomer.send(START)
    steps = [Step(_answers(newcomer.new), text=START)]
    for key in PRESSED:
        label = native_name(language) if key == LANGUAGE else key
        button = _as_sent(newcomer, label)
        newcomer.press(label)
        steps.append(Step(_answers(newcomer.new), button=button.text, data=button.data or ""))
    return steps


def _as_sent(newcomer: Newcomer, label: str) -> RenderedButton:
    """The newest button with this label, as it leaves for Telegram."""
    for shown in reversed(newcomer.chat):
        rendered = shown.parts[-1].keyboard
        for row, texts in zip(shown.message.keyboard, rendered, strict=True):
            for button, sent in zip(row, texts, strict=True):
                if label in (label_of(button.label), plain(sent.text)):
                    return sent
    raise LookupError(label)


def _answers(shown: Sequence[Shown]) -> tuple[Answer, ...]:
    """Each part as a call: what does not fit into an edited message follows as new."""
    return tuple(
        Answer(EDIT if one.edited and number == 0 else SEND, tuple(part.html.splitlines()))
        for one in shown
        for number, part in enumerate(one.parts)
    )


def _common(one: Answer, other: Answer) -> Answer:
    if one.method != other.method:
        raise ValueError("the journey depends on the hour")
    kept = set(other.lines)
    return Answer(one.method, tuple(line for line in one.lines if line.strip() and line in kept))


def _plain(journey: Journey) -> dict[str, Any]:
    steps = [
        {
            **({"text": step.text} if step.text else {}),
            **({"button": step.button} if step.button else {}),
            **({"data": step.data} if step.data else {}),
            "answers": [{"method": one.method, "lines": one.lines} for one in step.answers],
        }
        for step in journey.steps
    ]
    return {"language": journey.language, "steps": steps}
