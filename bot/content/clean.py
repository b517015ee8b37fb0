"""Contents that were checked and found clean: they are not checked again at each start.

A bot that was killed must be back soon, and most of its start is checking what it
checked before. What is remembered holds for exactly these files, read by exactly this
program; anything else is looked at as if it were new.
"""

from hashlib import blake2b
from pathlib import Path
from typing import Final

import bot

_REMEMBERED: Final = 20
"""So many are kept: the releases one goes back to, for a few regions."""


class Clean:
    """What was found clean, in one small file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def knows(self, mark: str) -> bool:
        """Whether what this mark stands for was found clean before."""
        return mark in self._marks()

    def remember(self, mark: str) -> None:
        """Note that it was found clean; a kill leaves the old notes or the new ones."""
        kept = [each for each in self._marks() if each != mark][1 - _REMEMBERED :]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        begun = self._file.with_suffix(".begun")
        begun.write_text("\n".join([*kept, mark]) + "\n", encoding="ascii")
        begun.replace(self._file)

    def _marks(self) -> list[str]:
        try:
            return self._file.read_text(encoding="ascii").split()
        except (FileNotFoundError, UnicodeDecodeError):
            return []


def mark_of(content_dir: Path, locales_dir: Path, region: str) -> str:
    """What stands for every byte of the content and its translations, and for the program."""
    digest = blake2b(region.encode(), digest_size=16)
    for folder, pattern in ((content_dir, "*.yaml"), (locales_dir, "*.po")):
        for path in sorted(folder.rglob(pattern)):
            raw = path.read_bytes()
            digest.update(f"{path.relative_to(folder)}\0{len(raw)}\0".encode() + raw)
    for path in sorted(Path(bot.__file__).parent.rglob("*.py")):
        digest.update(f"{path.name}\0{path.stat().st_mtime_ns}\0".encode())
    return digest.hexdigest()
