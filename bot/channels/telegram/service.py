"""The Telegram channel as one piece: what wiring makes, starts, asks and stops.

Everything it needs comes as an argument. It gives the dispatcher two senders, one for newcomers'
chats and one for the caseworkers' group, and it has one of two ways in.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from bot.channels.telegram.answers import Answers
from bot.channels.telegram.batch import Done, Reader
from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain, Why, why
from bot.channels.telegram.health import Health
from bot.channels.telegram.incoming import Me
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.outgoing import ChatSender
from bot.channels.telegram.polling import PAUSES, WITHOUT_TOKEN, Pause, Poller, unless
from bot.channels.telegram.profile import tell_profile
from bot.channels.telegram.room import RoomSender
from bot.channels.telegram.watch import EVERY, Watch
from bot.channels.telegram.webhook import Address, Routes, Webhook
from bot.i18n.render import Renderer
from bot.model.outbox import Channel
from bot.usecases import room_abilities
from bot.usecases.errands import Ride
from bot.usecases.notices import tidied
from bot.usecases.ports import Carrier, Clock, Contents, NotCommitted, Runner, Work
from bot.usecases.room import Door
from bot.usecases.unit import Unit

GROUP_SETTING: Final = "telegram/group"
"""Note: the group named by the setting when it was last applied; a migration changes the room."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """What the county decides. `group` is the chat id of the caseworkers' group."""

    token: str
    root: str
    group: int | None = None
    webhook: Address | None = None


