"""Published content: whole copies beside each other, and which of them runs.

A release is a folder of its own that never changes. `current` is a link that is
exchanged in one step, so whoever reads sees the old content or the new one and
never a mixture, and a kill at any moment leaves one of the two.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FOLDER: Final = "published"
"""The releases' folder within the data folder."""

_CURRENT: Final = "current"
_ABOUT: Final = "release.json"


@dataclass(frozen=True, slots=True)
class Release:
    """Content that was published. `versions` are the contents' hashes by region.

    `revision` is the git revision it came from; None if the folder was in none or had
    changes. `back` says that it went back behind what ran before.
    """

    folder: Path
    at: datetime
    revision: str | None
    versions: Mapping[str, str]
    back: bool = False

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def locales(self) -> Path:
        return self.folder / "locales"


class Releases:
    """The published contents below one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Release | None:
        """What runs; None if nothing was published yet."""
        link = self.folder / _CURRENT
        return _read(self.folder / link.readlink()) if link.is_symlink() else None

    def history(self) -> list[Release]:
        """Every release, the latest last."""
        found = sorted(self.folder.glob(f"[0-9]*/{_ABOUT}"))
        return [_read(each.parent) for each in found]

    def publish(
        self,
        content: Path,
        locales: Path,
        *,
        at: datetime,
        revision: str | None,
        versions: Mapping[str, str],
        back: bool = False,
    ) -> Release:
        """Copy both folders and let the copy run from now on. They must have been checked."""
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
        release = Release(self.folder / name, at, revision, versions, back)
        begun = self.folder / f".{name}.begun"
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(content, begun / "content")
        shutil.copytree(locales, begun / "locales")
        about = {**asdict(release), "at": at.isoformat()}
        del about["folder"]
        (begun / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
        _flush(begun)
        begun.rename(release.folder)
        self._switch(name)
        return release

    def _switch(self, name: str) -> None:
        """Exchange the link in one step; on disk too before this returns."""
        new = self.folder / f".{_CURRENT}.{name}"
        new.symlink_to(name)
        new.replace(self.folder / _CURRENT)
        _flush_entry(self.folder)


def _read(folder: Path) -> Release:
    about = json.loads((folder / _ABOUT).read_text("utf-8"))
    return Release(
        folder,
        datetime.fromisoformat(about["at"]),
        about["revision"],
        about["versions"],
        about["back"],
    )


def _flush(folder: Path) -> None:
    """Bring every file below `folder` to the disk: a power cut must not leave empty ones."""
    for path in (*folder.rglob("*"), folder):
        _flush_entry(path)


def _flush_entry(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
