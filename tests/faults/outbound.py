"""Letters to many chats over a network that fails by chance: order, loss, and what comes twice.

The real dispatcher, sender and wire against the stand-in for Telegram. A letter may come twice only
if the answer to it was lost, and each such doubt is counted in the figures.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.outgoing import ChatSender
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.store.runner import ThreadRunner
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits
from tests.botapi import BotApiServer, Fault, User
from tests.channels.telegram.office import office, texts
from tests.playing.house import MONDAY_MORNING, House

SPEED: Final = 20
"""Seconds of the office's clock in a real one, so that nobody waits long for a second attempt."""

CALL_SECONDS: Final = 0.5
PATIENCE: Final = 180.0

FAULTS: Final[Sequence[Fault]] = (
    *(Fault.server_error(code) for code in (500, 502, 503, 504)),
    *(Fault.server_error(code, done=True) for code in (500, 502, 503, 504)),
    Fault.html_error(502),
    Fault.html_error(504, done=True),
    Fault.drop_before(),
    Fault.drop_after(),
    Fault.truncated(),
    Fault.hang(3600),
    Fault.hang(3600, done=True),
    Fault.drip(0.1),
    Fault.flood(1),
    Fault("ok false", Fault.flood().damage, body={"ok": False}),
)
KNOWN_NOT_SENT: Final = "flood"


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the letters. `lost_answers` bounds `duplicates`; `unclear` are all doubts."""

    letters: int
    lost: int
    inverted: int
    duplicates: int
    lost_answers: int
    unclear: int
    counted: int


class FastClock:
    """Goes `SPEED` times as fast as the world."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return MONDAY_MORNING + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


def run(seed: int, chats: int = 8, letters: int = 10, probability: float = 0.3) -> Judged:
    """Send `letters` to each of `chats` while calls fail with `probability`, and judge."""
    house = office()
    with BotApiServer(seed=seed) as server:
        people = [server.user(f"N{number}") for number in range(chats)]
        for one in people:
            one.start()
        _put(house, people, letters)
        server.faults.sometimes(probability, FAULTS, methods=("sendMessage",))
        asyncio.run(_delivered(house, server))
        server.assert_clean()
        return _judged(server, house, people, letters)


def _put(house: House, people: Sequence[User], letters: int) -> None:
    with house.unit() as unit:
        for number in range(letters):
            for one in people:
                said = Phrase("bot/as_written#text", {"text": f"letter {number:04d}."})
                message = Message((Block(said),))
                delivery = Delivery(Channel.CHAT, Act.SEND, "de", message, chat=one.chat_id)
                unit.work.outbox.put((delivery,), unit.now)


async def _delivered(house: House, server: BotApiServer) -> None:
    clock, runner = FastClock(), ThreadRunner(house.store, 1)
    cable = Cable(server.token, server.url, call_seconds=CALL_SECONDS)
    senders = {Channel.CHAT: ChatSender(cable, texts().renderer, clock)}
    limits = Limits(UNLIMITED)
    dispatcher = Dispatcher(runner, house.unit_of, senders, clock, limits=limits, poll=0.05)
    house.now = clock.now()
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(PATIENCE):
        while await runner.run(lambda work: work.outbox.waiting()):
            house.now = clock.now()
            await asyncio.sleep(0.02)
    stop.set()
    await running
    await cable.close()
    runner.close()


def _judged(server: BotApiServer, house: House, people: Sequence[User], letters: int) -> Judged:
    wanted = [f"letter {number:04d}." for number in range(letters)]
    lost = inverted = duplicates = 0
    for one in people:
        came = [
            text for sent in server.sent_to(one.chat_id) for text in wanted if text in sent.text
        ]
        firsts = list(dict.fromkeys(came))
        lost += len(set(wanted) - set(came))
        inverted += firsts != sorted(firsts)
        duplicates += len(came) - len(firsts)
    faulty = [call for call in server.calls_of("sendMessage") if call.fault]
    with house.unit() as unit:
        counted = unit.work.figures.between(unit.today, unit.today).get("send_unknown", 0)
    return Judged(
        letters=letters * len(people),
        lost=lost,
        inverted=inverted,
        duplicates=duplicates,
        lost_answers=sum(call.executed for call in faulty),
        unclear=sum(call.fault != KNOWN_NOT_SENT for call in faulty),
        counted=counted,
    )
