"""`python -m tests.benchmarks`: measure Lotse beside other bots and write what came out.

A full measurement writes docs/performance.md and its picture; `--quick` prints one line of ratios
last and writes nothing. Speed is reported and never asserted: the exit code is 1 only if Lotse
could not be measured.
"""

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks import installing, journey, kills, page, services, summary
from tests.benchmarks.contenders import named, why_not
from tests.benchmarks.installing import Need
from tests.benchmarks.loads import FULL, IMPATIENT, QUICK
from tests.benchmarks.place import Place, default_place
from tests.benchmarks.running import Load, Run, Track, kept, turns
from tests.benchmarks.services import load_average
from tests.playing.house import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"
PICTURE: Final = ROOT / "docs" / "performance.svg"


def main(arguments: Sequence[str]) -> int:
    """Prepare, measure, say what came out."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, _leave)
    place = default_place()
    results = place.results(quick=options.quick)
    if not options.go_on:
        results.unlink(missing_ok=True)
    loads = _wished(options)
    names = {name for load in loads for name in load.contenders}
    needs = {Need.GENERATOR, *(need for name in names for need in named(name).needs)}
    reasons = installing.prepare(place, needs)
    if Need.GENERATOR in reasons:
        _say(f"nothing can be measured without {Need.GENERATOR}: {reasons[Need.GENERATOR]}")
        return 1
    with services.running(needs - reasons.keys(), place.folder) as (running, failed):
        track = Track(place, running, *_journeys(place))
        for load in loads:
            _measure(track, load, results, {**reasons, **failed}, options.profile)
    return _finish(kept(results), options)


def _leave(number: int, _: object) -> None:
    """End what was started on SIGTERM as well."""
    sys.exit(128 + number)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    reader.add_argument("--quick", action="store_true", help="three contenders, under 90 seconds")
    reader.add_argument("--load", action="append", default=[], help="only this load; repeatable")
    reader.add_argument("--only", default="", help="only these contenders, with commas")
    reader.add_argument("--rounds", type=int, default=0, help="instead of the load's own number")
    reader.add_argument("--go-on", action="store_true", help="keep the runs of the last time")
    reader.add_argument("--write", action="store_true", help="write the page after a part as well")
    reader.add_argument("--profile", type=Path, help="picture (.svg) or stacks (.txt) of py-spy")
    return reader.parse_args(arguments)


def _wished(options: argparse.Namespace) -> list[Load]:
    """The loads, with the contenders and rounds that were asked for."""
    only = set(filter(None, options.only.split(",")))
    all_loads = (*FULL, IMPATIENT, kills.AS_LOAD)
    chosen = (
        [QUICK]
        if options.quick
        else [load for load in all_loads if not options.load or load.name in options.load]
    )
    return [
        replace(
            load,
            contenders=tuple(name for name in load.contenders if not only or name in only),
            rounds=options.rounds or load.rounds,
        )
        for load in chosen
    ]


def _journeys(place: Place) -> tuple[Path, Path]:
    return (
        journey.written(journey.of_lotse(), place.folder / "lotse.json"),
        journey.written([journey.of_peers()], place.folder / "peers.json"),
    )


def _measure(
    track: Track, load: Load, results: Path, reasons: Mapping[Need, str], profile: Path | None
) -> None:
    """Run everybody in turns; who lacks something is noted with the reason."""
    _say(f"\n{load.title}")
    done = max((run.round for run in kept(results) if run.load == load.name), default=-1) + 1
    for number, one in turns([named(name) for name in load.contenders], load.rounds):
        lacking = why_not(one, reasons)
        if lacking:
            run = Run(load.name, one.name, done + number, load_average(), {}, lacking)
        elif load.name == kills.LOAD:
            run = kills.measure(track, one, done + number)
        else:
            run = track.measure(one, load, done + number, profile)
        _say(_told(run))
        with results.open("a") as lines:
            lines.write(run.line + "\n")


def _told(run: Run) -> str:
    start = f"{run.round + 1} {run.contender:15}"
    figures = run.figures
    if run.error:
        return f"{start} skipped: {run.error}"
    if run.load == kills.LOAD:
        return (
            f"{start} {figures['acknowledged']:.0f} of {figures['people']:.0f} acknowledged, "
            f"{figures['replies']:.0f} replies in the end"
        )
    if run.load == IMPATIENT.name:
        return f"{start} {figures['journeys']:.0f} journeys whole and in order, {run.faults} faults"
    return (
        f"{start} {figures['updates_s']:8.0f}/s "
        f"p50 {figures['first_p50_ms']:.1f} to {figures['last_p50_ms']:.1f} ms "
        f"p99 {figures['first_p99_ms']:.1f} to {figures['last_p99_ms']:.1f} ms "
        f"cpu {figures['cpu_ms'] + figures['database_cpu_ms']:6.3f} ms "
        f"{figures['memory_end_mib']:4.0f} MiB start {figures['start_up_s']:4.1f} s "
        f"faults {run.faults} load {run.load_average}"
    )


def _finish(runs: Sequence[Run], options: argparse.Namespace) -> int:
    whole = not (options.quick or options.load or options.only)
    if whole or options.write:
        date = datetime.now(UTC).date().isoformat()  # noqa: TID251 - when it was measured
        when = page.occasion(date, runs)
        text = PAGE.read_text(encoding="utf-8")
        tables = page.markdown(runs, when, PICTURE.name)
        PAGE.write_text(page.replaced(text, "beside other bots", tables), encoding="utf-8")
        PICTURE.write_text(page.svg(runs, when), encoding="utf-8")
        _say(f"\n{tables}\n")
    if options.quick:
        _say(summary.quick_line(runs))
    own = [run for run in runs if run.contender.startswith("lotse") and not run.error]
    return 0 if own else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