class TelegramService:
    """One bot: `start`, then `run_polling` or routes and `run_webhook`, at the end `stop`.

    `nudge` is called when something was put into the outbox, `overflow` when a delivery
    needs more than one message, `board` for each transaction of updates; wiring sets them to
    the dispatcher's. `senders` are for the dispatcher.
    """

    def __init__(
        self,
        settings: TelegramSettings,
        runner: Runner,
        make_unit: Callable[[Work], Unit],
        renderer: Renderer,
        contents: Contents,
        clock: Clock,
        *,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.health = Health()
        self.nudge: Callable[[], None] = _nobody
        self.overflow: Callable[[str], None] = _uncounted
        self.board: Callable[[], Ride | None] = _no_ride
        self._settings = settings
        self._runner = runner
        self._make_unit = make_unit
        self._renderer = renderer
        self._contents = contents
        self._clock = clock
        self._pause = pause
        self._cable = Cable(settings.token, settings.root, self.health)
        self._answers = Answers(self._cable, renderer)
        me = Me(_id_in(settings.token), "")
        self._reader = Reader(me, Door(fixed=settings.group is not None))
        self._beside: set[asyncio.Task[None]] = set()
        self.intake = Intake(runner, make_unit, clock, self._reader, self._after, self._ride)
        self.senders: Mapping[Channel, Carrier] = {
            Channel.CHAT: ChatSender(self._cable, renderer, clock, self._more, self._keep_part),
            Channel.ROOM: RoomSender(self._cable, renderer, runner, make_unit, clock, self._more),
        }
        self._webhook = self._made_webhook(settings.webhook) if settings.webhook else None
        asks = settings.webhook is None
        self._watch = Watch(self._cable, runner, make_unit, clock, self.health, asks=asks)

    async def start(self) -> None:
        """Apply the setting of the group and open the way in. Telegram is not asked yet."""
        group = self._settings.group
        if group is not None:
            await self._runner.run(lambda work: _apply_group(work, group))
        await self._runner.run(lambda work: tidied(self._make_unit(work)))
        await self.intake.open()

    async def run_polling(self, stop: asyncio.Event) -> None:
        """Receive by long polling until `stop` is set."""
        await unless(stop, self._introduce())
        poller = Poller(
            self._cable,
            self.intake,
            self._runner,
            self._clock,
            self.health,
            pause=self._pause,
        )
        await poller.run(stop)

    def webhook_routes(self) -> Routes:
        """The routes by which Telegram brings updates; empty when we poll."""
        return self._webhook.routes() if self._webhook is not None else []

    async def run_webhook(self, stop: asyncio.Event) -> None:
        """Set the webhook and watch over it until `stop` is set. The routes must be served."""
        if self._webhook is None:
            raise RuntimeError("no webhook address was given")
        await unless(stop, self._introduce())
        await unless(stop, self._webhook.watch(stop))

    async def run_watch(self, stop: asyncio.Event, every: float = EVERY) -> None:
        """Tell the store every so many seconds how the way to Telegram is, until `stop` is set."""
        await unless(stop, self._watch.run(stop, every))

    async def stop(self) -> None:
        """Finish what is under way and close all connections. Stop the dispatcher before."""
        await self.intake.close()
        for task in self._beside:
            task.cancel()
        await self._answers.close()
        await self._cable.close()

    # --- beginning ------------------------------------------------------------------------

    async def _introduce(self) -> None:
        """Learn our own name and tell Telegram what we are, however long it takes."""
        for attempt in count():
            try:
                found = await self._cable.call("getMe")
            except (NotSent, Uncertain, Refused) as failure:
                await self._not_yet(failure, attempt)
            else:
                self._reader.me = Me(int(found["id"]), str(found.get("username", "")))
                languages = self._contents.current().languages
                self._do_beside(tell_profile(self._cable, self._renderer, self._runner, languages))
                return

    async def _not_yet(self, failure: NotSent | Uncertain | Refused, attempt: int) -> None:
        if isinstance(failure, Refused) and why(failure) is Why.UNAUTHORIZED:
            await self._pause(WITHOUT_TOKEN)
            return
        log.warning("Telegram was not reached: %s", failure)
        await self._pause(PAUSES[min(attempt, len(PAUSES) - 1)])

    def _made_webhook(self, address: Address) -> Webhook:
        return Webhook(
            self._cable,
            self.intake,
            self._runner,
            self._clock,
            self.health,
            address,
            pause=self._pause,
        )

    # --- after each batch -------------------------------------------------------------------

    async def _keep_part(self, row: int, parts: int) -> None:
        """Commit that so many messages of a delivery are there; if it fails, only a kill tells."""
        try:
            await self._runner.run(lambda work: work.outbox.part(row, parts))
        except NotCommitted as error:
            log.warning("a part of delivery %d could not be noted: %s", row, error)

    def _more(self, key: str) -> None:
        self.overflow(key)

    def _ride(self) -> Ride | None:
        return self.board()

    def _after(self, done: Done) -> None:
        if not done.taken:
            self.nudge()
        for answer in done.answers:
            self._answers.give(answer)
        for chat in done.leave:
            self._do_beside(self._leave(chat))
        for trouble in done.troubles:
            log.error("the caseworkers' group fails (%s): work goes on in the desk", trouble)
        if done.usable:
            log.warning("the caseworkers' group can be used again")

    async def _leave(self, chat: int) -> None:
        try:
            await self._cable.call("leaveChat", chat_id=chat)
        except (NotSent, Uncertain, Refused) as failure:
            log.info("a group that is not ours could not be left: %s", failure)

    def _do_beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _nobody() -> None:
    """Nobody waits for the outbox yet."""


def _no_ride() -> None:
    """Nobody has an errand yet."""


def _uncounted(key: str) -> None:
    """Nobody counts messages yet."""


def _id_in(token: str) -> int:
    """The bot's own id is the first part of its token."""
    number = token.partition(":")[0]
    return int(number) if number.isdecimal() else 0


def _apply_group(work: Work, group: int) -> None:
    """Make the group of the setting the room, once: later a migration may have changed its id."""
    if work.notes.get(GROUP_SETTING) != str(group):
        work.rooms.bind(group)
        room_abilities.note(work, {})
        work.notes.put(GROUP_SETTING, str(group))
