"""`lotse content publish`: check everything, and only then let it run.

A county's bot sees the new release within a second. Going back is publishing an
older git revision: what only the newer content knew rests, and nobody loses an answer.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from bot.content.load import Run, load, offered_languages
from bot.content.loaded import Loaded
from bot.content.prepared import FOLDER as PREPARED
from bot.content.prepared import Prepared, Ready, mark_of
from bot.content.problems import Problem
from bot.content.published import unexplained
from bot.content.releases import FOLDER as RELEASES
from bot.content.releases import Release, Releases
from bot.content.revisions import NoRevision, at_revision, is_older, name_of, state_of
from bot.i18n.catalogue import Catalogues

Printed = tuple[int, list[str]]
"""Exit code and lines."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the editors' files are."""

    content: Path
    locales: Path


@dataclass(frozen=True, slots=True)
class Store:
    """Where a bot finds what was published."""

    releases: Releases
    prepared: Prepared

    @classmethod
    def of(cls, data_dir: Path) -> Self:
        return cls(Releases(data_dir / RELEASES), Prepared(data_dir / PREPARED))


def publish(
    folders: Folders,
    store: Store,
    regions: Sequence[str],
    now: datetime,
    revision: str | None = None,
) -> Printed:
    """Publish the folders, or what they were at `revision`; code 1 if it was refused."""
    try:
        with ExitStack() as held:
            read = folders
            name = state_of(folders.content)
            if revision is not None:
                laid_out = at_revision((folders.content, folders.locales), revision)
                read = Folders(*held.enter_context(laid_out))
                name = name_of(folders.content, revision)
            return _published(read, store, regions, now, (folders.content, name))
    except NoRevision as error:
        return 1, [str(error), "nothing was published"]


def history(releases: Releases) -> Printed:
    """Every release, the latest first, with a sign at the one that runs."""
    running = releases.current()
    lines = [
        f"{'*' if running and each.name == running.name else ' '} {each.at:%Y-%m-%d %H:%M} "
        f"{each.revision[:10] if each.revision else 'changed files':<15}"
        f"{' '.join(f'{region}:{version[:8]}' for region, version in each.versions.items())}"
        f"{' (back)' if each.back else ''}"
        for each in reversed(releases.history())
    ]
    return 0, lines or ["nothing was published yet: the bot runs the folder it was started with"]


def _published(
    read: Folders,
    store: Store,
    regions: Sequence[str],
    now: datetime,
    origin: tuple[Path, str | None],
) -> Printed:
    releases, (loaded, catalogues) = store.releases, _loaded(read, regions, now)
    wrong = [each for one in loaded.values() for each in one.problems if each.blocks]
    running = releases.current()
    versions = {region: _version(one) for region, one in loaded.items()}
    if running is not None and not wrong and running.versions == versions:
        return 0, ["this content runs already"]
    back = running is not None and _goes_back(releases, running, versions, origin)
    gone = [] if running is None or wrong else _gone(running, loaded)
    if wrong or (gone and not back):
        refused = [str(problem) for problem in (*wrong, *gone)]
        return 1, [*dict.fromkeys(refused), "nothing was published; the old content stays"]
    for region, one in loaded.items():  # the bot that takes the release need not build it again
        mark = mark_of(read.content, read.locales, region)
        store.prepared.keep(mark, Ready.of(one, catalogues, now.date()))
    release = releases.publish(
        read.content, read.locales, at=now, revision=origin[1], versions=versions, back=back
    )
    return 0, list(_told(release, gone))


def _told(release: Release, gone: Sequence[Problem]) -> list[str]:
    said = f"published {release.name}"
    lines = [f"{said} from {release.revision[:10]}" if release.revision else said]
    if release.revision is None:
        lines.append("some files are in no git revision: commit them, so that you can come back")
    if gone:
        lines.append(f"{len(gone)} ids rest until newer content returns; answers to them are kept")
    return lines


def _goes_back(
    releases: Releases, running: Release, versions: dict[str, str], origin: tuple[Path, str | None]
) -> bool:
    """Whether this ran before, or is of a revision before the running one."""
    if any(each.versions == versions for each in releases.history()):
        return True
    folder, revision = origin
    return (
        revision is not None
        and running.revision is not None
        and is_older(folder, revision, running.revision)
    )


def _gone(running: Release, loaded: dict[str, Loaded]) -> list[Problem]:
    """What newcomers may still hold of the running release and the new content lacks."""
    found: list[Problem] = []
    run = Run(known_clean=True)
    for region, new in loaded.items():
        if region in running.versions and new.content is not None:
            old = load(running.content, region, run=run)
            if old.content is not None:
                found += unexplained(old.content, new.content, old.texts)
    return found


def _loaded(
    folders: Folders, regions: Sequence[str], now: datetime
) -> tuple[dict[str, Loaded], Catalogues]:
    catalogues = Catalogues.load(folders.locales, offered_languages(folders.locales))
    run, today = Run(), now.date()
    loaded = {
        region: load(folders.content, region, catalogues, today=today, run=run)
        for region in regions
    }
    return loaded, catalogues


def _version(loaded: Loaded) -> str:
    return "" if loaded.content is None else loaded.content.version
