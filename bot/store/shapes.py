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
from types import NoneType
from typing import Any, Final, Generic, TypeVar

import orjson

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Unreadable(ValueError):
    """Stored data has a shape this version of the program never wrote."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How values of `T` become JSON values and come back.

    `types` are those of the JSON value, checked by whoever calls `load`. Where `dump`
    or `load` is None the value is its own JSON: most fields are, and cost nothing.
    """

    types: frozenset[type]
    dump: Callable[[T], Any] | None = None
    load: Callable[[Any], T] | None = None

    def write(self, value: T) -> Any:
        return value if self.dump is None else self.dump(value)

    def read(self, data: Any) -> T:
        if type(data) not in self.types:
            raise Unreadable(type(data).__name__)
        result: T = data if self.load is None else self.load(data)
        return result


_json = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=datetime.isoformat
).encode


def exactly(whole: Any) -> bytes:
    """Write whatever Python reads from JSON: halves of surrogate pairs, numbers without bounds."""
    return _json(whole).encode("utf-8", "surrogatepass")


def _quickly(whole: Any) -> bytes:
    """Write the same a dozen times faster; not for what may hold NaN, which would become null."""
    try:
        return orjson.dumps(whole)
    except TypeError:
        # Typed text may hold half of a surrogate pair. It is kept, not repaired.
        return exactly(whole)


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """A whole stored value: a shape with its name and version in front."""

    name: str
    version: int
    shape: Shape[T]
    written: Callable[[Any], bytes] = _quickly

    def write(self, value: T) -> bytes:
        return self.written((self.name, self.version, self.shape.write(value)))

    def read(self, data: bytes) -> T:
        """Return the value, or raise `Unreadable` (which names the document, never its content)."""
        try:
            name, version, body = json.loads(data.decode("utf-8", "surrogatepass"))
            if (name, version) != (self.name, self.version):
                raise Unreadable
            return self.shape.read(body)
        except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
            raise Unreadable(f"not a stored {self.name} of version {self.version}") from None


# --- single values ------------------------------------------------------------------

_TEXT: Final = frozenset({str})
_LIST: Final = frozenset({list})

TEXT: Final[Shape[str]] = Shape(_TEXT)
FLAG: Final[Shape[bool]] = Shape(frozenset({bool}))
WHOLE: Final[Shape[int]] = Shape(frozenset({int}))
NUMBER: Final[Shape[Decimal]] = Shape(_TEXT, str, Decimal)
DAY: Final[Shape[date]] = Shape(_TEXT, date.isoformat, date.fromisoformat)
HOUR: Final[Shape[time]] = Shape(_TEXT, time.isoformat, time.fromisoformat)


def _dump_moment(value: datetime) -> datetime:
    """A time in UTC: the writer writes it as `isoformat` does."""
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC)


def _load_moment(data: str) -> datetime:
    value = datetime.fromisoformat(data)
    if value.tzinfo is None:
        raise Unreadable("moment")
    return value


MOMENT: Final[Shape[datetime]] = Shape(_TEXT, _dump_moment, _load_moment)


def choice(kind: type[E]) -> Shape[E]:
    """A member of `kind`; being text, it is written as it is."""
    members = {member.value: member for member in kind}
    return Shape(_TEXT, None, members.__getitem__)


# --- several values -----------------------------------------------------------------


def optional(shape: Shape[T]) -> Shape[T | None]:
    write, load = shape.dump or shape.write, shape.load

    def dump_any(value: T | None) -> Any:
        return None if value is None else write(value)

    def load_any(data: Any) -> T | None:
        return None if data is None or load is None else load(data)

    return Shape(shape.types | {NoneType}, shape.dump and dump_any, load and load_any)


def many(shape: Shape[T]) -> Shape[tuple[T, ...]]:
    write, load, types = shape.dump or shape.write, shape.load, shape.types

    def dump_all(values: tuple[T, ...]) -> list[Any]:
        return list(map(write, values))

    def load_all(data: list[Any]) -> tuple[T, ...]:
        if not types.issuperset(map(type, data)):
            raise Unreadable("list")
        return tuple(data if load is None else map(load, data))

    return Shape(_LIST, shape.dump and dump_all, load_all)


def together(*parts: Shape[Any]) -> Shape[Any]:
    """A tuple of a fixed length, each place with a shape of its own."""
    return Shape(
        _LIST,
        lambda values: [part.write(one) for part, one in zip(parts, values, strict=True)],
        lambda data: tuple(part.read(one) for part, one in zip(parts, data, strict=True)),
    )


def mapping(shape: Shape[T]) -> Shape[Mapping[str, T]]:
    """Values by text. The order of keys is kept; it can be the order of a summary."""
    write, read = shape.dump or shape.write, shape.read
    return Shape(
        frozenset({dict}),
        lambda values: {key: write(value) for key, value in values.items()},
        lambda data: {key: read(value) for key, value in data.items()},
    )


def _load_members(data: list[Any]) -> frozenset[str]:
    return frozenset(map(TEXT.read, data))


MEMBERS: Final[Shape[frozenset[str]]] = Shape(_LIST, sorted, _load_members)


# --- records and unions -------------------------------------------------------------


def record(kind: Callable[..., T], **parts: Shape[Any]) -> Shape[T]:
    """A frozen dataclass. `parts` name all of its fields, in their order."""
    names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
    if names != tuple(parts):
        raise TypeError(f"{kind} has fields {names}, its shape has {tuple(parts)}")
    # The class is asked for as well, since a getter of one name gives no tuple.
    taken = attrgetter(*names, "__class__")
    dumps = tuple((n, part.dump) for n, part in enumerate(parts.values()) if part.dump)
    loads = tuple((n, part.load) for n, part in enumerate(parts.values()) if part.load)
    expected = tuple(part.types for part in parts.values())
    familiar: set[tuple[type, ...]] = set()

    def dump(value: T) -> list[Any]:
        data = list(taken(value))
        del data[-1]
        for place, part in dumps:
            data[place] = part(data[place])
        return data

    def load(data: list[Any]) -> T:
        found = tuple(map(type, data))
        if found not in familiar:
            for allowed, one in zip(expected, found, strict=True):
                if one not in allowed:
                    raise Unreadable(one.__name__)
            familiar.add(found)
        for place, part in loads:
            data[place] = part(data[place])
        return kind(*data)

    return Shape(_LIST, dump, load)


def union(**cases: tuple[type[Any], Shape[Any]]) -> Shape[Any]:
    """One of several types, told apart by a tag. Text stands for itself, without a tag."""
    tags = {kind: (tag, shape.dump or shape.write) for tag, (kind, shape) in cases.items()}
    reads = {tag: shape.read for tag, (_, shape) in cases.items()}
    bare = tags.pop(str, None) is not None

    def dump(value: Any) -> Any:
        if bare and type(value) is str:
            return value
        tag, write = tags[type(value)]
        return [tag, write(value)]

    def load(data: Any) -> Any:
        if type(data) is str:
            return data
        tag, body = data
        return reads[tag](body)

    return Shape(_LIST | _TEXT if bare else _LIST, dump, load)


def deferred(shape: Callable[[], Shape[T]]) -> Shape[T]:
    """A record that is named before it is made, for values that contain their like."""
    return Shape(_LIST, lambda value: shape().write(value), lambda data: shape().read(data))
