"""What happens because time passes: answers that are due, and data that is kept no longer.

A clock that is wrong must not erase a county. Clearing stops, and says so, when time
has jumped or when it would take more than its usual share; a person then looks and
calls `clear` with `sure`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.model.content import Priority
from bot.model.listing import overdue
from bot.model.records import AuditEntry, Job, JobKind
from bot.model.tickets import Author, EventItem, Item, State, Ticket
from bot.usecases import notices, room_abilities, room_topics
from bot.usecases.forget import forget
from bot.usecases.room_abilities import Ability
from bot.usecases.unit import Unit

MOST_ALARMS: Final = 4
"""An alarm nobody takes on is repeated this often; more would be switched off."""

PUT_OFF: Final = timedelta(minutes=1)
"""When a job that failed is tried again."""

CLEARING_EVERY: Final = timedelta(hours=1)
LARGEST_JUMP: Final = timedelta(days=3)
"""More time between two clearings is a jump of the clock until a person says otherwise."""

LARGEST_SHARE: Final = 0.05
"""Of all, for each day since the last clearing: after a weekend's outage more is due at once."""

ALWAYS_FEW: Final = 20
"""So many may go at once however small the county is."""

UPDATE_IDS_KEPT: Final = timedelta(hours=48)
"""Longer than Telegram keeps an update, so that none is taken for new a second time."""

