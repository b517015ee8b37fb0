"""Contents that were checked and found clean, kept as they were in memory.

A bot that was killed must be back soon, and most of its start was reading, checking and
building what it had built before. What is kept holds for exactly these files, read by
exactly this program; anything else is read and checked as if it were new. The files are
a program's own notes: any of them may be deleted at any time.
"""

import logging
import pickle
import sys
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from hashlib import blake2b
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import bot
from bot.content.loaded import Loaded
from bot.content.state_holidays import Known, around
from bot.engine.triggers import Index, index_of
from bot.i18n.catalogue import Catalogues

FOLDER: Final = "prepared"
KEPT: Final = 8
"""So many are kept: what runs and the releases one goes back to, for a few regions."""

_DIGEST: Final = 32
_OTHERS: Final = {
    ("datetime", "date"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("decimal", "Decimal"),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """Content, its wording, its state's holidays and its dangers by their words; only clean
    content is kept.
    """

    loaded: Loaded
    catalogues: Catalogues
    holidays: Known = field(default_factory=dict)
    triggers: Index | None = None

    @classmethod
    def of(cls, loaded: Loaded, catalogues: Catalogues, today: date) -> Self:
        """Put the wording of `loaded` beside it, without what only translators need."""
        worded = catalogues.with_sources(loaded.german, loaded.formerly)
        content = loaded.content
        holidays = around(content.region.state, today) if content is not None else {}
        triggers = index_of(content.emergencies.values()) if content is not None else None
        return cls(loaded, worded.settled(), holidays, triggers)


class Prepared:
    """The contents kept in one folder, each in a file under its mark."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, mark: str) -> Ready | None:
        """What this mark stands for, if it was kept; a damaged file is as none."""
        path = self.folder / mark
        try:
            found = _Reader(BytesIO(_whole(path.read_bytes()))).load()
        except FileNotFoundError:
            return None
        except (OSError, pickle.UnpicklingError) as error:
            log.info("%s is not used, the content is read anew: %s", path, error)
            return None
        return found if isinstance(found, Ready) else None

    def keep(self, mark: str, ready: Ready) -> None:
        """Keep it if there is room; a kill leaves the whole file or none."""
        written = BytesIO()
        _Writer(written, pickle.HIGHEST_PROTOCOL).dump(ready)
        try:
            self._put(mark, written.getvalue())
        except OSError as error:
            log.warning("%s: content could not be prepared there: %s", self.folder, error.strerror)

    def _put(self, mark: str, raw: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self._oldest():
            old.unlink(missing_ok=True)
        begun = self.folder / f"{mark}.begun"
        begun.write_bytes(blake2b(raw, digest_size=_DIGEST).digest() + raw)
        begun.replace(self.folder / mark)

    def _oldest(self) -> list[Path]:
        """All but the latest, so that one more finds its place."""
        files = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return files[: 1 - KEPT] if len(files) >= KEPT else []


def mark_of(content_dir: Path, locales_dir: Path, region: str) -> str:
    """What stands for every byte of the content and its translations, and for the program."""
    digest = blake2b(f"{region}\0{sys.version}\0".encode(), digest_size=16)
    for folder, pattern in ((content_dir, "*.yaml"), (locales_dir, "*.po")):
        for path in sorted(folder.rglob(pattern)):
            raw = path.read_bytes()
            digest.update(f"{path.relative_to(folder)}\0{len(raw)}\0".encode() + raw)
    program = sorted(Path(bot.__file__).parent.rglob("*.py"))
    calendar = find_spec("holidays")
    if calendar is not None and calendar.origin is not None:
        program.append(Path(calendar.origin))
    for path in program:
        digest.update(f"{path.name}\0{path.stat().st_mtime_ns}\0".encode())
    return digest.hexdigest()


class _Writer(pickle.Pickler):
    """Writes what the reader makes.

    Debian 12's Python would have members of enumerations made by `getattr`, which it refuses.
    """

    def reducer_override(self, one: object) -> Any:
        match one:
            case MappingProxyType():
                return _unchangeable, (dict(one),)
            case Enum():
                return type(one), (one.value,)
            case _:
                return NotImplemented


class _Reader(pickle.Unpickler):
    """Makes our own plain values and nothing else, whatever a file names."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == (_unchangeable.__module__, _unchangeable.__name__):
            return _unchangeable
        found: object = super().find_class(module, name)
        ours = isinstance(found, type) and found.__module__.startswith("bot.")
        if not ours and (module, name) not in _OTHERS:
            raise pickle.UnpicklingError(f"{module}.{name} is not content")
        return found


def _whole(raw: bytes) -> bytes:
    """What was written behind its digest. Raises UnpicklingError if it is not that."""
    digest, written = raw[:_DIGEST], raw[_DIGEST:]
    if blake2b(written, digest_size=_DIGEST).digest() != digest:
        raise pickle.UnpicklingError("it was damaged")
    return written


def _unchangeable(mapping: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(mapping)
