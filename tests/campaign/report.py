"""The campaign's table as Markdown and as a picture: what was done to the program, what it did.

Numbers come from the runs alone; a part without runs is not shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from tests.campaign.registry import Outcome, Part

HEAD: Final = (
    "fault",
    "what",
    "runs",
    "cases",
    "updates",
    "lost",
    "doubled",
    "inverted",
    "other",
    "repeated (at most)",
)
WIDTHS: Final = (170, 430, 60, 80, 90, 70, 80, 80, 70, 130)
ROW: Final = 24
TITLE: Final = 64
_LETTERS: Final = 'role="img" font-family="sans-serif" font-size="13"'


@dataclass(frozen=True, slots=True)
class Line:
    """One part with the sum of its runs; `planned` runs are the whole campaign."""

    part: Part
    runs: int
    planned: int
    outcome: Outcome

    @property
    def cells(self) -> tuple[str, ...]:
        sum_ = self.outcome
        repeated = f"{sum_.duplicates:,} ({sum_.bound:,})" if self.part.bounded else "–"
        if self.part.compared:
            repeated = f"{sum_.duplicates:,}"
        numbers = (sum_.cases, sum_.updates, sum_.lost, sum_.doubled, sum_.inverted, sum_.wrong)
        runs = (
            f"{self.runs:,} of {self.planned:,}" if self.runs < self.planned else f"{self.runs:,}"
        )
        faults = ", ".join(_ranges(self.part.faults)) or "beside"
        return (faults, self.part.title, runs, *(f"{number:,}" for number in numbers), repeated)


def _ranges(faults: Sequence[int]) -> Iterator[str]:
    """Numbers in their order; three or more that follow each other as the first and the last."""
    for _, pairs in groupby(enumerate(faults), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in pairs]
        yield from [f"{found[0]}–{found[-1]}"] if len(found) > 2 else map(str, found)


def lines(parts: Sequence[Part], runs: Mapping[str, Mapping[int, Outcome]]) -> list[Line]:
    """A line for each part that was run, ours first."""
    found = []
    for part in sorted(parts, key=lambda part: (part.compared, part.faults, part.name)):
        kept = runs.get(part.name, {})
        if kept:
            first, *rest = kept.values()
            sum_ = sum(rest, start=first)
            found.append(Line(part, len(kept), part.campaign, sum_))
    return found


def markdown(table: Sequence[Line], date: str, machine: str, picture: str) -> str:
    """The page of figures."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(line.cells for line in table)]
    drawn = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _PAGE.format(date=date, machine=machine, picture=picture, table=drawn)


def picture(table: Sequence[Line], date: str, machine: str) -> str:
    """The same table as an SVG picture."""
    width, height = sum(WIDTHS) + 20, TITLE + ROW * (len(table) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_LETTERS}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<text x="10" y="26" font-size="18" font-weight="bold">Lotse under kills and faults</text>',
        f'<text x="10" y="48" fill="#444">{escape(date)} · {escape(machine)}</text>',
        *_row(HEAD, TITLE + 18, "font-weight='bold'"),
    ]
    for number, line in enumerate(table):
        top = TITLE + ROW * (number + 1)
        fill = "#eef7ee" if line.outcome.clean else "#fbe3e0"
        parts.append(
            f'<rect x="4" y="{top}" width="{width - 8}" height="{ROW - 2}" fill="{fill}"/>'
        )
        parts += _row(line.cells, top + 16, "")
    return "\n".join([*parts, "</svg>", ""])


def _row(cells: Sequence[str], baseline: int, style: str) -> list[str]:
    """Words from the left, numbers to the right of their column."""
    drawn, left = [], 10
    for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True)):
        x, anchor = (left, "start") if number < 2 else (left + width - 8, "end")
        drawn.append(
            f'<text x="{x}" y="{baseline}" text-anchor="{anchor}" {style}>{escape(cell)}</text>'
        )
        left += width
    return drawn


_PAGE: Final = """# What kills and faults did to Lotse

Measured on {date}, {machine}. Written by `make campaign`; every number is the sum of its runs.

![The table below as a picture]({picture})

{table}

- **cases** are kills, faults or hostile inputs; **updates** is what people sent meanwhile.
- **lost**: an update, an answer or an item is missing. **doubled**: a ticket, a transition, an
  entry of the audit trail or an item is there twice. **inverted**: the order within a chat is not
  that of the people. **other**: any other broken promise.
- **repeated**: messages that came twice. Telegram's `sendMessage` has no key by which it could
  know a repetition, so a message in flight at a kill is sent again; *at most* is how many were in
  flight at the kills, and answers of Telegram that got lost. What a county may rely on is
  [reliability.md](reliability.md).
- The line *beside* is an ordinary bot on python-telegram-bot as its users write it
  (`run_polling`, `ConversationHandler`, `PicklePersistence`; its handler inserts one row into
  SQLite and replies), killed in the same way. It is not Lotse.

A part that says "n of m" was not run in full; `make campaign` goes on where it stopped.
"""
