"""Deliveries into the caseworkers' group: a forum topic a case, with its header card.

Topics are made when they are needed, made anew when somebody deleted them, opened when somebody
closed them. When the group cannot be used, work goes on in the desk, and we say why. What
members write there is read by `incoming` and decided by `bot.usecases.room`.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.channels.telegram.cable import Calls
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, Why, retry_at, why
from bot.channels.telegram.group_calls import GroupCalls
from bot.channels.telegram.outgoing import failed
from bot.channels.telegram.post import Post
from bot.i18n.render import Renderer
from bot.model.outbox import Act, Delivery, Fate, Queued, Report
from bot.model.phrases import Phrase
from bot.model.records import RoomTopic
from bot.model.turns import Message
from bot.usecases import room_topics
from bot.usecases.limits import ROOM
from bot.usecases.mishaps import described
from bot.usecases.notices import ROOM_LANGUAGE
from bot.usecases.ports import Clock, NotCommitted, Runner, Work
from bot.usecases.room_abilities import Failing, after, failing, hinders
from bot.usecases.unit import Unit

LONGEST_TITLE: Final = 128
_PATIENT_ATTEMPT: Final = 3
"""After an unclear answer we wait some seconds: Telegram tells us of topics of our own."""

_VAIN_ATTEMPTS: Final = 3
"""So often what was repaired in vain is tried soon again; then it waits as for a failing group."""

_REPLY_AGAIN: Final = timedelta(minutes=1)
_REPLIES_TRIED: Final = 60
"""An answer to a caseworker waits for the group for an hour: it may say that nothing was sent."""

_SWITCHES: Final = {Act.CLOSE_TOPIC: "closeForumTopic", Act.REOPEN_TOPIC: "reopenForumTopic"}

log = logging.getLogger(__name__)


class _NoTicket(Exception):
    """The ticket of a delivery is gone, so there is nothing to show."""


class RoomSender:
    """A `ports.Carrier` for `Channel.ROOM`."""

    def __init__(
        self,
        cable: Calls,
        renderer: Renderer,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        clock: Clock,
        overflow: Callable[[str], None] | None = None,
    ) -> None:
        """`overflow` counts messages beyond a delivery's first (`Dispatcher.overflow`)."""
        self._cable = cable
        self._group = GroupCalls(cable)
        more = None if overflow is None else (lambda _: overflow(ROOM))
        self._post = Post(self._group, renderer, more)
        self._renderer = renderer
        self._runner = runner
        self._make_unit = make_unit
        self._clock = clock
        self._parts: dict[int, int] = {}

    async def send(self, queued: Queued) -> Report:
        room, noted = await self._runner.run(lambda work: (work.rooms.room(), failing(work)))
        if room is None:
            return Report(queued.id, Fate.DEAD, reason="no_room")
        try:
            number = await self._following_the_group(room.chat, queued)
        except _NoTicket:
            report = Report(queued.id, Fate.DEAD, reason="no_ticket")
        except (NotSent, Uncertain, Refused) as failure:
            report = self._failed(queued, failure)
        else:
            report = Report(queued.id, Fate.SENT, number)
        if report.fate in {Fate.SENT, Fate.DEAD}:
            self._parts.pop(queued.id, None)
        await self._note_what_was_heard(noted)
        return report

    def _failed(self, queued: Queued, failure: NotSent | Uncertain | Refused) -> Report:
        report, now = failed(queued, failure, self._clock), self._clock.now()
        if isinstance(failure, Uncertain):
            attempt = max(queued.attempts, _PATIENT_ATTEMPT)
            return replace(report, retry_at=retry_at(now, attempt, queued.id))
        if report.reason in room_topics.TOPIC_FAILS and queued.attempts < _VAIN_ATTEMPTS:
            again = retry_at(now, queued.attempts, queued.id)
            return replace(report, fate=Fate.NOT_SENT, retry_at=again)
        waits = _is_reply(queued.delivery) and report.reason in room_topics.GROUP_FAILS
        if waits and queued.attempts < _REPLIES_TRIED:
            return replace(report, fate=Fate.NOT_SENT, retry_at=now + _REPLY_AGAIN)
        return report

    async def _note_what_was_heard(self, noted: Failing) -> None:
        """Say once what the group refuses, and once that it can be used again."""
        heard = self._group.heard()
        if after(noted, heard) == noted:
            return
        try:
            before, now = await self._runner.run(
                lambda work: room_topics.heard(self._make_unit(work), heard)
            )
        except NotCommitted:
            self._group.not_noted(heard)  # what was sent is sent all the same
            return
        except Exception as error:  # noqa: BLE001 - so it is after a mistake of ours
            log.error("noting what the group takes failed: %s", described(error))  # noqa: TRY400
            return
        for what in sorted(now.items() - before.items()):
            log.error("the caseworkers' group fails (%s: %s): work goes on in the desk", *what)
        if hinders(before) and not hinders(now):
            log.warning("the caseworkers' group can be used again")

    async def _following_the_group(self, chat: int, queued: Queued) -> int | None:
        """Carry out a delivery; if the group became a supergroup, there and from now on."""
        try:
            return await self._repairing(chat, queued)
        except Refused as refused:
            moved_to = refused.migrated_to
            if moved_to is None:
                raise
        await self._runner.run(lambda work: work.rooms.bind(moved_to))
        return await self._repairing(moved_to, queued)

    async def _repairing(self, chat: int, queued: Queued) -> int | None:
        """Carry out a delivery; a deleted or closed topic is repaired once in each attempt."""
        code = queued.delivery.ticket
        try:
            return await self._carry_out(chat, queued)
        except Refused as refused:
            reason = why(refused)
            if code is None or reason not in room_topics.TOPIC_FAILS:
                raise
        if reason is Why.THREAD_GONE:
            await self._runner.run(lambda work: room_topics.topic_gone(self._make_unit(work), code))
            return await self._carry_out(chat, queued)
        await self._switch(chat, code, "reopenForumTopic")
        number = await self._carry_out(chat, queued)
        ticket = await self._runner.run(lambda work: work.tickets.load((code,), None).get(code))
        if ticket is not None and not ticket.open:
            await self._switch(chat, code, "closeForumTopic")
        return number

    async def _carry_out(self, chat: int, queued: Queued) -> int | None:
        delivery = queued.delivery
        code, message = delivery.ticket, delivery.message
        if delivery.act in _SWITCHES and code is not None:
            await self._switch(chat, code, _SWITCHES[delivery.act])
            return None
        if delivery.act is Act.DELETE_TOPIC and code is not None:
            await self._delete(chat, code, delivery.message_id)
            return None
        if message is None:
            raise ValueError(f"{delivery.act} needs a message")
        if code is None:
            return await self._post.send(chat, message, delivery.language)
        topic, is_new = await self._topic(chat, code, delivery)
        if delivery.act is Act.SEND:
            return await self._say(chat, topic, queued, message, is_new=is_new)
        number = topic.header if is_new else await self._header(chat, topic, message)
        await self._catch_up(code, card=False)
        return number

    async def _say(
        self, chat: int, topic: RoomTopic, queued: Queued, message: Message, *, is_new: bool
    ) -> int | None:
        """Say something in a topic. An item waits where the topic lacks what was said before it."""
        of_case = queued.delivery.item is not None
        if of_case and (is_new or await self._catch_up(topic.ticket, card=True)):
            return None  # it stands among what was said so far, which follows
        there = max(queued.parts, self._parts.get(queued.id, 0))
        number = await self._post.send(
            chat,
            message,
            queued.delivery.language,
            thread=topic.thread,
            skip=0 if is_new else there,
            paid=0 if is_new else 1,
            arrived=lambda parts: self._keep_part(queued.id, parts),
        )
        if not of_case:
            await self._catch_up(topic.ticket, card=True)
        return number

    async def _catch_up(self, code: str, *, card: bool) -> bool:
        """Let what the topic lacks since the group failed follow; return whether it lacks any."""
        return await self._runner.run(
            lambda work: room_topics.caught_up(self._make_unit(work), code, card=card)
        )

    async def _keep_part(self, row: int, parts: int) -> None:
        """Go on after this part of a long message if the next one fails."""
        self._parts[row] = parts
        await self._runner.run(lambda work: work.outbox.part(row, parts))

    # --- topics -------------------------------------------------------------------------

    async def _topic(self, chat: int, code: str, delivery: Delivery) -> tuple[RoomTopic, bool]:
        """Return the topic of a ticket and whether it was begun just now.

        A new ticket's begins with the header card of its delivery. What was said so far follows
        in one made anew. Until its card is noted a topic counts as empty.
        """
        known = await self._runner.run(lambda work: work.rooms.topic(code))
        if known is not None and known.header is not None:
            return known, False
        # A case that left the room while this waited gets no topic.
        card = await self._runner.run(
            lambda work: room_topics.recreated(self._make_unit(work), code)
        )
        if card is None:
            raise _NoTicket
        topic = known or await self._created(chat, code, self._title(code, card))
        paid = 0 if delivery.act is Act.HEADER else 1
        number = await self._post.send(chat, card, ROOM_LANGUAGE, thread=topic.thread, paid=paid)
        begun = replace(topic, header=number)
        begin = room_topics.begun if delivery.act is Act.OPEN_TOPIC else room_topics.begun_anew
        await self._runner.run(lambda work: begin(self._make_unit(work), begun))
        return await self._pinned(chat, begun), True

    async def _pinned(self, chat: int, topic: RoomTopic) -> RoomTopic:
        await self._best_effort(
            self._cable.call(
                "pinChatMessage",
                chat_id=chat,
                message_id=topic.header,
                disable_notification=True,
            )
        )
        return topic

    async def _created(self, chat: int, code: str, title: str) -> RoomTopic:
        """Make a topic. If one was adopted meanwhile, that one counts and ours goes again."""
        result = await self._group.call("createForumTopic", chat_id=chat, name=title)
        made = RoomTopic(code, int(result["message_thread_id"]))
        topic = await self._runner.run(lambda work: work.rooms.adopt(made))
        if topic.thread != made.thread:
            await self._runner.run(
                lambda work: room_topics.one_too_many(self._make_unit(work), code, made.thread)
            )
        return topic

    def _title(self, code: str, header: Message) -> str:
        """The code first: by it we recognise the topic. Then the queue, never a person."""
        queue = header.blocks[0].phrase.values.get("queue")
        if isinstance(queue, Phrase):
            queue = self._renderer.plain(queue, ROOM_LANGUAGE)
        return f"{code} {queue}"[:LONGEST_TITLE] if isinstance(queue, str) else code

    async def _header(self, chat: int, topic: RoomTopic, message: Message) -> int | None:
        """Bring the header card up to date, or post and pin it."""
        if topic.header is not None:
            try:
                return await self._post.edit(chat, topic.header, message, ROOM_LANGUAGE)
            except Refused as refused:
                if why(refused) is not Why.MESSAGE_GONE:
                    raise
        number = await self._post.send(chat, message, ROOM_LANGUAGE, thread=topic.thread, paid=0)
        anew = replace(topic, header=number)
        await self._runner.run(lambda work: work.rooms.save(anew))
        return (await self._pinned(chat, anew)).header

    async def _switch(self, chat: int, code: str, method: str) -> None:
        """Close or reopen a topic; one that is so already, or is gone, is as wished."""
        topic = await self._runner.run(lambda work: work.rooms.topic(code))
        if topic is None:
            return
        try:
            await self._group.call(method, chat_id=chat, message_thread_id=topic.thread)
        except Refused as refused:
            if why(refused) not in {Why.NOT_MODIFIED, Why.THREAD_GONE}:
                raise

    async def _delete(self, chat: int, code: str, thread: int | None) -> None:
        """Delete a topic with all that was said in it; without the right to, at least close it.

        A `thread` beside the ticket's own topic is one too many, and goes alone.
        """
        topic = await self._runner.run(lambda work: work.rooms.topic(code))
        own = None if topic is None else topic.thread
        number = thread or own
        if number is None:
            return
        try:
            await self._group.call("deleteForumTopic", chat_id=chat, message_thread_id=number)
        except Refused as refused:
            if why(refused) is Why.NO_RIGHTS and number == own:
                await self._best_effort(self._switch(chat, code, "closeForumTopic"))
            if why(refused) is not Why.THREAD_GONE:
                raise
        if number == own:
            await self._runner.run(lambda work: work.rooms.drop(code))

    async def _best_effort(self, call: Awaitable[object]) -> None:
        """Make a call that only makes things nicer."""
        try:
            await call
        except (NotSent, Uncertain, Refused) as failure:
            log.info("a call that may fail did: %s", failure)


def _is_reply(delivery: Delivery) -> bool:
    """Whether it answers a caseworker in a topic: it stands nowhere else."""
    return delivery.act is Act.SEND and delivery.ticket is not None and delivery.item is None
