"""Building blocks of the codec: how plain values, records and unions look as JSON.

A record is a list of its fields in order, a union a pair of tag and value. Reading
accepts exactly what writing produces; anything else raises `Unreadable`. Which
records exist is said in `bot.store.codec`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Unreadable(ValueError):
    """Stored data has a shape this version of the program never wrote."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How values of `T` become JSON values and come back."""

    dump: Callable[[T], Any]
    load: Callable[[Any], T]


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """A whole stored value: a shape with its name and version in front."""

    name: str
    version: int
    shape: Shape[T]

    def write(self, value: T) -> bytes:
        whole = [self.name, self.version, self.shape.dump(value)]
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        # Typed text may hold half of a surrogate pair; it is kept, not repaired.
        return text.encode("utf-8", "surrogatepass")

    def read(self, data: bytes) -> T:
        """Return the value, or raise `Unreadable` (which names the document, never its content)."""
        try:
            name, version, body = json.loads(data.decode("utf-8", "surrogatepass"))
            if (name, version) != (self.name, self.version):
                raise Unreadable
            return self.shape.load(body)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            raise Unreadable(f"not a stored {self.name} of version {self.version}") from None


def _plain(kind: type[T]) -> Shape[T]:
    def load(data: Any) -> T:
        if type(data) is not kind:
            raise Unreadable(kind.__name__)
        return data

    return Shape(lambda value: value, load)


TEXT: Final = _plain(str)
FLAG: Final = _plain(bool)
WHOLE: Final[Shape[int]] = Shape(int, _plain(int).load)
NUMBER: Final[Shape[Decimal]] = Shape(str, lambda data: Decimal(TEXT.load(data)))
DAY: Final[Shape[date]] = Shape(date.isoformat, lambda data: date.fromisoformat(TEXT.load(data)))

HOUR: Final[Shape[time]] = Shape(time.isoformat, lambda data: time.fromisoformat(TEXT.load(data)))


def _dump_moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC).isoformat()


def _load_moment(data: Any) -> datetime:
    value = datetime.fromisoformat(TEXT.load(data))
    if value.tzinfo is None:
        raise Unreadable("moment")
    return value


MOMENT: Final = Shape(_dump_moment, _load_moment)


def choice(kind: type[E]) -> Shape[E]:
    return Shape(lambda value: value.value, kind)


def optional(shape: Shape[T]) -> Shape[T | None]:
    dump, load = shape.dump, shape.load
    return Shape(
        lambda value: None if value is None else dump(value),
        lambda data: None if data is None else load(data),
    )


def many(shape: Shape[T]) -> Shape[tuple[T, ...]]:
    dump, load = shape.dump, shape.load
    return Shape(
        lambda values: [dump(value) for value in values],
        lambda data: tuple(load(value) for value in _list(data)),
    )


def together(*parts: Shape[Any]) -> Shape[Any]:
    """A tuple of a fixed length, each place with a shape of its own."""
    return Shape(
        lambda values: [part.dump(one) for part, one in zip(parts, values, strict=True)],
        lambda data: tuple(part.load(one) for part, one in zip(parts, _list(data), strict=True)),
    )


def mapping(shape: Shape[T]) -> Shape[Mapping[str, T]]:
    """Values by text. The order of keys is kept; it can be the order of a summary."""
    dump, load = shape.dump, shape.load

    def read(data: Any) -> Mapping[str, T]:
        if type(data) is not dict:
            raise Unreadable("mapping")
        return {key: load(value) for key, value in data.items()}

    return Shape(lambda values: {key: dump(value) for key, value in values.items()}, read)


MEMBERS: Final[Shape[frozenset[str]]] = Shape(
    sorted, lambda data: frozenset(TEXT.load(value) for value in _list(data))
)


def record(kind: Callable[..., T], **parts: Shape[Any]) -> Shape[T]:
    """A frozen dataclass. `parts` name all of its fields, in their order."""
    names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
    if names != tuple(parts):
        raise TypeError(f"{kind} has fields {names}, its shape has {tuple(parts)}")
    taken = attrgetter(*names)
    single = len(names) == 1
    dumps = tuple(part.dump for part in parts.values())
    loads = tuple(part.load for part in parts.values())

    def dump(value: T) -> list[Any]:
        got = (taken(value),) if single else taken(value)
        return [part(one) for part, one in zip(dumps, got, strict=True)]

    def load(data: Any) -> T:
        return kind(*[part(one) for part, one in zip(loads, _list(data), strict=True)])

    return Shape(dump, load)


def union(**cases: tuple[type[Any], Shape[Any]]) -> Shape[Any]:
    """One of several types, told apart by a tag. Text stands for itself, without a tag."""
    tags = {kind: (tag, shape.dump) for tag, (kind, shape) in cases.items()}
    loads = {tag: shape.load for tag, (_, shape) in cases.items()}

    def dump(value: Any) -> Any:
        if type(value) is str and "text" in cases:
            return value
        tag, dump_case = tags[type(value)]
        return [tag, dump_case(value)]

    def load(data: Any) -> Any:
        if type(data) is str and "text" in cases:
            return data
        tag, body = _list(data)
        return loads[tag](body)

    return Shape(dump, load)


def deferred(shape: Callable[[], Shape[T]]) -> Shape[T]:
    """A shape that is named before it is made, for values that contain their like."""
    return Shape(lambda value: shape().dump(value), lambda data: shape().load(data))


def _list(data: Any) -> list[Any]:
    if type(data) is not list:
        raise Unreadable("list")
    return data
