"""What the topic of a case in the caseworkers' group shows: all that was said, whatever happened.

Topics are deleted by members, and the group may be out of reach for hours. What could not be shown
meanwhile follows as soon as something arrives there again. Making topics is the channel's.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.model.outbox import Act, Channel, Delivery, Fate, Report, room_lane
from bot.model.records import AuditEntry, Job, JobKind, RoomTopic
from bot.model.tickets import NoteItem, Ticket
from bot.model.turns import Message
from bot.usecases import notices
from bot.usecases.notices import TROUBLE, missing_note
from bot.usecases.ports import Work
from bot.usecases.unit import Unit

SAID_AT_ONCE: Final = 4
"""Items in one message of what was said before; each may be a long text."""

KNOCK: Final = timedelta(minutes=5)
"""How often it is tried whether a group that failed takes something again."""

GROUP_FAILS: Final = frozenset({"unreachable", "no_rights", "no_forum"})
"""Reasons of reports that are about the group itself, not about what was to be shown."""

_AT_ONCE: Final = 500
"""Jobs looked through when a group can be used again; the rest is shown at its time."""

_SHOWING: Final = frozenset({Act.OPEN_TOPIC, Act.HEADER, Act.SEND})


def topic_gone(unit: Unit, code: str) -> None:
    """Somebody deleted the topic of a case: it is forgotten, made anew, and the trail says so."""
    unit.work.rooms.drop(code)
    ticket = shown(unit, code)
    if ticket is not None:
        entry = AuditEntry(code, unit.now, "topic_made_anew", ticket.team)
        unit.work.tickets.audit(entry)


def shown(unit: Unit, code: str) -> Ticket | None:
    """The case, if the room has it."""
    ticket = unit.work.tickets.load((code,), None).get(code)
    return ticket if ticket is not None and notices.rooms_own(unit, ticket) else None


def recreated(unit: Unit, code: str) -> Message | None:
    """Return the header card with which a topic made anew begins.

    None if the case is not the room's: its old topic is being deleted.
    """
    ticket = shown(unit, code)
    return None if ticket is None else notices.header(unit, ticket)


def begun_anew(unit: Unit, topic: RoomTopic) -> None:
    """Note a topic made anew, and let what was said so far follow, as fast as the group may."""
    unit.work.rooms.save(topic)
    _tell(unit, topic.ticket, 1)


# --- a group that failed ----------------------------------------------------------------


def missed(unit: Unit, delivery: Delivery, report: Report) -> None:
    """Note that something of a case was not shown because the group itself fails."""
    code = delivery.ticket
    failed = report.fate is Fate.DEAD and report.reason in GROUP_FAILS
    if not failed or code is None or not _shows(delivery):
        return
    before = missing(unit.work, code)
    numbers = [one for one in (before, delivery.item) if one]
    unit.work.notes.put(missing_note(code), str(min(numbers, default=0)))
    unit.work.jobs.put(Job(JobKind.ROOM, code, unit.now + KNOCK))


def missing(work: Work, code: str) -> int | None:
    """The first item that its topic does not show, 0 if only its header is old; None: nothing."""
    noted = work.notes.get(missing_note(code))
    return None if noted is None else int(noted)


def caught_up(unit: Unit, code: str) -> None:
    """Let what could not be shown follow, now that something arrived in the topic again."""
    first = missing(unit.work, code)
    if first:
        _tell(unit, code, first)
    else:
        unit.work.notes.drop(missing_note(code))


def usable_again(unit: Unit) -> None:
    """The group can be used again: what is missing is shown now and not in some minutes."""
    waiting = unit.work.jobs.due(unit.now + KNOCK, _AT_ONCE)
    jobs = [job for job in waiting if job.kind is JobKind.ROOM]
    for job in jobs:
        unit.work.jobs.done(job)
    knock(unit, [job.key for job in jobs])


def knock(unit: Unit, codes: Sequence[str]) -> None:
    """Try again to show what is missing of these cases: of one alone while the group fails."""
    still = [code for code in sorted(codes) if missing(unit.work, code) is not None]
    tried = still[:1] if unit.work.notes.get(TROUBLE) else still
    for code in still:
        ticket = shown(unit, code)
        if ticket is None:
            unit.work.notes.drop(missing_note(code))
        elif code in tried:
            notices.shown_again(unit, ticket)
        else:
            unit.work.jobs.put(Job(JobKind.ROOM, code, unit.now + KNOCK))


def _shows(delivery: Delivery) -> bool:
    """Whether a topic lacks something without it; what only answers a caseworker is passing."""
    said = delivery.act is not Act.SEND or delivery.item is not None
    return delivery.channel is Channel.ROOM and delivery.act in _SHOWING and said


def _tell(unit: Unit, code: str, first: int) -> None:
    """Put what was said from the item `first` on into the topic. Internal notes stay in the desk.

    What still waited to be shown stands among it, so that nothing comes before it or twice.
    """
    unit.work.notes.drop(missing_note(code))
    ticket = unit.work.tickets.load((code,), None).get(code)
    if ticket is None:
        return
    unit.work.outbox.drop_items(room_lane(code))
    items = unit.work.tickets.items(code, first - 1)
    told = [item for item in items if not isinstance(item.body, NoteItem)]
    for begin in range(0, len(told), SAID_AT_ONCE):
        some = told[begin : begin + SAID_AT_ONCE]
        blocks = tuple(block for item in some for block in notices.mirrored(ticket, item))
        notices.in_topic(unit, ticket, blocks, some[0].number)
