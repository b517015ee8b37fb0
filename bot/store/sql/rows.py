"""Statements that are compiled once and then only filled in: the hot path of the store.

SQLAlchemy looks at each statement, each list and each value of each row anew whenever a statement
is executed: most of what a small transaction costs. Here a statement is compiled once for each
database and length of its lists; values are put into its order and rows into tuples, converted by
the very types of the tables.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    TupleType,
    Update,
)
from sqlalchemy.sql.compiler import SQLCompiler

from bot.store.engine import sqlite_connection

_KEPT: Final = 512
"""Statements: some dozens for each of the two databases and each length of their lists."""

Convert = Callable[[Any], Any]


def write(
    connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Execute `statement` for each of `rows`, which all have the same names; at least one.

    Return how many rows of the table that changed.
    """
    ready = _writing(statement, _spoken(connection), tuple(rows[0]))
    values = [ready.values(row) for row in rows]
    _, changed = _execute(connection, ready.text, values, many=True)
    return changed


def read(connection: Connection, statement: Select[Any], names: Mapping[str, Any]) -> Sequence[Any]:
    """Return the rows, with the names of their columns. A list is for an expanding parameter."""
    ready, values = _filled_in(connection, statement, names)
    found, _ = _execute(connection, ready.text, values)
    return ready.rows(found)


def change(connection: Connection, statement: Update | Delete, names: Mapping[str, Any]) -> None:
    """Execute `statement` once, with lists as for `read`."""
    ready, values = _filled_in(connection, statement, names)
    _execute(connection, ready.text, values)


def _execute(
    connection: Connection, text: str, values: Any, *, many: bool = False
) -> tuple[Sequence[Any], int]:
    """Return the rows that the driver gives, and how many it changed.

    SQLite is asked itself: what SQLAlchemy does around a statement takes longer than most
    statements; who listens to it is told all the same.
    """
    driver = sqlite_connection(connection)
    if driver is None:
        found = connection.exec_driver_sql(text, values)
        return found.all() if found.returns_rows else (), found.rowcount
    cursor = driver.cursor()
    for heard in connection.dispatch.before_cursor_execute:
        heard(connection, cursor, text, values, None, many)
    (cursor.executemany if many else cursor.execute)(text, values)
    for heard in connection.dispatch.after_cursor_execute:
        heard(connection, cursor, text, values, None, many)
    return cursor.fetchall(), cursor.rowcount


def _filled_in(
    connection: Connection, statement: Select[Any] | Update | Delete, names: Mapping[str, Any]
) -> "tuple[_Ready, Any]":
    whole = dict(names)
    lengths = []
    for name, value in names.items():
        if isinstance(value, list):
            length = _padded(len(value))
            lengths.append((name, length, bool(value) and isinstance(value[0], tuple)))
            _spread(whole, name, value + value[-1:] * (length - len(value)))
    ready = _with_lists(statement, _spoken(connection), tuple(lengths))
    return ready, ready.values(whole)


def _padded(length: int) -> int:
    """The next power of two: a few statements serve for every list."""
    return 1 << (length - 1).bit_length() if length else 0


def _spread(whole: dict[str, Any], name: str, items: Sequence[Any]) -> None:
    """Replace a list by its items, under the names that SQLAlchemy gives them."""
    del whole[name]
    for number, item in enumerate(items, start=1):
        if isinstance(item, tuple):
            for place, part in enumerate(item, start=1):
                whole[f"{name}_{number}_{place}"] = part
        else:
            whole[f"{name}_{number}"] = item


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compiled statement: its text, its own values, the order, and what needs converting."""

    text: str
    own: Mapping[str, Any]
    order: tuple[str, ...] | None
    converted: tuple[tuple[str, Convert], ...]
    columns: tuple[Convert | None, ...] = ()
    row: Callable[..., Any] = tuple

    def values(self, row: Mapping[str, Any]) -> Any:
        """The row as the driver takes it: by position, or by name where there is no order."""
        whole = {**self.own, **row}
        for name, convert in self.converted:
            whole[name] = convert(whole[name])
        return whole if self.order is None else tuple(map(whole.__getitem__, self.order))

    def rows(self, found: Sequence[Any]) -> Sequence[Any]:
        """What the driver gave, as the types of the columns read it."""
        return [
            self.row(
                *(
                    value if convert is None else convert(value)
                    for convert, value in zip(self.columns, one, strict=True)
                )
            )
            for one in found
        ]


_dialects: dict[str, Dialect] = {}


def _spoken(connection: Connection) -> str:
    """The name of the dialect: statements are the same for every database of its kind."""
    name = connection.dialect.name
    _dialects.setdefault(name, connection.dialect)
    return name


@lru_cache(maxsize=_KEPT)
def _writing(statement: Insert | Update, spoken: str, names: tuple[str, ...]) -> _Ready:
    dialect = _dialects[spoken]
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    converters = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
    }
    return _Ready(
        str(compiled),
        {name: value for name, value in compiled.params.items() if name not in names},
        None if compiled.positiontup is None else tuple(compiled.positiontup),
        tuple((name, convert) for name, convert in converters.items() if convert),
    )


@lru_cache(maxsize=_KEPT)
def _with_lists(
    statement: Select[Any] | Update | Delete,
    spoken: str,
    lengths: tuple[tuple[str, int, bool], ...],
) -> _Ready:
    dialect = _dialects[spoken]
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{type(statement).__name__} has no parameters")
    lists = {name: [(None, None) if pairs else None] * length for name, length, pairs in lengths}
    own = {n: bind.value for bind, n in compiled.bind_names.items() if not bind.required}
    needed = dict.fromkeys(n for bind, n in compiled.bind_names.items() if bind.required)
    filled = compiled.construct_expanded_state({**own, **needed, **lists})
    converters: dict[str, Convert | None] = {}
    for bind, name in compiled.bind_names.items():
        spread = filled.parameter_expansion.get(name, [name])
        kinds = bind.type.types if isinstance(bind.type, TupleType) else [bind.type]
        made = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds]
        converters |= dict(zip(spread, cycle(made), strict=False))
    return _Ready(
        filled.statement,
        own,
        None if filled.positiontup is None else tuple(filled.positiontup),
        tuple((name, convert) for name, convert in converters.items() if convert),
        *_columns(statement, dialect),
    )


def _columns(
    statement: Select[Any] | Update | Delete, dialect: Dialect
) -> tuple[tuple[Convert | None, ...], Callable[..., Any]]:
    if not isinstance(statement, Select):
        return (), tuple
    columns = list(statement.selected_columns)
    row = namedtuple("row", [column.name for column in columns])  # type: ignore[misc]  # noqa: PYI024 - made of a statement
    kinds = (column.type.dialect_impl(dialect) for column in columns)
    return tuple(kind.result_processor(dialect, None) for kind in kinds), row
