"""`lotse content test`: the tests beside the content, and why one fails.

For each failing test it says what was expected, what came, and which answers decided
it, with the line where the condition stands. What a test is, is in `cases.py`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.content.alarms import rates
from bot.content.build import Built, build
from bot.content.cases import Case, Outcome, cases
from bot.content.checks.cases import problems_of
from bot.content.explain import because, named, short, unknown_topic
from bot.content.printed import Printed
from bot.content.problems import Problem, in_order
from bot.content.schema_topic import UsedQuestion
from bot.content.sources import Sources, read_sources, usual_region
from bot.engine.rules import holds
from bot.model.content import Card, Priority, Urgency


def run_tests(content_dir: Path, region: str | None, topic: str | None) -> Printed:
    """Play the tests of one topic or of all; code 1 if one fails or cannot be played."""
    chosen = region or usual_region(content_dir)
    if chosen is None:
        return 2, [f"{content_dir}: there is no region that a bot can run"]
    sources = read_sources(content_dir, chosen)
    if topic is not None and topic not in sources.topic_ids:
        return 2, [unknown_topic(topic, sources.topic_ids)]
    built = build(sources, ("de",))
    names = sorted(sources.topic_ids) if topic is None else [topic]
    blocking = in_order(each for each in (*sources.problems, *built.problems) if each.blocks)
    reports = [_Report(name, sources, built, blocking) for name in names]
    lines = [line for report in reports for line in report.failures()]
    counts = [report.count() for report in reports]
    failed = sum(report.failed for report in reports)
    tests = sum(report.tests for report in reports)
    broken = any(report.broken for report in reports)
    if topic is None and built.content is not None and sources.emergency is not None:
        lines += rates(built.content, sources.emergency.shape)
    lines += [*counts, f"{tests} tests, {failed} failed"]
    return int(bool(failed) or broken), lines


class _Report:
    """The tests of one topic, played."""

    def __init__(
        self, name: str, sources: Sources, built: Built, blocking: Sequence[Problem]
    ) -> None:
        self.name = name
        self.broken = tuple(each for each in blocking if _concerns(each, name))
        self.cases: list[Case] = []
        file = sources.topics.get(name)
        if file is not None and built.content is not None and not self.broken:
            topic = built.content.topics[name]
            if any(card.otherwise for card in topic.cards):
                self.cases = list(cases(topic, file, sources.towns))
        self.problems = [
            [problem for problem in problems_of(case) if problem.blocks] for case in self.cases
        ]

    @property
    def tests(self) -> int:
        return len(self.cases)

    @property
    def failed(self) -> int:
        return sum(bool(problems) for problems in self.problems)

    def count(self) -> str:
        if self.broken:
            return f"{self.name:<24} not played: the file has errors"
        if not self.cases:
            return f"{self.name:<24} no tests"
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.name:<24}{self.tests:>4} tests{failed}"

    def failures(self) -> Iterator[str]:
        yield from map(str, self.broken)
        for case, problems in zip(self.cases, self.problems, strict=True):
            if problems:
                yield from _failure(case, problems)
                yield ""


def _concerns(problem: Problem, topic: str) -> bool:
    """Whether a mistake makes this topic's tests mean something else than what is written."""
    beside = "/topics/" in problem.path or "/regions/" in problem.path
    return problem.path.endswith(f"/topics/{topic}.yaml") or not beside


def _failure(case: Case, problems: Sequence[Problem]) -> Iterator[str]:
    place = case.file.document.at(*case.path)
    yield f"{place.path}:{place.line}:{place.column} the test `{case.shape.name}` fails"
    unknown = [each for each in problems if each.code.endswith("-unknown")]
    if unknown:
        for problem in unknown:
            yield f"  line {problem.line}: {problem.message} -> {problem.remedy}"
        return
    outcome = case.outcome()
    explained = _Explained(case, outcome)
    yield from explained.cards()
    yield from explained.priority()
    yield from explained.way()


class _Explained:
    """What was expected, what came, and why."""

    def __init__(self, case: Case, outcome: Outcome) -> None:
        self.case = case
        self.outcome = outcome
        self.topic = case.topic.id
        self.by_id = {card.id: card for card in case.topic.cards}

    def cards(self) -> Iterator[str]:
        expected, came = self.outcome.expected, self.outcome.cards
        if expected == came:
            return
        yield f"  expected cards: {named(expected, self.topic)}"
        yield f"  came:           {named(came, self.topic)}"
        for card_id in expected:
            if card_id not in came:
                yield f"  `{short(card_id, self.topic)}` did not come: {self._absent(card_id)}"
        for card_id in came:
            if card_id not in expected:
                yield f"  `{short(card_id, self.topic)}` came: {self._present(card_id)}"
        if set(expected) == set(came):
            yield "  the order is: by urgency, then as in the file"

    def _absent(self, card_id: str) -> str:
        if self.by_id[card_id].otherwise:
            return "it is the `otherwise` card, and others fit"
        return self._because(card_id)

    def _present(self, card_id: str) -> str:
        if self.by_id[card_id].otherwise:
            return "it is the `otherwise` card, and no other fits"
        return self._because(card_id)

    def _because(self, card_id: str) -> str:
        card = self.by_id[card_id]
        why = because(card.when, self.outcome.values, self.topic)
        return f"{why} ({self._line('cards', short(card_id, self.topic), 'when')})"

    def priority(self) -> Iterator[str]:
        wanted, came = self.case.shape.priority, self.outcome.priority
        if wanted is None or came.value == wanted:
            return
        yield f"  expected priority: {wanted}"
        yield f"  came:              {came.value}"
        rule = self.case.topic.handoff.urgent_when
        urgent = [self.by_id[card_id] for card_id in self.outcome.cards]
        urgent = [card for card in urgent if card.urgency is Urgency.NOW]
        if rule is not None and (came is not Priority.P1 or holds(rule, self.outcome.values)):
            why = because(rule, self.outcome.values, self.topic)
            yield f"  `urgent_when`: {why} ({self._line('handoff', 'urgent_when')})"
        yield from self._urgent(urgent, came)

    def _urgent(self, urgent: Sequence[Card], came: Priority) -> Iterator[str]:
        if came is not Priority.P1:
            yield "  no card that came has `urgency: now`"
        for card in urgent:
            name = short(card.id, self.topic)
            yield f"  `{name}` has `urgency: now` ({self._line('cards', name, 'urgency')})"

    def way(self) -> Iterator[str]:
        for name in self.case.shape.asked:
            if self.case.full(name) not in self.outcome.asked:
                yield f"  expected that `{name}` is asked; it is not: {self._asked(name)}"
        for name in self.case.shape.not_asked:
            if self.case.full(name) in self.outcome.asked:
                yield f"  expected that `{name}` is not asked; it is: {self._asked(name)}"

    def _asked(self, name: str) -> str:
        question = self.case.question(name)
        if question is None:
            raise ValueError("an unknown question is told before")
        why = because(question.when, self.outcome.asked, self.topic)
        return f"{why} ({self._line('questions', self._number(question.id), 'when')})"

    def _number(self, field: str) -> int:
        shapes = self.case.file.shape.questions
        fields = [
            shape.use if isinstance(shape, UsedQuestion) else f"{self.topic}.{shape.ask}"
            for shape in shapes
        ]
        return fields.index(field)

    def _line(self, *path: str | int) -> str:
        place = self.case.file.document.at(*path)
        return f"{place.path}:{place.line}"
