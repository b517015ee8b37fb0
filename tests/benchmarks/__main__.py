"""`python -m tests.benchmarks`: measure Lotse beside other bots and write what came out.

Writes docs/performance.md and its picture after a full measurement; `--quick` prints one line of
ratios last. Speed is reported, never asserted: exit code 1 only if nothing could be measured.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import installing, journey, services
from tests.benchmarks.contenders import Contender, named
from tests.benchmarks.installing import Need
from tests.benchmarks.loads import FULL, QUICK
from tests.benchmarks.place import Place, default_place
from tests.benchmarks.running import Load, Run, Track, turns


def main(arguments: Sequence[str]) -> int:
    """Prepare, measure, say what came out."""
    options = _options(arguments)
    place = default_place()
    loads = [_wished(load, options) for load in _chosen(options)]
    contenders = {name: named(name) for load in loads for name in load.contenders}
    needs = {Need.GENERATOR, *(need for one in contenders.values() for need in one.needs)}
    reasons = installing.prepare(place, needs)
    for need, reason in reasons.items():
        _say(f"missing: {need} ({reason})")
    with services.running(needs - set(reasons), place.folder) as running:
        track = Track(place, running, *_journeys(place))
        for load in loads:
            _measure(track, load, [contenders[name] for name in load.contenders], options)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    reader.add_argument("--quick", action="store_true", help="three contenders, under 90 seconds")
    reader.add_argument("--load", action="append", default=[], help="only this load; repeatable")
    reader.add_argument("--only", default="", help="only these contenders, with commas")
    reader.add_argument("--rounds", type=int, default=0, help="instead of the load's own number")
    reader.add_argument("--profile", type=Path, help="picture (.svg) or stacks (.txt) of py-spy")
    return reader.parse_args(arguments)


def _chosen(options: argparse.Namespace) -> list[Load]:
    if options.quick:
        return [QUICK]
    return [load for load in FULL if not options.load or load.name in options.load]


def _wished(load: Load, options: argparse.Namespace) -> Load:
    only = tuple(filter(None, options.only.split(",")))
    names = tuple(name for name in load.contenders if not only or name in only)
    return replace(load, contenders=names, rounds=options.rounds or load.rounds)


def _journeys(place: Place) -> tuple[Path, Path]:
    return (
        journey.written(journey.of_lotse(), place.folder / "lotse.json"),
        journey.written([journey.of_peers()], place.folder / "peers.json"),
    )


def _measure(
    track: Track, load: Load, contenders: Iterable[Contender], options: argparse.Namespace
) -> None:
    _say(f"\n{load.title}")
    for number, one in turns(list(contenders), load.rounds):
        run = track.measure(one, load, number, options.profile)
        _say(_told(run))
        with track.place.results.open("a") as results:
            results.write(run.line + "\n")


def _told(run: Run) -> str:
    if run.error:
        return f"{run.round + 1} {run.contender:15} {run.error}"
    figures = run.figures
    return (
        f"{run.round + 1} {run.contender:15} {figures['updates_s']:8.0f}/s "
        f"p50 {figures['last_p50_ms']:7.1f} ms p99 {figures['last_p99_ms']:7.1f} ms "
        f"cpu {figures['cpu_ms'] + figures['database_cpu_ms']:6.3f} ms "
        f"{figures['memory_end_mib']:4.0f} MiB start {figures['start_up_s']:4.1f} s "
        f"faults {run.faults} load {run.load_average}"
    )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
