"""What became of a town's bot is compared with what its people did.

Cases and chats are judged as in `tests.process.correspondence`; here the rest is added: the
caseworkers' group, people who were erased, updates put aside, and what a kill may repeat.
"""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby, pairwise
from typing import Final

from bot.usecases.ports import NotCommitted, Work
from tests.faults.deeds import Case, People, Phase
from tests.faults.town import Town
from tests.process.correspondence import Figures, compare, judged

MIRRORED: Final = re.compile(r"#[A-HJ-NP-Z2-9]{6}-(\d+)")
"""Case and item number before what is mirrored into a topic."""


LONGEST_TALK: Final = 2000
"""Characters: only an export's messages are longer."""

LEAST_PARTS: Final = 2
ATTEMPTS: Final = 5


class Judge:
    """Looks at one town again and again; what was seen before counts once."""

    def __init__(self, town: Town, people: People) -> None:
        self._town = town
        self._people = people
        self._figures = Figures()
        self._told: set[str] = set()
        self._repeated: dict[str, int] = {}
        self.repeated_parts = 0

    def look(self, in_flight: int) -> list[str]:
        """What is wrong now. `in_flight` bounds what may have been repeated since last time."""
        self._people.learn_codes()
        before, known = self._figures.duplicates, self._repeated.copy()
        problems: list[str] = []
        for _ in range(ATTEMPTS):
            with suppress(NotCommitted):  # beside a bot that clears or reminds: once more
                problems = self._seen()
                break
        else:
            raise AssertionError("the database lets nobody look")
        repeated = self._figures.duplicates - before
        if repeated > in_flight:
            where = {code: n for code, n in self._repeated.items() if n != known.get(code)}
            problems.append(f"{repeated} repeated, {in_flight} in flight: {where}")
        return problems

    def _seen(self) -> list[str]:
        self._figures, problems = Figures(), []
        self.repeated_parts = 0
        with self._town.data() as work:
            for case in self._people.cases:
                problems += self._about(case, work)
            quarantined = work.figures.between(date.min, date.max).get("quarantined", 0)
        self._figures.lost += max(0, self._people.poisoned - quarantined)
        self._figures.doubled += max(0, quarantined - self._people.poisoned)
        return problems

    def _about(self, case: Case, work: Work) -> list[str]:
        """What is wrong with a case and was not told yet."""
        if case.phase is Phase.GONE:
            figures = Figures()
            _judge_withdrawn(figures, case, work)
        else:
            figures = judged(0, [case.who], work)
            self.repeated_parts += _judge_exports(figures, case)
            if case.code:
                self._judge_topic(figures, case)
        _add(self._figures, figures)
        self._repeated[case.code] = figures.duplicates
        wrong = figures.lost or figures.doubled or figures.inverted
        trail = [entry.what for entry in work.tickets.audit_trail(case.code)]
        topics = [one.name for one in self._town.group.topics() if case.code in one.name]
        told = f"{case.code} {figures}: wanted {case.who.steps} {case.who.expected}, "
        told += f"found {trail} {case.who.answers()} {topics}"
        if not wrong or case.code in self._told:
            return []
        self._told.add(case.code)
        return [told]

    def add_to(self, sum_: Figures) -> None:
        """Add what was seen last."""
        _add(sum_, self._figures)

    def _judge_topic(self, figures: Figures, case: Case) -> None:
        """One topic a case; in it what was said, in order; what a kill repeats is counted."""
        topics = [topic for topic in self._town.group.topics() if case.code in topic.name]
        figures.doubled += len(topics) - 1
        shown = [
            message.text
            for topic in topics
            for message in self._town.group.screen(topic).from_bot
            if message.kind == "text"
        ]
        numbers = [int(one[1]) for text in shown if (one := MIRRORED.match(text))]
        figures.duplicates += len(numbers) - len(_once(numbers))
        told = [str(number) for number in _once(numbers)]
        figures.doubled += len(told) - len(set(told))
        figures.inverted += sum(int(b) < int(a) for a, b in pairwise(told))


def _judge_exports(figures: Figures, case: Case) -> int:
    """Each part of a long answer came as often as it was asked for; return what was repeated."""
    shown = [message.text for message in case.who.newcomer.user.screen().from_bot]
    parts = Counter(text for text in shown if len(text) > LONGEST_TALK)
    repeated = sum(max(0, number - case.exports) for number in parts.values())
    figures.duplicates += repeated
    figures.lost += sum(max(0, case.exports - number) for number in parts.values())
    figures.lost += case.exports > 0 and len(parts) < LEAST_PARTS
    return repeated


def _judge_withdrawn(figures: Figures, case: Case, work: Work) -> None:
    """Who was erased is gone, and the case says once that it was withdrawn."""
    figures.lost += len(work.people.load([case.who.newcomer.user.id]))
    steps = [entry.what for entry in work.tickets.audit_trail(case.code)]
    compare(figures, ["withdrawn"], [what for what in steps if what == "withdrawn"])


def _once(numbers: Sequence[int]) -> list[int]:
    return [number for number, _ in groupby(numbers)]


def _add(sum_: Figures, more: Figures) -> None:
    sum_.updates += more.updates
    sum_.lost += more.lost
    sum_.doubled += more.doubled
    sum_.inverted += more.inverted
    sum_.duplicates += more.duplicates
