"""Many rows written by one statement, quickly: the hot path of the store.

SQLAlchemy looks at each value of each row anew whenever a statement is executed: most of what
writing a batch costs. Here a statement is compiled once for each database, and a row is only put
into the statement's order, its values converted by the very types of the tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Insert, Update

_KEPT: Final = 128
"""Statements: a dozen for each database, of which tests open many."""


def write(
    connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute `statement` for each of `rows`, which all have the same names; at least one."""
    ready = _ready(statement, connection.dialect, tuple(rows[0]))
    connection.exec_driver_sql(ready.text, [ready.values(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compiled statement: its text, its own values, the order, and what needs converting."""

    text: str
    own: Mapping[str, Any]
    order: tuple[str, ...] | None
    converted: tuple[tuple[str, Callable[[Any], Any]], ...]

    def values(self, row: Mapping[str, Any]) -> Any:
        """The row as the driver takes it: by position, or by name where there is no order."""
        whole = {**self.own, **row}
        for name, convert in self.converted:
            whole[name] = convert(whole[name])
        return whole if self.order is None else tuple(map(whole.__getitem__, self.order))


@lru_cache(maxsize=_KEPT)
def _ready(statement: Insert | Update, dialect: Dialect, names: tuple[str, ...]) -> _Ready:
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
