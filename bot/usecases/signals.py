"""What is wrong with the program as a whole: said to caseworkers in the desk, and to IT.

Whoever notices a trouble keeps it up, again and again; what nobody kept up for a while is over. So
the state is in the store, the same for every replica and every desk, and a process that died leaves
no false alarm behind. How a trouble is noticed is not here, nor how it reads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.usecases import deadlines
from bot.usecases.ports import Work
from bot.usecases.room_abilities import failing, hinders, keeps
from bot.usecases.unit import Unit

KEPT_UP: Final = timedelta(seconds=45)
"""How long a trouble counts after it was last kept up: three times as long as watches rest."""

REMEMBERED: Final = timedelta(hours=24)
"""How long the desk tells of what is over but may have cost messages."""

UPDATES_LIVE: Final = timedelta(hours=24)
"""How long Telegram keeps a message for us; presses go after 150 seconds already."""

SILENCE: Final = timedelta(seconds=75)
"""Longer than a long poll and its pauses: whoever hears nothing for this long is cut off."""

HEARD: Final = "telegram/heard"
"""Note: when Telegram last answered that nothing, or something, has come (ISO time)."""


class Trouble(StrEnum):
    """What can be wrong, in the order in which it is told."""

    TOKEN = "token"
    UNHEARD = "unheard"
    UNSENT = "unsent"
    WEBHOOK_TAKEN = "webhook_taken"
    CONFLICT = "conflict"
    GAP = "gap"
    WEBHOOK_SET_AGAIN = "webhook_set_again"
    BACKLOG = "backlog"
    ROOM = "room"
    ROOM_KEEPS = "room_keeps"
    RETENTION = "retention"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Signal:
    """A trouble that is there now. `since` is None where nobody noted it.

    `values` are numbers and times about it, never anything of a person.
    """

    trouble: Trouble
    since: datetime | None = None
    values: Mapping[str, str] = field(default_factory=dict)


_HIDDEN_BY: Final = {
    Trouble.UNHEARD: (Trouble.TOKEN, Trouble.WEBHOOK_TAKEN),
    Trouble.UNSENT: (Trouble.TOKEN, Trouble.UNHEARD),
}
"""What says the same as something that is told already."""


def keep_up(
    unit: Unit,
    trouble: Trouble,
    since: datetime | None = None,
    *,
    lasts: timedelta = KEPT_UP,
    **values: str,
) -> None:
    """Say that `trouble` is there. It began at `since`, or when this was first said."""
    known = _noted(unit.work, trouble, unit.now)
    began = since or (known.since if known else None) or unit.now
    told = {"since": began.isoformat(), "until": (unit.now + lasts).isoformat(), "values": values}
    unit.work.notes.put(_key(trouble), json.dumps(told))


def end(work: Work, trouble: Trouble) -> None:
    """Say that `trouble` is over. Another process that still has it will say so."""
    if work.notes.get(_key(trouble)):
        work.notes.put(_key(trouble), "")


def heard(unit: Unit, at: datetime) -> timedelta | None:
    """Note that Telegram was heard; return how long nothing was, if messages are lost by that."""
    before = last_heard(unit.work)
    if before is not None and at <= before:
        return None
    unit.work.notes.put(HEARD, at.isoformat())
    if before is None or at - before <= UPDATES_LIVE:
        return None
    hours = round((at - before) / timedelta(hours=1))
    unit.work.figures.add(unit.today, "gap_hours", hours)
    till = at.isoformat()
    keep_up(unit, Trouble.GAP, before, lasts=REMEMBERED, hours=str(hours), till=till)
    return at - before


def last_heard(work: Work) -> datetime | None:
    noted = work.notes.get(HEARD)
    return datetime.fromisoformat(noted) if noted else None


def present(unit: Unit) -> tuple[Signal, ...]:
    """Return every trouble that is there now, the gravest first; none twice in other words."""
    found = {one.trouble: one for trouble in Trouble if (one := _present(unit, trouble))}
    return tuple(
        signal
        for trouble, signal in found.items()
        if not any(other in found for other in _HIDDEN_BY.get(trouble, ()))
    )


def _present(unit: Unit, trouble: Trouble) -> Signal | None:
    match trouble:
        case Trouble.ROOM:
            return Signal(trouble) if hinders(failing(unit.work)) else None
        case Trouble.ROOM_KEEPS:
            return Signal(trouble) if keeps(failing(unit.work)) else None
        case Trouble.RETENTION:
            return Signal(trouble) if deadlines.why_stopped(unit) else None
        case _:
            return _noted(unit.work, trouble, unit.now)


def _noted(work: Work, trouble: Trouble, now: datetime) -> Signal | None:
    note = work.notes.get(_key(trouble))
    if not note:
        return None
    told = json.loads(note)
    if datetime.fromisoformat(told["until"]) < now:
        return None
    return Signal(trouble, datetime.fromisoformat(told["since"]), told["values"])


def _key(trouble: Trouble) -> str:
    return f"signal/{trouble}"
