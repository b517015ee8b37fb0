"""Each file read and understood once, however often it is asked for.

A county's regions share most of their files, and saving one file leaves the others as
they were. What a file means together with others is for `sources.py` and `build.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.content.problems import Problem
from bot.content.validate import validate
from bot.content.yamlfile import Document, parse

Shape = TypeVar("Shape", bound=BaseModel)
Shape_co = TypeVar("Shape_co", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class Understood(Generic[Shape_co]):
    """A file's bytes and what they mean; document or shape are None where they mean nothing."""

    raw: bytes
    document: Document | None
    shape: Shape_co | None
    problems: tuple[Problem, ...]


class Files:
    """Files by path and shape; a changed file is read anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, type[BaseModel]], Understood[BaseModel]] = {}

    def read(self, path: Path, shape: type[Shape]) -> Understood[Shape]:
        """The file at `path` as `shape`. Raises OSError if it cannot be read at all."""
        raw = path.read_bytes()
        known = self._known.get((path, shape))
        if known is None or known.raw != raw:
            known = self._known[path, shape] = _understood(path, raw, shape)
        return known  # type: ignore[return-value]  # stored under its shape


def _understood(path: Path, raw: bytes, shape: type[Shape]) -> Understood[Shape]:
    document, problems = parse(str(path), raw)
    if document is None:
        return Understood(raw, None, None, problems)
    valid, faults = validate(shape, document)
    return Understood(raw, document, valid, (*problems, *faults))
