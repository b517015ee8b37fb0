"""The only module that knows every part: it makes them, starts them and stops them.

Parts receive values and Protocols; none of them sees the settings. What Telegram
needs beside is put together in `bot.channels.telegram.service`. What only the playground
and the terminal need is imported by them: a bot that was killed starts without it.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Router

from bot.channels.mail import MailSender, MailServer
from bot.channels.telegram.service import TelegramService, TelegramSettings
from bot.channels.telegram.webhook import Address
from bot.clock import SystemClock
from bot.content.prepared import FOLDER as PREPARED
from bot.content.prepared import Prepared
from bot.content.releases import FOLDER as RELEASES
from bot.content.releases import Releases
from bot.desk.app import create_server
from bot.desk.parts import Parts as DeskParts
from bot.desk.security import known_names
from bot.i18n.render import Renderer
from bot.model.content import Content
from bot.model.outbox import Channel
from bot.model.tickets import Caseworker
from bot.places import database_url, ledger_path, master_key, upgrade_database
from bot.publishing import Publishing
from bot.serving import beside, end_at_once, serve, settle, stop_signal
from bot.settings import Settings, SettingsError
from bot.store.alone import alone
from bot.store.engine import sqlite_file
from bot.store.memory import MemoryStore
from bot.store.runner import FewAtOnce, ThreadRunner
from bot.store.sound import make_sound
from bot.store.sql import SqlStore, open_store
from bot.usecases import whose
from bot.usecases.clockwork import Clockwork
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits
from bot.usecases.ports import Carrier, Contents, Work
from bot.usecases.sharing import share_pace
from bot.usecases.unit import FreeText, Policy, Unit

T = TypeVar("T")

POSTGRES_THREADS: Final = 4
DESK_AT_ONCE: Final = 2
"""Units of the desk before which a newcomer's may stand, whoever asks the desk however much."""
CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits of ticket codes: none that can be mistaken for another."""
CODE_LENGTH: Final = 6
A_BOTS: Final = (
    "LOTSE_DATA_DIR, LOTSE_DATABASE_URL: a bot has run on this data, and a playground "
    "shows every case to everybody; give it a folder of its own"
)

log = logging.getLogger(__name__)


class RandomChance:
    """Unguessable codes and ids."""

    def code(self) -> str:
        return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))

    def id(self) -> str:
        return secrets.token_urlsafe(12)


@dataclass(frozen=True, slots=True)
class House:
    """Content, wording and store of one county, ready to make units of work."""

    settings: Settings
    publishing: Publishing
    store: SqlStore
    runner: ThreadRunner
    clock: SystemClock

    @property
    def contents(self) -> Contents:
        return self.publishing.contents

    @property
    def renderer(self) -> Renderer:
        return self.publishing.renderer

    def unit(self, work: Work) -> Unit:
        return Unit(
            work,
            self.contents.current(),
            self.clock.now(),
            self.publishing.holidays,
            self.renderer,
            RandomChance(),
            policy_of(self.settings),
        )

    async def do(self, work: Callable[[Unit], T]) -> T:
        """Do `work` in a transaction of its own."""
        return await self.runner.run(lambda store: work(self.unit(store)))


def policy_of(settings: Settings) -> Policy:
    """The county's decisions as use cases see them."""
    return Policy(
        free_text=FreeText(settings.free_text),
        room=settings.telegram_token is not None,
        room_teams=settings.telegram_group_teams,
        mail=settings.smtp_url is not None,
        desk_url=None if settings.public_url is None else f"{settings.public_url}/desk",
    )


def published(settings: Settings, *, released: bool = True) -> Publishing:
    """The content and its wording: what was released last, or what is in the folders.

    Raises BrokenContent with every finding.
    """
    return Publishing(
        settings.content_dir,
        settings.locales_dir,
        settings.region,
        Releases(settings.data_dir / RELEASES) if released else None,
        prepared=Prepared(settings.data_dir / PREPARED),
        for_editors=not released,
    )


