"""How much of a case is read: the newest of what was said and done, or all of it.

An open page reads its case at every change, so that must not take longer the longer the case is.
Somebody may have all before them: then what came before the newest has a mark, and is read again
only when it is no longer what it was. Who may read a case is in `bot.usecases.reading`.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import Final

from bot.model.records import AuditEntry
from bot.model.tickets import AnswerItem, Author, CardItem, Item
from bot.usecases import delivered
from bot.usecases.delivered import Stage, Stages
from bot.usecases.unit import Unit

NEWEST: Final = 200
"""Of what was said and of the trail, so many are read until somebody asks for all."""

_AT_ONCE: Final = 50
"""Items read from the beginning at once; few handoffs bring more."""

_SKEW: Final = timedelta(hours=1)
"""Clocks of replicas differ by less: an entry of the trail may seem older than its item."""

_MARK_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a case. `answers` and `cards` came with the handoff, the rest afterwards.

    `earlier` counts what came before `said`, and `older` is that, if it was read. `mark` names it
    for a page that shows it. `earlier_trail` counts what came before `trail`.
    """

    answers: tuple[Item, ...]
    cards: tuple[Item, ...]
    said: tuple[Item, ...]
    trail: tuple[AuditEntry, ...]
    stages: Stages
    failed: bool
    earlier: int = 0
    earlier_trail: int = 0
    mark: str = ""
    older: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.answers, *self.cards, *self.older, *self.said)


def whole(unit: Unit, code: str) -> Excerpt:
    """All of it. The mark is for what came before the newest."""
    tickets = unit.work.tickets
    items, trail = tickets.items(code), tickets.audit_trail(code)
    answers, cards = _brought(items)
    said = items[len(answers) + len(cards) :]
    stages = delivered.stages(items, trail)
    failed = any(one.stage is Stage.FAILED for one in stages.values())
    found = Excerpt(answers, cards, said, tuple(trail), stages, failed)
    if len(said) <= NEWEST:
        return found
    older, said = said[:-NEWEST], said[-NEWEST:]
    told = [entry for entry in trail if entry.what in delivered.KINDS]
    mark = _mark(unit, code, older[-1].number, told)
    return replace(found, older=older, said=said, earlier=len(older), mark=mark)


def newest(unit: Unit, code: str) -> Excerpt:
    """The newest of what was said, and how much came before it."""
    said = unit.work.tickets.newest_items(code, NEWEST)
    before = unit.work.tickets.readable(code, said[0].number) if said else 0
    answers, cards = _head(unit, code)
    brought = len(answers) + len(cards)
    said = said[max(0, brought - before) :]
    answered = [item.at for item in said if delivered.is_answer(item)]
    failures = unit.work.tickets.audit_trail(code, {delivered.UNDELIVERED})
    since = min([*answered, *(entry.at for entry in failures)], default=unit.now)
    told = unit.work.tickets.audit_trail(code, delivered.KINDS, since - _SKEW)
    found = _partly(unit, code, said, told)
    return replace(found, answers=answers, cards=cards, earlier=max(0, before - brought))


def after(unit: Unit, code: str, known: str) -> Excerpt:
    """What came after that of which the page has the mark `known`; all if that has changed."""
    number = _number(known)
    if number is None:
        return newest(unit, code)
    told = unit.work.tickets.audit_trail(code, delivered.KINDS)
    if _mark(unit, code, number, told) != known:
        return whole(unit, code)
    answers, cards = _head(unit, code)
    earlier = unit.work.tickets.readable(code, number + 1) - len(answers) - len(cards)
    if earlier <= 0:
        return newest(unit, code)  # what came with the handoff never has a mark
    found = _partly(unit, code, unit.work.tickets.items(code, number), told)
    return replace(found, answers=answers, cards=cards, earlier=earlier, mark=known)


def _partly(unit: Unit, code: str, said: tuple[Item, ...], told: list[AuditEntry]) -> Excerpt:
    """`said` with its stages and the newest of the trail; `told` says what became of answers."""
    tickets = unit.work.tickets
    trail = tickets.newest_audit(code, NEWEST)
    failed = any(
        delivered.is_answer(item)
        for number in sorted(delivered.failing(told), reverse=True)
        for item in tickets.items(code, number - 1, 1)
        if item.number == number
    )
    before = tickets.audit_count(code) - len(trail)
    stages = delivered.stages(said, told)
    return Excerpt((), (), said, tuple(trail), stages, failed, earlier_trail=before)


def _head(unit: Unit, code: str) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What the handoff brought along, without reading on to the end."""
    items: tuple[Item, ...] = ()
    while True:
        last = items[-1].number if items else 0
        more = unit.work.tickets.items(code, last, _AT_ONCE)
        items += more
        answers, cards = _brought(items)
        if len(more) < _AT_ONCE or len(answers) + len(cards) < len(items):
            return answers, cards


def _brought(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Answers and cards shown before, of which the handoff told."""
    theirs = list(takewhile(lambda item: item.author is Author.NEWCOMER, items))
    answers = tuple(takewhile(lambda item: isinstance(item.body, AnswerItem), theirs))
    rest = theirs[len(answers) :]
    return answers, tuple(takewhile(lambda item: isinstance(item.body, CardItem), rest))


def _mark(unit: Unit, code: str, number: int, told: list[AuditEntry]) -> str:
    """Names the items up to `number`: other when one is erased, or another answer is there."""
    about = sum(any(one <= number for one in delivered.about(entry)) for entry in told)
    return f"{number}-{unit.work.tickets.readable(code, number + 1)}-{about}"


def _number(mark: str) -> int | None:
    """The number a mark begins with; None if it is none of ours."""
    parts = mark.split("-")
    ours = len(parts) == _MARK_PARTS and all(
        one.isascii() and one.isdigit() and len(one) < 10  # noqa: PLR2004
        for one in parts
    )
    return int(parts[0]) if ours else None
