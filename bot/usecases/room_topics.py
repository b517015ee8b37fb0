"""What the topic of a case in the caseworkers' group shows: all that was said, whatever happened.

Topics are deleted by members, and the group may be out of reach for hours. What could not be shown
meanwhile follows as soon as something arrives there again. Making topics is the channel's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.model.outbox import Act, Channel, Delivery, Fate, Report, room_lane
from bot.model.records import AuditEntry, Job, JobKind, RoomTopic
from bot.model.tickets import Item, NoteItem, Ticket
from bot.model.turns import Message
from bot.usecases import notices, room_abilities
from bot.usecases.notices import missing_note
from bot.usecases.ports import Work
from bot.usecases.room_abilities import NO_RIGHTS, Failing, Tried
from bot.usecases.unit import Unit

SAID_AT_ONCE: Final = 4
"""Items in one message of what was said before; each may be a long text."""

KNOCK: Final = timedelta(minutes=5)
"""How often it is tried whether a group that failed takes something again: all cases at the same
moments, so that one of them can be tried for all."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

GROUP_FAILS: Final = frozenset({"unreachable", NO_RIGHTS, "no_forum"})
"""Reasons of reports that are about the group itself, not about what was to be shown."""

TOPIC_FAILS: Final = frozenset({"thread_gone", "thread_closed"})
"""Reasons that are about one topic: somebody deleted or closed it, just after it was repaired."""

_AT_ONCE: Final = 500
"""Jobs looked through when a group can be used again; the rest is shown at its time."""

_SWITCHES: Final = frozenset({Act.CLOSE_TOPIC, Act.REOPEN_TOPIC})
_SHOWING: Final = _SWITCHES | {Act.OPEN_TOPIC, Act.HEADER, Act.SEND, Act.DELETE_TOPIC}


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


def begun(unit: Unit, topic: RoomTopic) -> None:
    """Note the topic of a new case. Should the case have left the room meanwhile, it goes again."""
    unit.work.rooms.save(topic)
    if shown(unit, topic.ticket) is None:
        _taken_out(unit, topic.ticket)


def begun_anew(unit: Unit, topic: RoomTopic) -> None:
    """Note a topic made anew, and let what was said so far follow, as fast as the group may."""
    unit.work.rooms.save(topic)
    lack = missing(unit.work, topic.ticket)
    _tell(unit, topic.ticket, Lack(1, switched=lack is not None and lack.switched))


# --- a group that failed ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lack:
    """What a topic does not show: the items from `first` on, none if 0; its card is old anyway.

    `switched`: it was to be closed or opened meanwhile.
    """

    first: int
    switched: bool = False


def missed(unit: Unit, delivery: Delivery, report: Report) -> None:
    """Note that something of a case was not shown because the group or its topic fails.

    What waits behind it is in the note as well, and need not be tried.
    """
    code = delivery.ticket
    if report.fate is not Fate.DEAD or code is None or not _shows(delivery):
        return
    goes = delivery.act is Act.DELETE_TOPIC
    # Whatever is said against deleting a topic: what stands there must not stay readable.
    if report.reason not in GROUP_FAILS | TOPIC_FAILS and not goes:
        if delivery.act is Act.HEADER:
            caught_up(unit, code, card=False)  # nothing waits for a card that nobody takes
        return
    before = missing(unit.work, code) or Lack(0)
    waited = unit.work.outbox.drop_items(room_lane(code))
    # Should the case come back before its topic is gone, all of it is said there once more.
    first = 1 if goes else _first(before.first, delivery.item, waited)
    _note(unit, code, Lack(first, before.switched or goes or delivery.act in _SWITCHES))
    if not goes or report.reason != NO_RIGHTS:
        _try_later(unit, code)


def missing(work: Work, code: str) -> Lack | None:
    """What the topic of a case lacks; None: nothing."""
    noted = work.notes.get(missing_note(code))
    if noted is None:
        return None
    first, _, switched = noted.partition(" ")
    return Lack(int(first), bool(switched))


def caught_up(unit: Unit, code: str, *, card: bool) -> bool:
    """Let what the topic lacks follow, with all that waits for it; return whether it lacks any.

    `card`: its card is old still, and is tried before. Should the group fail still, it is noted
    again with the first that fails.
    """
    lack = missing(unit.work, code)
    if lack is None:
        return False
    _tell(unit, code, lack, card=card)
    return True


