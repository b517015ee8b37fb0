"""What the topic of a case in the caseworkers' group shows: all that was said, whatever happened.

Topics are deleted by members, and the group may be out of reach for hours. What could not be shown
meanwhile follows as soon as something arrives there again. Making topics is the channel's.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.model.outbox import Act, Channel, Delivery, Fate, Report, room_lane
from bot.model.records import AuditEntry, Job, JobKind, RoomTopic
from bot.model.tickets import Item, NoteItem, Ticket
from bot.model.turns import Message
from bot.usecases import notices, room_abilities
from bot.usecases.notices import ROOM_LANGUAGE, missing_note
from bot.usecases.ports import Work
from bot.usecases.room_abilities import NO_RIGHTS, Ability, Failing, Tried
from bot.usecases.unit import Unit

SAID_AT_ONCE: Final = 4
"""Items in one message of what was said before; each may be a long text."""

KNOCK: Final = timedelta(minutes=5)
"""How often it is tried whether a group that failed takes something again: one case for all."""

RIGHT_AWAITED: Final = timedelta(days=1)
"""When a topic that must not be deleted is tried again, should nobody tell of the right to."""

_KNOCKED: Final = "room/knocked"
"""The note of the round of tries that had one."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

GROUP_FAILS: Final = frozenset({"unreachable", NO_RIGHTS, "no_forum"})
"""Reasons of reports that are about the group itself, not about what was to be shown."""

TOPIC_FAILS: Final = frozenset({"thread_gone", "thread_closed"})
"""Reasons that are about one topic: somebody deleted or closed it, just after it was repaired."""

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
    forbidden = goes and report.reason == NO_RIGHTS
    at = unit.now + RIGHT_AWAITED if forbidden else _next_round(unit.now)
    if goes and delivery.message_id is not None:
        _try_later(unit, _surplus(code, delivery.message_id), at)
        return
    before = missing(unit.work, code) or Lack(0)
    waited = unit.work.outbox.drop_items(room_lane(code))
    # Should the case come back before its topic is gone, all of it is said there once more.
    first = 1 if goes else _first(before.first, delivery.item, waited)
    _note(unit, code, Lack(first, before.switched or goes or delivery.act in _SWITCHES))
    _try_later(unit, code, at)


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
    before = room_abilities.held(unit.work)
    now = room_abilities.after(before, tried)
    room_abilities.note(unit.work, now)
    mended(unit, before, now)
    return before, now


def mended(unit: Unit, before: Failing, now: Failing) -> None:
    """If something works again, what waits for it is tried at once and not in some minutes."""
    if before.keys() - now.keys() or not now:
        unit.work.jobs.hasten(JobKind.ROOM, unit.now)


def knock(unit: Unit, jobs: Sequence[Job]) -> None:
    """Try again what these jobs are about.

    What is certain to fail waits, but for one in each round: that it fails no more is not told by
    Telegram in every case.
    """
    fails = room_abilities.failing(unit.work)
    for job in jobs:
        needed = _needs(unit, job.key)
        if not room_abilities.stops(fails, needed) or _has_turn(unit):
            _try(unit, job.key)
        elif room_abilities.keeps(fails) and needed == {Ability.DELETE}:
            _try_later(unit, job.key, unit.now + RIGHT_AWAITED)
        else:
            missed_rounds = (unit.now - job.at) // KNOCK
            _try_later(unit, job.key, job.at + (missed_rounds + 1) * KNOCK)


def one_too_many(unit: Unit, code: str, thread: int) -> None:
    """Delete a topic of a case that has another one."""
    again = Delivery(Channel.ROOM, Act.DELETE_TOPIC, ROOM_LANGUAGE, ticket=code, message_id=thread)
    unit.work.outbox.put((again,), unit.now)


def case_of(key: str) -> str:
    """The case that a job of the room is about."""
    return key.partition(" ")[0]


def _surplus(code: str, thread: int) -> str:
    """The key of a job to delete a topic that is one too many."""
    return f"{code} {thread}"


def _needs(unit: Unit, key: str) -> Collection[Ability]:
    """What the bot must be able to do for what a job is about."""
    code, _, surplus = key.partition(" ")
    if surplus or shown(unit, code) is None:
        return {Ability.DELETE}
    topic, lack = unit.work.rooms.topic(code), missing(unit.work, code)
    switch = {Ability.SWITCH} if lack is not None and lack.switched else set()
    begun = topic is not None and topic.header is not None
    return {Ability.WRITE, Ability.EDIT if begun else Ability.TOPICS} | switch


def _has_turn(unit: Unit) -> bool:
    """Whether something may be tried that is certain to fail."""
    this = str(_round(unit.now))
    if unit.work.notes.get(_KNOCKED) == this:
        return False
    unit.work.notes.put(_KNOCKED, this)
    return True


def _round(now: datetime) -> int:
    """The number of the round of tries at this moment, which is the same for all cases."""
    return (now - _EPOCH) // KNOCK


def _next_round(now: datetime) -> datetime:
    """When what failed now is tried again: in the next round, behind what failed in earlier ones.

    The few seconds by which it is later tell the round in which it was tried last.
    """
    this = _round(now)
    return _EPOCH + (this + 1) * KNOCK + timedelta(microseconds=this)


def _try(unit: Unit, key: str) -> None:
    code, _, surplus = key.partition(" ")
    if surplus:
        one_too_many(unit, code, int(surplus))
    elif (ticket := shown(unit, code)) is None:
        _taken_out(unit, code)
    elif missing(unit.work, code) is not None:
        notices.shown_again(unit, ticket)


def _try_later(unit: Unit, key: str, at: datetime) -> None:
    unit.work.jobs.put(Job(JobKind.ROOM, key, at))


def _note(unit: Unit, code: str, lack: Lack) -> None:
    noted = f"{lack.first} switched" if lack.switched else str(lack.first)
    unit.work.notes.put(missing_note(code), noted)


def _shows(delivery: Delivery) -> bool:
    """Whether the group is not as it should be without it. An answer to a caseworker is passing."""
    said = delivery.act is not Act.SEND or delivery.item is not None
    return delivery.channel is Channel.ROOM and delivery.act in _SHOWING and said


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
