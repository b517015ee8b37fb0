"""Content as it was: the folders of a git revision, laid out beside the ones of today.

Nothing here changes the repository or the files being worked on.
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class NoRevision(Exception):
    """The revision cannot be read; the message says why and what to do."""


@contextmanager
def at_revision(folders: Sequence[Path], revision: str) -> Iterator[tuple[Path, ...]]:
    """The `folders` as they were at `revision`, in the same order, for as long as needed.

    Raises NoRevision if they are in no git repository or git does not know `revision`.
    """
    with TemporaryDirectory(prefix="lotse-") as place:
        yield tuple(
            _laid_out(folder, revision, Path(place) / str(number))
            for number, folder in enumerate(folders)
        )


def name_of(folder: Path, revision: str) -> str:
    """The full hash of `revision` in the repository of `folder`. Raises NoRevision."""
    wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return _git(folder, *wanted, unknown=revision).decode().strip()


def state_of(folder: Path) -> str | None:
    """The revision that `folder` is exactly at; None with changes or without a repository."""
    try:
        changed = _git(folder, "status", "--porcelain", "--", ".")
        return None if changed else name_of(folder, "HEAD")
    except NoRevision:
        return None


def is_older(folder: Path, revision: str, than: str) -> bool:
    """Whether `revision` lies before `than` in the history of the repository of `folder`."""
    if revision == than:
        return False
    base = _git(folder, "merge-base", revision, than, unknown=than).decode().strip()
    return base == revision


def _laid_out(folder: Path, revision: str, place: Path) -> Path:
    commit = name_of(folder, revision)
    top, prefix = (
        _git(folder, "rev-parse", "--show-toplevel", "--show-prefix").decode().split("\n")[:2]
    )
    packed = _git(Path(top), "archive", "--format=tar", f"{commit}:{prefix}", unknown=revision)
    place.mkdir()
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
    except tarfile.FilterError as error:
        raise NoRevision(f"{folder} at {revision}: {error} -> take the link out") from None
    return place


def _git(folder: Path, *arguments: str, unknown: str | None = None) -> bytes:
    if not folder.is_dir():
        raise NoRevision(f"there is no folder {folder}")
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, revision checked by git itself
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - git is where the machine has it
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise NoRevision("git is not installed; it is needed to read an older revision") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().splitlines()
    if "not a git repository" in " ".join(said):
        raise NoRevision(f"{folder} is in no git repository; there are no older revisions")
    if unknown is not None:
        raise NoRevision(
            f"{folder} has no revision `{unknown}` -> write a branch, a tag, a hash, or HEAD~1"
        )
    raise NoRevision(said[-1] if said else f"git {arguments[0]} failed in {folder}")
