"""A caseworker in front of the desk of a running bot: what is said there about the bot itself."""

import re
from html import unescape

import httpx

from bot.desk.app import create_server
from bot.desk.parts import Parts
from bot.store.runner import ThreadRunner
from tests.channels.telegram.office import texts
from tests.channels.telegram.running import Running
from tests.desk.browser import Visitor, signed_in
from tests.desk.served import PASSWORD_HASH, Secrets
from tests.playing.tickets import every_ticket
from tests.usecases.county import ANNA, STAFF

PATIENCE = 60.0


def colleague(bot: Running, login: str = ANNA.login, *, nudge: bool = False) -> Visitor:
    """Somebody of the integration team, signed in at the desk of `bot`."""
    for one in STAFF:
        bot.store(lambda work, one=one: work.staff.save(one, PASSWORD_HASH))  # type: ignore[misc]

    def wake() -> None:
        if nudge:
            bot.loop.call_soon_threadsafe(bot.dispatcher.nudge)

    parts = Parts(
        ThreadRunner(bot.house.store, 1),
        bot.unit,
        texts().renderer,
        bot.clock,
        Secrets(),
        poll_seconds=0.05,
        nudge=wake,
    )
    return signed_in(create_server(parts), login)


def banner(visitor: Visitor) -> str:
    """What stands above the pages now, without markup."""
    page = visitor.get("/desk/standing").text
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def readiness(visitor: Visitor) -> tuple[int, dict[str, object]]:
    answer = visitor.get("/readyz")
    found: dict[str, object] = answer.json()
    return answer.status_code, found


def says(bot: Running, visitor: Visitor, words: str, timeout: float = PATIENCE) -> str:
    """The banner, as soon as it has `words`."""
    bot.eventually(lambda: words in banner(visitor), timeout)
    return banner(visitor)


def silent(bot: Running, visitor: Visitor, words: str, timeout: float = PATIENCE) -> None:
    """Wait until the banner no longer has `words`."""
    bot.eventually(lambda: words not in banner(visitor), timeout)


def alive(visitor: Visitor) -> bool:
    return visitor.get("/healthz").status_code == httpx.codes.OK


def code_of(bot: Running) -> str:
    """The number of the only case."""
    (ticket,) = bot.store(lambda work: every_ticket(work, "integration"))
    return str(ticket.code)