_LAST_CLEARING: Final = "retention.last"
_STOPPED: Final = "retention.stopped"
_AT_ONCE: Final = 50
_ALARM_REPEATED: Final = "alarm_repeated"


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a clearing did. `stopped` says why it did nothing: "clock" or "share"."""

    forgotten: int = 0
    shredded: int = 0
    stopped: str | None = None


def due(unit: Unit) -> list[Job]:
    """What is due now, at most a handful."""
    return unit.work.jobs.due(unit.now, _AT_ONCE)


def run_due(unit: Unit) -> int:
    """Do what is due now, at most a handful at once; return how many jobs were done."""
    return carry_out(unit, due(unit))


def carry_out(unit: Unit, jobs: Sequence[Job]) -> int:
    """Do those of these jobs that are still there, in the transaction of `unit`; say how many.

    Replicas read the same jobs. Each is done by whoever takes it away first; the others wait for
    that one's commit. Their cases are locked before, as whoever works on a case locks it first.
    """
    about = (room_topics.case_of(job.key) for job in jobs if job.kind is not JobKind.RETENTION)
    of_cases = sorted(set(about))
    if of_cases:
        unit.work.tickets.load(of_cases, None)
    taken = [job for job in jobs if unit.work.jobs.done(job)]
    behind: list[Job] = []
    for job in taken:
        match job.kind:
            case JobKind.DUE:
                answer_due(unit, job.key)
            case JobKind.RETENTION:
                clear(unit)
                unit.work.jobs.put(replace(job, at=unit.now + CLEARING_EVERY))
            case JobKind.ROOM:
                behind.append(job)
    room_topics.knock(unit, behind)
    return len(taken)


def put_off(unit: Unit, job: Job) -> None:
    """Try a job again later that failed by a mistake of ours, unless it has another time by now."""
    unit.work.jobs.move(job, unit.now + PUT_OFF)


def clear_soon(unit: Unit) -> None:
    """See to it that clearing happens, at once and then every day, however often we restart."""
    unit.work.jobs.put(Job(JobKind.RETENTION, "all", unit.now))


def answer_due(unit: Unit, code: str) -> None:
    """The answer of ticket `code` was owed by now: repeat an alarm, mark what is late."""
    ticket = unit.work.tickets.load((code,), None).get(code)
    if ticket is None or not overdue(ticket, unit.now + timedelta(microseconds=1)):
        return
    if ticket.priority is Priority.P0 and ticket.state is State.NEW:
        _alarm_again(unit, ticket)
    else:
        _mark(unit, ticket, "overdue")


def clear(unit: Unit, *, sure: bool = False) -> Cleared:
    """Erase what is kept no longer: idle conversations, text of closed tickets, what is settled.

    Conversations with an open ticket stay. `sure` overrides the guards: a person looked.
    """
    noted = unit.work.notes.get(_LAST_CLEARING)
    last = unit.now if noted is None else datetime.fromisoformat(noted)
    if not sure and _jumped(last, unit.now):
        return _stopped(unit, "clock")
    share = LARGEST_SHARE * max(1.0, (unit.now - last) / timedelta(days=1))
    idle = _idle(unit, unit.now - unit.policy.idle_conversation)
    closed = unit.work.tickets.closed_before(unit.now - unit.policy.closed_ticket)
    people = len(unit.work.people.idle_since(unit.now))
    tickets = len(unit.work.tickets.closed_before(unit.now))
    if not sure and (_too_many(len(idle), people, share) or _too_many(len(closed), tickets, share)):
        return _stopped(unit, "share")
    for person in idle:
        forget(unit, person)
    for code in closed:
        unit.work.tickets.shred(code)
        notices.shredded(unit, code)
    unit.work.tickets.drop_audit(unit.now - unit.policy.audit)
    unit.work.staff.drop_expired(unit.now)
    unit.work.outbox.drop_old(unit.now - unit.policy.sent_delivery)
    unit.work.updates.drop_old(unit.now - UPDATE_IDS_KEPT)
    unit.work.notes.put(_LAST_CLEARING, unit.now.isoformat())
    unit.work.notes.put(_STOPPED, "")
    return Cleared(len(idle), len(closed))


def why_stopped(unit: Unit) -> str | None:
    """Why clearing stands still ("clock" or "share"); None while it runs."""
    return unit.work.notes.get(_STOPPED) or None


def _alarm_again(unit: Unit, ticket: Ticket) -> None:
    trail = unit.work.tickets.audit_trail(ticket.code)
    if sum(entry.what == _ALARM_REPEATED for entry in trail) >= MOST_ALARMS:
        return
    notices.alarm(unit, ticket)
    if _is_heard(unit, ticket):
        _mark(unit, ticket, _ALARM_REPEATED)
    unit.work.jobs.put(Job(JobKind.DUE, ticket.code, unit.now + notices.ALARM_AGAIN))


def _is_heard(unit: Unit, ticket: Ticket) -> bool:
    """Whether an alarm can reach anybody; in a group that takes nothing it is not used up."""
    queue = unit.content.region.queues.get(ticket.queue)
    by_mail = unit.policy.mail and queue is not None and bool(queue.alarm_emails)
    silent = Ability.WRITE in room_abilities.failing(unit.work)
    return by_mail or not (silent and notices.in_room(unit, ticket))


def _mark(unit: Unit, ticket: Ticket, event: str) -> None:
    """Write into the ticket what time did to it; its version stays, nobody's work is stale."""
    number = unit.work.tickets.item_count(ticket.code) + 1
    item = Item(number, unit.now, Author.SYSTEM, EventItem(event, {}))
    unit.work.tickets.add(ticket.code, (item,))
    unit.work.tickets.audit(AuditEntry(ticket.code, unit.now, event, ticket.team))
    notices.item_added(unit, ticket, item)


def _idle(unit: Unit, moment: datetime) -> list[str]:
    people = unit.work.people.idle_since(moment)
    cases = unit.work.tickets.of_people(people)
    return [person for person in people if not any(ticket.open for ticket in cases.get(person, ()))]


def _jumped(last: datetime, now: datetime) -> bool:
    """A clock that is set back by seconds erases nothing too early; replicas differ by as much."""
    return now < last - CLEARING_EVERY or now - last > LARGEST_JUMP


def _too_many(going: int, there: int, share: float) -> bool:
    return going > max(ALWAYS_FEW, share * there)


def _stopped(unit: Unit, why: str) -> Cleared:
    unit.work.notes.put(_STOPPED, why)
    return Cleared(stopped=why)
