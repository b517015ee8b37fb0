"""Twenty people write, the bot takes what they wrote, and is killed before any reply is out.

Telegram forgets what was acknowledged and brings the rest again. How many of the twenty hear
anything after the restart is what a county wants to know; the strict stand-in of the tests counts.
"""

import socket
import subprocess
import time
from collections.abc import Callable
from typing import Final

from tests.benchmarks.contenders import Contender, Stage
from tests.benchmarks.peers import reference
from tests.benchmarks.running import Load, Run, Track
from tests.benchmarks.services import load_average
from tests.botapi import BotApiServer
from tests.botapi.faults import Fault
from tests.botapi.people import User
from tests.playing.house import ROOT

LOAD: Final = "kill"
TITLE: Final = "kill -9 before the replies to 20 people are out"
PEOPLE: Final = 20
AS_LOAD: Final = Load(
    LOAD, TITLE, ("lotse", "lotse-postgres", "ptb", "aiogram", "grammy"), rounds=1
)
PATIENCE: Final = 60.0
SETTLED: Final = 4.0
"""Seconds without anything new: the bot has acknowledged what it will, or sent what it has."""

_LOOK_EVERY: Final = 0.05


def measure(track: Track, contender: Contender, number: int) -> Run:
    """Kill `contender` once. Figures: `people`, `acknowledged`, `replies`."""
    before = load_average()
    with BotApiServer(token=reference.TOKEN) as telegram, track.stage(contender) as given:
        stage = Stage(
            given.place, given.services, given.data, given.hook, telegram.port, given.desk
        )
        people = [telegram.user(f"N{one}") for one in range(PEOPLE)]
        telegram.faults.sometimes(1.0, [Fault.hang()], methods=["sendMessage"])
        with contender.environment(stage) as environment:
            bot = _started(stage, contender, environment)
            try:
                acknowledged = _taken(telegram, people)
            except AssertionError:
                return Run(LOAD, contender.name, number, before, {}, "it took no update")
            finally:
                bot.kill()
                bot.wait(PATIENCE)
            telegram.faults.clear()
            bot = _started(stage, contender, environment)
            try:
                replies = _heard(telegram, stage, people)
            finally:
                bot.terminate()
                bot.wait(PATIENCE)
    figures = {"people": PEOPLE, "acknowledged": acknowledged, "replies": replies}
    return Run(LOAD, contender.name, number, before, figures)


def _started(
    stage: Stage, contender: Contender, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    with (stage.data / "log").open("ab") as log:
        return subprocess.Popen(
            contender.command(stage.place), cwd=ROOT, env=environment, stdout=log, stderr=log
        )


def _taken(telegram: BotApiServer, people: list[User]) -> int:
    """Let everybody write; how many updates the bot has acknowledged when it has settled."""
    telegram.wait_for(lambda: telegram.webhook_info["url"], PATIENCE)
    for one in people:
        one.start()
    telegram.wait_for(lambda: telegram.calls_of("sendMessage"), PATIENCE)
    _settle(telegram.pending)
    return PEOPLE - telegram.pending()


def _heard(telegram: BotApiServer, stage: Stage, people: list[User]) -> int:
    """How many people have heard anything when the restarted bot says no more."""

    def count() -> int:
        return sum(bool(one.screen().from_bot) for one in people)

    _wait_for(lambda: _listens(stage.hook))
    _settle(lambda: telegram.pending() * PEOPLE + count())
    return count()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < until:
        time.sleep(_LOOK_EVERY)


def _settle(figure: Callable[[], int]) -> None:
    """Wait until `figure` has been the same for a while: a bot does not say that it is done."""
    last, since = figure(), time.monotonic()
    while time.monotonic() - since < SETTLED:
        time.sleep(_LOOK_EVERY)
        now = figure()
        if now != last:
            last, since = now, time.monotonic()