@contextmanager
def open_house(settings: Settings, *, released: bool = True) -> Iterator[House]:
    """Content, schema and store, opened and closed again."""
    publishing = published(settings, released=released)
    upgrade_database(settings)
    store = open_store(database_url(settings), master_key(settings), ledger_path(settings))
    threads = POSTGRES_THREADS if store.postgres else 1
    runner = ThreadRunner(store, threads, lost=end_at_once)
    try:
        yield House(settings, publishing, store, runner, SystemClock())
    finally:
        runner.close()
        store.close()


@contextmanager
def open_house_alone(settings: Settings, *, released: bool = True) -> Iterator[House]:
    """The house of a process that stays: on SQLite the only one, so that nobody is answered twice.

    Raises AlreadyRunning and Unsound. Short commands use `open_house` and may run beside it.
    """
    with ExitStack() as held:
        file = sqlite_file(database_url(settings))
        if file is not None:
            held.enter_context(alone(file.parent))
            make_sound(file)
        yield held.enter_context(open_house(settings, released=released))


# --- the two ways to run ----------------------------------------------------------


async def run_demo(settings: Settings) -> None:
    """The playground: chat and desk on one page, on the real engine, store and outbox.

    It runs what editors save, not what was released for the bot.
    """
    from bot.channels.page.chats import Chats
    from bot.channels.page.playground import Playground

    with open_house_alone(settings, released=False) as house:
        if await house.do(whose.is_a_bots):
            raise SettingsError([A_BOTS])
        chats = Chats(house.renderer)
        senders: dict[Channel, Carrier] = {Channel.CHAT: chats}
        stop = stop_signal()
        limits = Limits(UNLIMITED)
        dispatcher = Dispatcher(house.runner, house.unit, senders, house.clock, limits=limits)
        playground = Playground(
            chats, house.runner, house.unit, house.contents, house.renderer, dispatcher.nudge
        )
        routes = [*playground.routes(), *_editors(house)]
        app = _desk(house, routes, dispatcher, demo=True)
        settle()
        host, port = settings.desk_bind
        print(f"Lotse playground: http://{host}:{port}/", flush=True)  # noqa: T201 - what to open
        async with beside(
            _on_time(house, dispatcher, stop),
            dispatcher.run(stop),
            house.publishing.watch(stop),
        ):
            await serve(app, settings.desk_bind, stop)


async def run_bot(settings: Settings) -> None:
    """The real bot with its desk: long polling, or webhook if one is set."""
    if settings.telegram_token is None:
        raise ValueError("the bot needs a token")
    with open_house_alone(settings) as house:
        await house.do(whose.take_for_a_bot)
        stop = stop_signal()
        telegram = TelegramService(
            telegram_settings(settings),
            house.runner,
            house.unit,
            house.renderer,
            house.contents,
            house.clock,
        )
        senders = {**_mail(house), **telegram.senders}
        dispatcher = Dispatcher(house.runner, house.unit, senders, house.clock)
        telegram.nudge = dispatcher.nudge
        telegram.overflow = dispatcher.overflow
        telegram.board = dispatcher.board
        await telegram.start()
        _say_decisions(settings, house.contents.current())
        settle()
        work = [
            _pace(house, dispatcher, stop),
            _on_time(house, dispatcher, stop),
            dispatcher.run(stop),
            house.publishing.watch(stop),
            telegram.run_watch(stop),
        ]
        if settings.webhook_url is None:
            work.append(telegram.run_polling(stop))
        else:
            hooks = Router(telegram.webhook_routes(), redirect_slashes=False)
            work += [telegram.run_webhook(stop), serve(hooks, settings.webhook_bind, stop)]
        try:
            async with beside(*work):
                await serve(_desk(house, (), dispatcher), settings.desk_bind, stop)
        finally:
            await telegram.stop()


def _mail(house: House) -> dict[Channel, Carrier]:
    """Who carries mail, if the county has named a server."""
    address = house.settings.smtp_url
    if address is None:
        return {}
    server = MailServer.of(address.get_secret_value())
    return {Channel.MAIL: MailSender(server, house.renderer, house.clock)}