def heard(unit: Unit, tried: Iterable[Tried]) -> tuple[Failing, Failing]:
    """Note what was tried in the group; return what failed there before, and what fails now."""
    before = room_abilities.failing(unit.work)
    now = room_abilities.after(before, tried)
    room_abilities.note(unit.work, now)
    if room_abilities.hinders(before) and not room_abilities.hinders(now):
        usable_again(unit)
    if room_abilities.keeps(before) and not room_abilities.keeps(now):
        notices.tidied(unit)
    return before, now


def usable_again(unit: Unit) -> None:
    """The group can be used again: what is missing is shown now and not in some minutes."""
    waiting = unit.work.jobs.due(unit.now + KNOCK, _AT_ONCE)
    rooms = [job for job in waiting if job.kind is JobKind.ROOM]
    knock(unit, [job.key for job in rooms if unit.work.jobs.done(job)])


def knock(unit: Unit, codes: Sequence[str]) -> None:
    """Try again to show what is missing of these cases: of one alone while the group fails."""
    still = [code for code in sorted(codes) if missing(unit.work, code) is not None]
    turn = (unit.now - _EPOCH) // KNOCK
    fails = room_abilities.hinders(room_abilities.failing(unit.work))
    for place, code in enumerate(still):
        if fails and place != turn % len(still):
            _try_later(unit, code)
        elif (ticket := shown(unit, code)) is not None:
            notices.shown_again(unit, ticket)
        else:
            _taken_out(unit, code)


def _try_later(unit: Unit, code: str) -> None:
    at = unit.now + KNOCK - (unit.now - _EPOCH) % KNOCK
    unit.work.jobs.put(Job(JobKind.ROOM, code, at))


def _note(unit: Unit, code: str, lack: Lack) -> None:
    noted = f"{lack.first} switched" if lack.switched else str(lack.first)
    unit.work.notes.put(missing_note(code), noted)


def _shows(delivery: Delivery) -> bool:
    """Whether a topic is not as it should be without it.

    What only answers a caseworker is passing, and so is a topic too many (with a message).
    """
    said = delivery.act is not Act.SEND or delivery.item is not None
    own = delivery.act is not Act.DELETE_TOPIC or delivery.message_id is None
    return delivery.channel is Channel.ROOM and delivery.act in _SHOWING and said and own


def _taken_out(unit: Unit, code: str) -> None:
    """A case that is not the room's any more: what it still has there goes."""
    unit.work.notes.drop(missing_note(code))
    if unit.work.rooms.topic(code) is not None:
        notices.out_of_room(unit, code)


def _tell(unit: Unit, code: str, lack: Lack, *, card: bool = False) -> None:
    """Put what is lacking into the topic. Internal notes stay in the desk.

    What still waited to be shown stands among it, so that nothing comes before it or twice.
    """
    ticket = shown(unit, code)
    if ticket is None:
        _taken_out(unit, code)
        return
    unit.work.notes.drop(missing_note(code))
    first = _first(lack.first, unit.work.outbox.drop_items(room_lane(code)))
    if card:
        notices.shown_again(unit, ticket)
    told = _said(unit, code, first) if first else []
    for begin in range(0, len(told), SAID_AT_ONCE):
        some = told[begin : begin + SAID_AT_ONCE]
        notices.in_topic(unit, ticket, _as_one(ticket, some), some[0].number)
    if lack.switched:
        notices.topic_switched(unit, ticket)


def _first(*numbers: int | None) -> int:
    """The lowest of these item numbers; 0 if there is none."""
    return min((number for number in numbers if number), default=0)


def _said(unit: Unit, code: str, first: int) -> list[Item]:
    """What the topic of a case shows, from the item `first` on."""
    items = unit.work.tickets.items(code, first - 1)
    return [item for item in items if not isinstance(item.body, NoteItem)]


def _as_one(ticket: Ticket, items: Sequence[Item]) -> Message:
    blocks = (block for item in items for block in notices.mirrored(ticket, item))
    return Message(tuple(blocks))
