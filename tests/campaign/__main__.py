"""`python -m tests.campaign`: run all parts in large numbers, go on where the last run stopped.

Writes docs/reliability-figures.md and its picture. Exit code 1 if anything was found.
"""

import argparse
import os
import platform
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.campaign import report
from tests.campaign.keeping import Progress, Runs, missing
from tests.campaign.registry import Outcome, Part, Place, opened, parts
from tests.playing.house import ROOT

PAGE: Final = ROOT / "docs" / "reliability-figures.md"
PICTURE: Final = ROOT / "docs" / "reliability-figures.svg"


def main(arguments: Sequence[str]) -> int:
    """Run what is missing, as long as there is time, and write the table."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, _leave)
    scratch = options.folder / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    chosen = [one for one in parts() if not options.part or one.name in options.part]
    progress = Progress(options.folder / "runs.jsonl")
    wanted = {one.name: max(1, round(one.campaign * options.share)) for one in chosen}
    until, failed = time.monotonic() + options.minutes * 60, 0
    with opened(scratch) as place:
        for name, seed in missing(wanted, progress.runs()):
            if time.monotonic() > until:
                break
            part = next(one for one in chosen if one.name == name)
            try:
                outcome, seconds = _run(part, seed, place)
            except Exception:  # noqa: BLE001 - the others are run all the same
                traceback.print_exc()
                failed += 1
                continue
            progress.keep(name, seed, outcome)
            _say(part, seed, wanted[name], outcome, seconds)
    _write(progress.runs(), options.page, options.picture)
    found = [line for line in report.lines(chosen, progress.runs()) if not line.part.compared]
    return 0 if all(line.outcome.clean for line in found) and not failed else 1


def _leave(number: int, _: object) -> None:
    """Close what is open on SIGTERM as well."""
    sys.exit(128 + number)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    reader.add_argument("--folder", type=Path, default=ROOT / "data" / "campaign")
    reader.add_argument("--minutes", type=float, default=24 * 60.0, help="begin no run after this")
    reader.add_argument("--share", type=float, default=1.0, help="of the runs of each part")
    reader.add_argument("--part", action="append", default=[], help="only this part; repeatable")
    reader.add_argument("--page", type=Path, default=PAGE)
    reader.add_argument("--picture", type=Path, default=PICTURE)
    return reader.parse_args(arguments)


def _run(part: Part, seed: int, place: Place) -> tuple[Outcome, float]:
    began = time.monotonic()
    with place.fresh() as fresh:
        outcome = part.run(seed, fresh)
    return outcome, time.monotonic() - began


def _say(part: Part, seed: int, number: int, outcome: Outcome, seconds: float) -> None:
    verdict = "clean" if outcome.clean else f"FOUND {outcome}"
    if part.compared:
        verdict = f"{outcome.lost} lost"
    print(f"{part.name} {seed + 1}/{number} ({seconds:.1f} s): {verdict}", flush=True)  # noqa: T201


def _write(runs: Runs, page: Path, picture: Path) -> None:
    table = report.lines(parts(), runs)
    date = datetime.now(UTC).date().isoformat()  # noqa: TID251 - when it was measured
    machine = _machine()
    page.write_text(report.markdown(table, date, machine, picture.name), encoding="utf-8")
    picture.write_text(report.picture(table, date, machine), encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