def telegram_settings(settings: Settings) -> TelegramSettings:
    """What the Telegram channel needs to know, as plain values."""
    if settings.telegram_token is None:
        raise ValueError("the bot needs a token")
    hook = None
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        hook = Address(settings.webhook_url, settings.webhook_secret.get_secret_value())
    token = settings.telegram_token.get_secret_value()
    return TelegramSettings(token, settings.telegram_api, settings.telegram_group, hook)


def _say_decisions(settings: Settings, content: Content) -> None:
    """Say at each start what others can read: Telegram, and colleagues of other teams."""
    if settings.free_text == "telegram":
        log.warning(
            "caseworkers' free text goes through Telegram, which can read it; "
            "LOTSE_FREE_TEXT=off allows structured answers only"
        )
    named = settings.telegram_group_teams
    known = {queue.team for queue in content.region.queues.values()}
    if not named and len(known) > 1:
        log.warning(
            "a group of caseworkers shows every team's cases to all its members; "
            "LOTSE_TELEGRAM_GROUP_TEAMS names the teams that may"
        )
    for name in sorted(named - known):
        log.error("LOTSE_TELEGRAM_GROUP_TEAMS names a team that no queue has: %s", name)


def talk(
    settings: Settings, language: str, lines: Iterable[str], say: Callable[[str], None]
) -> None:
    """A conversation in the terminal, on a store in memory."""
    from bot.channels.terminal import Terminal

    publishing = published(settings)
    contents, renderer = publishing.contents, publishing.renderer
    clock, policy = SystemClock(), policy_of(settings)

    def unit(work: Work) -> Unit:
        content = contents.current()
        now, holidays = clock.now(), publishing.holidays
        return Unit(work, content, now, holidays, renderer, RandomChance(), policy)

    Terminal(MemoryStore(), unit, renderer, language, say).play(lines)


# --- pieces -------------------------------------------------------------------------


def _desk(
    house: House,
    more: Sequence[BaseRoute],
    dispatcher: Dispatcher,
    *,
    demo: bool = False,
) -> Starlette:
    public = house.settings.public_url or ""
    parts = DeskParts(
        runner=FewAtOnce(house.runner, DESK_AT_ONCE),
        unit=house.unit,
        renderer=house.renderer,
        clock=house.clock,
        secret=lambda: secrets.token_urlsafe(32),
        https=public.startswith("https:"),
        framed=demo,
        hosts=known_names(public, house.settings.desk_bind[0], guests=demo),
        guest=_demo_caseworker if demo else None,
        ready=lambda: house.runner.well,
        nudge=dispatcher.nudge,
    )
    return create_server(parts, more)


def _editors(house: House) -> Sequence[BaseRoute]:
    """The editors' pages, which only the playground has."""
    from bot.channels.page.editors import Editors
    from bot.content.showing.workshop import Workshop

    settings, publishing = house.settings, house.publishing
    folders = settings.content_dir, settings.locales_dir
    workshop = Workshop(*folders, settings.region, publishing.running)

    def today() -> date:
        return house.clock.today(house.contents.current().region.time_zone)

    return Editors(workshop, publishing, house.renderer, today).routes()


def _demo_caseworker(unit: Unit) -> Caseworker:
    """The playground's caseworker, who sees every team's cases; made when first needed."""
    known = unit.work.staff.by_id(whose.GUEST)
    teams = frozenset(queue.team for queue in unit.content.region.queues.values())
    if known is not None and known.teams == teams:
        return known
    guest = Caseworker(whose.GUEST, whose.GUEST, "Demo", teams)
    unit.work.staff.save(guest, None)
    return guest


async def _pace(house: House, dispatcher: Dispatcher, stop: asyncio.Event) -> None:
    """Keep Telegram's limits together with other replicas; on SQLite there are none."""
    if house.store.postgres:
        await share_pace(house.runner, dispatcher.limits, stop)


async def _on_time(house: House, dispatcher: Dispatcher, stop: asyncio.Event) -> None:
    """Do what is due because time passes."""
    clockwork = Clockwork(
        house.runner, house.unit, dispatcher.nudge, lambda: house.publishing.refused
    )
    await clockwork.run(stop)
