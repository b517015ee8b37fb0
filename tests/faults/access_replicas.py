"""Desks that share a database: replicas, as far as caseworkers meet them.

Each replica is the whole desk over a store of its own, in this process. What is asked of them
goes through `tests.faults.access.asked`, so that several can be asked at once.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.applications import Starlette

from bot.desk.app import create_server
from bot.model.tickets import Caseworker
from bot.store.runner import ThreadRunner
from bot.store.sql import SqlStore, open_store
from bot.usecases import signing_in
from tests import databases
from tests.campaign.registry import Place
from tests.desk.served import parts_of
from tests.faults.access import HOST, Answer, asked, csrf_of
from tests.usecases.county import ANNA, BEN, County, handed_over

THREADS: Final = 4
COOKIE: Final = "desk"


class Replica(County):
    """The small county over a store that others use as well."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__()
        shared: Any = store
        self.store = shared
        parts = parts_of(self)
        self.runner = ThreadRunner(store, THREADS if store.postgres else 1)
        self.app = create_server(replace(parts, runner=self.runner))

    def close(self) -> None:
        self.runner.close()


@contextmanager
def replicas(url: str, number: int = 2) -> Iterator[list[Replica]]:
    """So many desks over the database at `url`."""
    made: list[Replica] = []
    stores = []
    try:
        for _ in range(number):
            store = open_store(url, databases.MASTER)
            stores.append(store)
            made.append(Replica(store))
        yield made
    finally:
        for replica in made:
            replica.close()
        for store in stores:
            store.close()


def sign_in(replica: County, who: Caseworker, name: str | None = None) -> str:
    """Begin a session as the sign-in does; its token, whose forms carry `csrf_of` it."""
    token = f"token-of-{name or who.id}"
    with replica.unit() as unit:
        signing_in.start(unit, who.id, token, csrf_of(token), None)
    return token


async def get(app: Starlette, token: str, url: str) -> Answer:
    return await asked(app, "GET", url, {"host": HOST, "cookie": f"{COOKIE}={token}"}, b"")


async def post(app: Starlette, token: str, url: str, form: Mapping[str, str]) -> Answer:
    headers = {
        "host": HOST,
        "origin": f"http://{HOST}",
        "cookie": f"{COOKIE}={token}",
        "content-type": "application/x-www-form-urlencoded",
    }
    body = urlencode({"csrf": csrf_of(token), **form}).encode()
    return await asked(app, "POST", url, headers, body)


@dataclass(frozen=True, slots=True)
class Races:
    """How many cases two people took at once, and how many of them did not have one winner."""

    cases: int
    wrong: int


def run_races(seed: int, url: str, cases: int = 20) -> Races:
    """Two replicas, two caseworkers, one press each on the same case at the same time."""
    with replicas(url) as (one, other):
        tokens = sign_in(one, ANNA, f"anna-{seed}"), sign_in(other, BEN, f"ben-{seed}")
        wrong = 0
        for number in range(cases):
            code = f"R{seed:02d}X{number:03d}"
            one.ticket(code, *handed_over(), person=f"person-{seed}-{number}")
            wrong += not asyncio.run(_one_winner(one, other, tokens, code, seed + number))
    return Races(cases, wrong)


async def _one_winner(
    one: Replica, other: Replica, tokens: tuple[str, str], code: str, turn: int
) -> bool:
    claim = f"/desk/tickets/{code}/claim"
    tries = [
        post(one.app, tokens[0], claim, {"version": "1"}),
        post(other.app, tokens[1], claim, {"version": "1"}),
    ]
    if turn % 2:
        tries.reverse()
    statuses = sorted([answer.status for answer in await asyncio.gather(*tries)])
    ticket = one.now_is(code)
    trail = [what for what in one.trail(code) if what == "claim"]
    return statuses == [303, 409] and ticket.version == 2 and len(trail) == 1


def race(seed: int, place: Place) -> Races:
    """The races of one seed in a database of their own on the campaign's server."""
    with databases.copied_database(place.postgres()) as url:
        return run_races(seed, url)
