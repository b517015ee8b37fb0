"""What is asked of every route, and what may come back: the rules of `tests.faults.access`."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tests.desk.test_isolation import FORMS
from tests.faults.access import (
    GUARDS,
    HOOK,
    METHODS,
    OVERRIDES,
    ROLES,
    TABLE,
    UNKNOWN,
    Answer,
    Kind,
    Request,
    Result,
    Town,
    secret_of,
)

EXTRA: Final = (
    # Fields that no form of ours has: whoever sends them changes nothing by it.
    ("team", "jobcenter"),
    ("claimed_by", "jule"),
    ("code", UNKNOWN),
    ("person", "person-1"),
    ("state", "closed"),
    ("_method", "DELETE"),
)
ODD_CODES: Final = (
    "..",
    "%2e%2e",
    "intnewew",
    "INT NEW",
    "'--",
    "\x00",
    "x" * 300,
    "0",
    "null",
)
_REFUSED: Final = 404
_REDIRECTED: Final = {302, 303, 307, 401}
SHARES: Final = 9
"""CI asks one of so many shares of the requests, the campaign each of them."""


def requests(town: Town) -> Iterator[Request]:
    """Every role, method, path and object, in one order."""
    for role in ROLES:
        for path, kind in TABLE.items():
            if kind is not Kind.PLAY:
                yield from _of_route(town, role, path, kind)


def _of_route(town: Town, role: str, path: str, kind: Kind) -> Iterator[Request]:
    about_cases = kind is Kind.CASE
    for target in [*town.codes, UNKNOWN] if about_cases else [next(iter(town.codes))]:
        yield from _by_method(role, path, target)
        if about_cases:
            yield from _by_form(role, path, target)
    if about_cases:
        yield from (Request(role, "GET", path, odd) for odd in ODD_CODES)
    for asked, name, values in (
        ("/desk/events", "ticket", tuple(town.codes)),
        ("/desk/", "show", ("open", "new", "mine", "overdue", "closed", "all", "")),
    ):
        if path == asked:
            yield from (Request(role, "GET", path, "", ((name, value),)) for value in values)


def _by_method(role: str, path: str, target: str) -> Iterator[Request]:
    """Every method, and the headers by which some frameworks let one stand for another."""
    for method in METHODS:
        yield Request(role, method, path, target)
    for name in OVERRIDES:
        yield Request(role, "POST", path, target, headers=((name, "GET"),))
        yield Request(role, "GET", path, target, headers=((name, "POST"),))


def _by_form(role: str, path: str, target: str) -> Iterator[Request]:
    """Every form of ours, also with fields too many, and forms of other people and sites."""
    for (method, known), forms in FORMS.items():
        for form in forms if f"/desk{known}" == path else ():
            yield Request(role, method, path, target, tuple(form.items()))
            yield Request(role, method, path, target, (*form.items(), *EXTRA))
    yield Request(role, "POST", path, target, token="of two teams")
    yield Request(role, "POST", path, target, headers=(("origin", "http://evil.example"),))


def run(seed: int, shares: int = SHARES) -> Result:
    """Ask the requests whose number leaves the rest `seed` by `shares`, and judge the answers."""
    town = Town()
    chosen = [one for at, one in enumerate(requests(town)) if at % shares == seed % shares]

    async def all_of_them() -> list[str]:
        faults: list[str] = []
        for request in chosen:
            faults += [f"{request}: {fault}" for fault in await _judged(town, request)]
        return faults

    return Result(len(chosen), tuple(asyncio.run(all_of_them())))


async def _judged(town: Town, request: Request) -> list[str]:
    town.put_back()
    before = town.left()
    answer = await town.ask(request)
    faults = [*_leaks(town, request, answer), *unguarded(request, answer)]
    if _may_not_change(town, request) and town.left() != before:
        faults.append("something was changed")
    if TABLE[request.path] is Kind.CASE and not town.visible(request.role, request.target):
        town.put_back()
        never = await town.ask(replace(request, target=UNKNOWN))
        # The way to where an ended session's form is kept names the case as it was asked for.
        asked, other = f"/again/{request.target}'", f"/again/{UNKNOWN}'"
        if repr(answer).replace(asked, other) != repr(never):
            faults.append(f"differs from a case that never was: {answer.status} {never.status}")
    return faults


def _leaks(town: Town, request: Request, answer: Answer) -> Iterator[str]:
    """Cases of other teams, mistakes of ours, and answers to those who may have none."""
    everything = answer.body + repr(answer.headers)
    for code in town.codes:
        if secret_of(code) in everything and not town.visible(request.role, code):
            yield f"shows {code}"
        told = code in everything.replace(request.target or "-", "")
        if told and not town.visible(request.role, code):
            yield f"names {code}"
    if answer.status >= 500:
        yield f"{answer.status} {answer.body[:80]}"
    kind = TABLE[request.path]
    if kind in {Kind.CASE, Kind.MINE} and not _known(request.role):
        to = repr(answer.headers)
        inside = answer.status in _REDIRECTED and ("/desk/sign-in" in to or "/desk/again/" in to)
        if not inside and answer.status not in {404, 405}:
            yield f"nobody gets {answer.status}"
    stranger = kind is Kind.CASE and not town.visible(request.role, request.target)
    if stranger and _known(request.role) and answer.status not in {_REFUSED, 403, 405}:
        yield f"a stranger gets {answer.status}"
    if request.path == HOOK and answer.status not in {403, 405, 429}:
        yield f"without the secret {answer.status}"


def _known(role: str) -> bool:
    return role.startswith("of ") or role == "without a team"


def _may_not_change(town: Town, request: Request) -> bool:
    """A foreign form, somebody not signed in, another team: nothing may come of it."""
    headers = dict(request.headers)
    foreign = "evil" in headers.get("origin", "") or request.token not in {"own", request.role}
    kind = TABLE[request.path]
    theirs = kind is Kind.CASE and town.visible(request.role, request.target)
    return foreign or not theirs or request.method not in {"GET", "HEAD", "POST"}


def unguarded(request: Request, answer: Answer) -> Iterator[str]:
    """Headers every answer has, pages and mistakes alike; nothing personal is kept or shared."""
    for name, wanted in GUARDS.items():
        if wanted not in answer.header(name):
            yield f"{answer.status} without {name}"
    policy = answer.header("content-security-policy")
    if "unsafe" in policy or "frame-ancestors" not in policy or "*" in policy:
        yield f"a weak policy: {policy}"
    kept = "/static" in request.path and answer.status in {200, 304}
    if not kept and "no-store" not in answer.header("cache-control"):
        yield f"{answer.status} may be kept: {answer.header('cache-control')}"
    if answer.header("access-control-allow-origin"):
        yield "other sites may read it"
    place = answer.header("location")
    if place and not place.startswith("/desk/"):
        yield f"leads to {place}"
