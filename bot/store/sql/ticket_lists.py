"""The desk's lists as statements that stay quick however many cases there are.

Each asks an index alone for the codes of a page; only those tickets are read and opened then. The
indexes begin with what is asked for by equality, so that no database needs figures to choose them.
`bot.model.listing` says which tickets a list has and in which order; here it is said in SQL.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, union_all

from bot.model.listing import Shown, Wanted
from bot.model.tickets import State
from bot.store.tables import tickets

_columns = tickets.c
_waiting = _columns.state == State.WAITING_FOR_NEWCOMER.value


def page(connection: Connection, wanted: Wanted, limit: int, skip: int) -> list[str]:
    """The codes of the page, in the order of the list."""
    query = _closed(wanted, skip + limit) if wanted.shown is Shown.CLOSED else _open(wanted)
    if query is None:
        return []
    return list(connection.execute(query.limit(limit).offset(skip)).scalars())


def counted(connection: Connection, wanted: Wanted) -> Mapping[Shown, int]:
    """How many tickets each list has, but for the closed ones."""
    lists = [shown for shown in Shown if shown is not Shown.CLOSED]
    sums = [
        func.coalesce(func.sum(case((_among(shown, wanted), 1), else_=0)), 0) for shown in lists
    ]
    there = _columns.team.in_(sorted(wanted.teams))
    found = connection.execute(select(*sums).where(there, _columns.is_open)).one()
    return dict(zip(lists, map(int, found), strict=True))


def _among(shown: Shown, wanted: Wanted) -> ColumnElement[bool]:
    """Which of the open tickets the list has."""
    match shown:
        case Shown.NEW:
            return _columns.state == State.NEW.value
        case Shown.MINE:
            return _columns.claimed_by == wanted.me
        case Shown.OVERDUE:
            return and_(~_waiting, _columns.due < wanted.now)
        case _:
            return _columns.is_open


def _open(wanted: Wanted) -> Select[Any]:
    there = _columns.team.in_(sorted(wanted.teams))
    query = select(_columns.code).where(there, _columns.is_open, _among(wanted.shown, wanted))
    return query.order_by(_columns.priority, _waiting, _columns.due, _columns.code)


def _closed(wanted: Wanted, most: int) -> Select[Any] | None:
    """The latest of each team, then the latest of those: no team's past is read to its end."""
    each: Sequence[Select[Any]] = [
        select(
            select(_columns.code, _columns.closed)
            .where(_columns.team == team, _columns.closed.is_not(None))
            .order_by(_columns.closed.desc(), _columns.code)
            .limit(most)
            .subquery()
        )
        for team in sorted(wanted.teams)
    ]
    if not each:
        return None
    latest = union_all(*each).subquery()
    return select(latest.c.code).order_by(latest.c.closed.desc(), latest.c.code)
