"""`python -m tests.benchmarks.growth [PART ...]`: how Lotse bears growth, limits and time.

Parts: limits, start, pages, cost, cost-postgres, content, memory, backlog, replicas, soak. Each
keeps what it found; docs/growth-figures.md and its picture are written from all that is kept. Speed
is reported and never asserted: the exit code is 1 only if a part could not be measured.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks import growth_figures, growth_parts
from tests.benchmarks.growth_figures import Figure, Finding
from tests.benchmarks.growth_parts import Sizes
from tests.benchmarks.page import occasion
from tests.benchmarks.place import default_place


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement: what it is called on the page, and how it is done, in words and in code."""

    name: str
    title: str
    how: str
    measure: Callable[[Path, Sizes, Callable[[str], None]], Iterable[Figure]]


PARTS: Final = (
    Part(
        "cost", "An update, by stored conversations (SQLite)", growth_parts.COST, growth_parts.cost
    ),
    Part(
        "cost-postgres",
        "An update, by stored conversations (PostgreSQL)",
        growth_parts.COST,
        growth_parts.cost_postgres,
    ),
    Part(
        "content",
        "An update, with ten times the content",
        growth_parts.CONTENT,
        growth_parts.content,
    ),
    Part("pages", "The desk over many cases", growth_parts.PAGES, growth_parts.pages),
    Part(
        "limits",
        "Telegram's limits with thousands waiting",
        growth_parts.LIMITS,
        growth_parts.limits,
    ),
    Part("backlog", "A queue at Telegram", growth_parts.BACKLOG, growth_parts.backlog),
    Part("start", "Start, check, publication", growth_parts.START, growth_parts.start),
    Part("memory", "Memory and stored conversations", growth_parts.MEMORY, growth_parts.memory),
    Part("soak", "Memory over time, with faults", growth_parts.SOAK, growth_parts.soak),
    Part("replicas", "Replicas on one PostgreSQL", growth_parts.REPLICAS, growth_parts.replicas),
)


def main(arguments: Sequence[str]) -> int:
    """Measure the wished parts, keep what they found, write the page."""
    options = _options(arguments)
    sizes = Sizes(
        tuple(options.conversations),
        options.postgres,
        options.cases,
        options.backlog,
        options.minutes,
        options.replicas,
        options.rounds,
    )
    kept = options.folder / "found"
    failed = 0
    for part in PARTS:
        if part.name in options.parts:
            failed += not _measured(part, options.folder, sizes, kept)
    found = growth_figures.kept(kept, [part.name for part in PARTS])
    options.page.write_text(growth_figures.markdown(found, options.picture.name), encoding="utf-8")
    options.picture.write_text(growth_figures.svg(found), encoding="utf-8")
    return 1 if failed else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    names = [part.name for part in PARTS]
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    reader.add_argument("parts", nargs="*", choices=[*names, []], default=names, metavar="PART")
    reader.add_argument("--conversations", type=int, nargs="+", default=[1000, 100_000, 1_000_000])
    reader.add_argument("--postgres", type=int, default=100_000, help="conversations there")
    reader.add_argument("--cases", type=int, default=100_000)
    reader.add_argument("--backlog", type=int, default=100_000, help="updates that wait")
    reader.add_argument("--minutes", type=float, default=60.0, help="of the soak")
    reader.add_argument("--replicas", type=int, default=3)
    reader.add_argument("--rounds", type=int, default=7)
    reader.add_argument("--folder", type=Path, default=default_place().folder / "growth")
    reader.add_argument("--page", type=Path, default=growth_figures.PAGE)
    reader.add_argument("--picture", type=Path, default=growth_figures.PICTURE)
    return reader.parse_args(arguments)


def _measured(part: Part, folder: Path, sizes: Sizes, kept: Path) -> bool:
    """Measure one part and keep what it found; False if it could not be measured."""
    when = occasion(datetime.now(UTC).date().isoformat(), ())  # noqa: TID251 - when it was measured
    before, began = growth_figures.load_average(), time.monotonic()
    figures = []
    try:
        for figure in part.measure(folder, sizes, _say):
            figures.append(figure)
            _say(f"{part.name}: {' | '.join(figure.cells)}")
    except Exception:  # noqa: BLE001 - the other parts are measured all the same
        traceback.print_exc()
        return False
    finding = Finding(
        part.name,
        part.title,
        when.date,
        when.machine,
        (before, growth_figures.load_average()),
        time.monotonic() - began,
        tuple(figures),
        part.how,
    )
    growth_figures.keep(kept, finding)
    return True


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - progress


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
