"""`lotse content diff REV`: what differs from a git revision, and whom it touches.

Only the words of the report are here; what differs is found by `compare.py`, what it
means for people in the middle of a topic by `replay.py`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.content.compare import Comparison, TextChange, compare
from bot.content.load import Run, load
from bot.content.problems import Problem
from bot.content.published import unexplained
from bot.content.replay import Fate, Replayed, replayed
from bot.content.revisions import NoRevision, at_revision, name_of

Printed = tuple[int, list[str]]
"""Exit code and lines."""

_SHOWN = 120
"""Characters of a sentence shown in the list of changed texts."""


def diff(content_dir: Path, regions: Sequence[str], revision: str) -> Printed:
    """Compare the working folder with `revision`; code 1 if it could not be published."""
    try:
        with at_revision((content_dir,), revision) as (old_dir,):
            name = name_of(content_dir, revision)[:10]
            runs = Run(), Run()
            reports = {each: _report(old_dir, content_dir, each, runs) for each in regions}
    except NoRevision as error:
        return 1, [str(error)]
    lines = [f"{revision} ({name}) -> {content_dir}"]
    for region, (_, report) in _grouped(reports):
        lines += ["", f"== {region}", *report]
    return int(any(code for code, _ in reports.values())), lines


def _grouped(reports: dict[str, Printed]) -> Iterator[tuple[str, Printed]]:
    """Regions with the same report together."""
    same: dict[tuple[str, ...], list[str]] = {}
    for region, (_, report) in reports.items():
        same.setdefault(tuple(report), []).append(region)
    for names in same.values():
        yield ", ".join(names), reports[names[0]]


def _report(old_dir: Path, new_dir: Path, region: str, runs: tuple[Run, Run]) -> Printed:
    if not (old_dir / "regions" / region).is_dir():
        return 0, ["this region is new; nobody can be in the middle of anything"]
    before, after = load(old_dir, region, run=runs[0]), load(new_dir, region, run=runs[1])
    if before.content is None:
        said = [f"  {_as_it_was(each, old_dir)}" for each in before.problems if each.blocks]
        return 1, ["that revision cannot be compared, this program finds errors in it:", *said]
    if after.content is None:
        return 1, ["the folder has errors:", *_findings(after.problems)]
    gone = unexplained(before.content, after.content, before.texts)
    differences = compare(before.content, after.content, before.texts, after.texts)
    fates = list(replayed(before.content, after.content))
    lines = [*_differences(differences), *_conversations(fates)]
    if gone:
        lines += ["Blocks publishing:", *(f"  {_as_it_was(each, old_dir)}" for each in gone)]
    return int(bool(gone)), lines or ["nothing differs"]


def _as_it_was(problem: Problem, old_dir: Path) -> str:
    """The finding in the file of the revision, named without where that was laid out."""
    return str(problem).removeprefix(f"{old_dir}/")


def _findings(problems: Sequence[Problem]) -> list[str]:
    return [f"  {problem}" for problem in problems if problem.blocks]


def _differences(found: Comparison) -> Iterator[str]:
    if found.ids:
        yield "Ids and conditions:"
        yield from (f"  {change}" for change in found.ids)
    if found.texts:
        yield f"Texts: {len(found.texts)}; their translations become fuzzy or are missing:"
        for change in found.texts:
            yield from _text(change)


def _text(change: TextChange) -> Iterator[str]:
    yield f"  {change.key}"
    if change.before is not None:
        yield f"    - {_short(change.before)}"
    if change.after is not None:
        yield f"    + {_short(change.after)}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}..."


def _conversations(fates: Sequence[Replayed]) -> Iterator[str]:
    """Counts by fate; the examples of everybody who notices something."""
    if not fates:
        yield "Open conversations: nobody notices anything"
        return
    for topic in fates:
        yield f"Open conversations in {topic.topic}: {topic.conversations} ways to be in it"
        for fate in Fate:
            count = topic.fates[fate]
            if count:
                example = "" if fate is Fate.SAME else f"   e.g. {topic.examples[fate]}"
                yield f"  {count:>6} {fate.value}{example}"
