"""The loopback Bot API server and the handle by which tests control it.

The server runs in a thread of the test process with an event loop of its own, so it outlives
a bot process that is killed. Everything here is synchronous and may be called from any thread.
"""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.botapi.endpoint import Endpoint
from tests.botapi.faults import Faults
from tests.botapi.flood import FloodLimits, FloodWarning
from tests.botapi.groups import BotRole, Group, new_group
from tests.botapi.journal import Call, Refusal, SentMessage, Violation
from tests.botapi.methods import METHODS, Request
from tests.botapi.methods.webhooks import webhook_info
from tests.botapi.people import PATIENCE, User
from tests.botapi.polling import Bell, Poller
from tests.botapi.schema import JsonObject
from tests.botapi.webhooks import Delivery, Dispatcher
from tests.botapi.world import Chat, Query, World

TOKEN = "7600000001:loopback-test-token-no-secret-00000"
_START_SECONDS = 10.0


class BotApiServer:
    """A strict stand-in for Telegram. Use as a context manager, or `start` and `stop`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        seed: int = 1,
        answer_within: float = 150.0,
        webhook_pace: float = 0.005,
        flood: FloodLimits | None = None,
    ) -> None:
        self.token = token
        self.world = World(seed=seed, flood=flood or FloodLimits(), answer_within=answer_within)
        self.faults = Faults(seed)
        self.port = 0
        self._webhook_pace = webhook_pace
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="botapi", daemon=True)
        self._ready = threading.Event()
        self._stopping = asyncio.Event()
        self._dispatcher: Dispatcher | None = None
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """The root of the server, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot's `Bot(base_url=...)` wants."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot's `Bot(base_file_url=...)` wants."""
        return f"{self.url}/file/bot"

    def start(self) -> Self:
        """Listen on a free port of the loopback interface."""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or self._failure is not None:
            raise RuntimeError("the Bot API server did not start") from self._failure
        return self

    def stop(self) -> None:
        """Stop listening; requests under way are cut off."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_START_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def user(
        self,
        first_name: str = "Amina",
        *,
        language_code: str | None = None,
        username: str | None = None,
    ) -> User:
        """Make a person who has not yet written to the bot."""
        with self.world.change():
            user_id = self.world.new_user_id()
            names: JsonObject = {"first_name": first_name}
            names |= {"username": username} if username else {}
            raw: JsonObject = {"id": user_id, "is_bot": False} | names
            raw |= {"language_code": language_code} if language_code else {}
            chat = Chat({"id": user_id, "type": "private"} | names)
            self.world.users[user_id] = raw
            self.world.chats[user_id] = chat
            return User(self.world, chat, raw)

    def group(
        self,
        title: str = "Integration desk",
        *,
        forum: bool = True,
        kind: str = "supergroup",
        bot: BotRole = "administrator",
    ) -> Group:
        """Make a group; `kind` is supergroup or group (a basic one, without topics)."""
        with self.world.change():
            return new_group(self.world, title, kind=kind, forum=forum, bot=bot)

    def push(self, raw: JsonObject, *, update_id: int | None = None) -> int:
        """Queue any update, however strange; an own `update_id` makes duplicates."""
        with self.world.change():
            given = {name: value for name, value in raw.items() if name != "update_id"}
            return self.world.updates.add(given, update_id=update_id)

    def restart_update_ids(self, first_id: int) -> None:
        """Let update ids begin anew, as after a week without updates."""
        with self.world.change():
            self.world.updates.restart(first_id)

    def advance(self, seconds: float) -> None:
        """Let time pass for Telegram: presses and messages expire."""
        with self.world.change():
            self.world.clock_offset += seconds
            self.world.updates.expire()

    def set_webhook_by_stranger(self, url: str) -> None:
        """Set or, with an empty URL, remove the webhook behind the bot's back."""
        with self.world.change():
            METHODS["setWebhook"](Request(self.world, "setWebhook", {"url": url}))

    def pending(self) -> int:
        """Return how many updates the bot has not confirmed."""
        with self.world.changed:
            self.world.updates.expire()
            return len(self.world.updates.entries)

    def wait_for(self, happened: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait until `happened` is true; it is asked again after every change."""
        with self.world.changed:
            if not self.world.changed.wait_for(lambda: bool(happened()), timeout):
                raise AssertionError(f"did not happen within {timeout} s")

    def wait_until_confirmed(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed every update."""
        self.wait_for(lambda: not self.pending(), timeout)

    @property
    def calls(self) -> list[Call]:
        """All calls so far, getUpdates too."""
        with self.world.changed:
            return list(self.world.journal.calls)

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def sent(self) -> list[SentMessage]:
        """All messages the bot sent, in order, as they were then."""
        with self.world.changed:
            return list(self.world.journal.sent)

    def sent_to(self, chat_id: int) -> list[SentMessage]:
        """Return the messages the bot sent to one chat, in order."""
        return [message for message in self.sent if message.chat_id == chat_id]

    @property
    def violations(self) -> list[Violation]:
        """Calls refused, or silently cut, by the bot's own fault."""
        with self.world.changed:
            return list(self.world.journal.violations)

    @property
    def refusals(self) -> list[Refusal]:
        """All refused calls, whoever is to blame; injected faults are not among them."""
        with self.world.changed:
            return list(self.world.journal.refusals)

    @property
    def flood_warnings(self) -> list[FloodWarning]:
        """Messages that were sent faster than Telegram wants."""
        with self.world.changed:
            return list(self.world.flood.warnings)

    @property
    def warnings(self) -> list[str]:
        """Things that are allowed but odd, such as a press answered twice."""
        with self.world.changed:
            return list(self.world.journal.warnings)

    @property
    def deliveries(self) -> list[Delivery]:
        """All attempts to deliver to the webhook, in the order they ended."""
        with self.world.changed:
            return list(self._dispatcher.deliveries) if self._dispatcher else []

    @property
    def webhook_info(self) -> JsonObject:
        """What getWebhookInfo would answer."""
        with self.world.changed:
            return webhook_info(self.world)

    def unanswered_presses(self) -> list[Query]:
        """Return the presses that still spin on somebody's screen."""
        with self.world.changed:
            return [query for query in self.world.queries.values() if query.answer is None]

    def assert_clean(self) -> None:
        """Raise AssertionError that lists every violation, if there is any."""
        found = self.violations
        if found:
            raise AssertionError("violations:\n" + "\n".join(map(str, found)))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        bell = Bell(self.world, self._loop)
        poller = Poller(self.world, bell)
        endpoint = Endpoint(self.world, self.token, self.faults, poller)
        runner = web.AppRunner(
            endpoint.application(), access_log=None, shutdown_timeout=0, handler_cancellation=True
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._dispatcher = Dispatcher(self.world, bell, self._webhook_pace)
        dispatching = asyncio.create_task(self._dispatcher.run())
        self._ready.set()
        await self._stopping.wait()
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)
        await runner.cleanup()
