"""Every route of the program asked by everybody about everything: who gets what (A1).

Routes come from the application itself; what is known of each stands in `TABLE`. Requests go
to the application without a port. The store is put back before each request, so that order
does not matter and any share of the requests can be asked alone.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Message

from bot.channels.page.chats import Chats
from bot.channels.page.editors import Editors
from bot.channels.page.playground import Playground
from bot.channels.telegram.service import TelegramService, TelegramSettings
from bot.channels.telegram.webhook import Address
from bot.desk.app import create_server
from bot.model.content import Content
from bot.model.tickets import Caseworker, State, TextItem
from bot.usecases import signing_in
from bot.usecases.signing_in import IDLE
from tests.desk.served import parts_of
from tests.desk.test_isolation import FORMS
from tests.usecases.county import ANNA, CONTENT, JULE, RUTH, County, handed_over

HOST: Final = "desk.example"
HOOK: Final = "/telegram/hook"
HOOK_SECRET: Final = "a-secret-of-the-tests"
UNKNOWN: Final = "NOSUCH"
QUEUES: Final = {"integration": "language", "jobcenter": "work", "shelter": "protection"}
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
OVERRIDES: Final = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
GUARDS: Final = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class Kind(Enum):
    """Whom a route answers."""

    OPEN = auto()  # everybody, and it shows nobody's case
    MINE = auto()  # whoever is signed in, about their own teams
    CASE = auto()  # whoever is in the team of the case that the address names
    PLAY = auto()  # everybody, in the playground, which has no real people
    HOOK = auto()  # Telegram, by its secret


TABLE: Final[Mapping[str, Kind]] = {
    "/": Kind.OPEN,
    "/healthz": Kind.OPEN,
    "/readyz": Kind.OPEN,
    "/desk": Kind.OPEN,
    "/desk/sign-in": Kind.OPEN,
    "/desk/again/{code}": Kind.OPEN,
    "/desk/invite/{token}": Kind.OPEN,
    "/desk/static/{path}": Kind.OPEN,
    "/desk/": Kind.MINE,
    "/desk/sign-out": Kind.MINE,
    "/desk/events": Kind.MINE,
    "/desk/standing": Kind.MINE,
    "/desk/{elsewhere:path}": Kind.MINE,
    **{f"/desk{path}": Kind.CASE for _, path in FORMS},
    "/playground/chat": Kind.PLAY,
    "/playground/events": Kind.PLAY,
    "/playground/press": Kind.PLAY,
    "/playground/type": Kind.PLAY,
    "/playground/new": Kind.PLAY,
    "/playground/static/{path}": Kind.PLAY,
    "/editors": Kind.PLAY,
    "/editors/topics": Kind.PLAY,
    "/editors/topics/{topic}": Kind.PLAY,
    "/editors/topics/{topic}/picture.svg": Kind.PLAY,
    "/editors/translations": Kind.PLAY,
    "/editors/overview": Kind.PLAY,
    "/editors/facts": Kind.PLAY,
    "/editors/checks": Kind.PLAY,
    "/editors/events": Kind.PLAY,
    HOOK: Kind.HOOK,
}

EVERYWHERE = Caseworker("evi", "evi", "Evi Alt", frozenset({"integration", "jobcenter"}))
NOWHERE = Caseworker("nils", "nils", "Nils Neu", frozenset())
OFF = Caseworker("olga", "olga", "Olga Aus", frozenset(QUEUES), active=False)

ROLES: Final[Mapping[str, frozenset[str]]] = {
    "nobody": frozenset(),
    "guesser": frozenset(),
    "expired": frozenset(),
    "signed out": frozenset(),
    "switched off": frozenset(),
    "without a team": frozenset(),
    "of integration": ANNA.teams,
    "of jobcenter": JULE.teams,
    "of two teams": EVERYWHERE.teams,
    "of shelter too": RUTH.teams,
}
"""Everybody who asks, and whose cases they may see."""

_SIGNED_IN: Final = {
    "without a team": NOWHERE,
    "of integration": ANNA,
    "of jobcenter": JULE,
    "of two teams": EVERYWHERE,
    "of shelter too": RUTH,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: `target` is a ticket's code, or empty."""

    role: str
    method: str
    path: str
    target: str = ""
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    token: str = "own"

    @property
    def url(self) -> str:
        filled = self.path.replace("{code}", self.target).replace("{token}", "some-token")
        path = filled.replace("{elsewhere:path}", f"export/{self.target}.csv")
        path = path.replace("{path}", "desk.css").replace("{topic}", "language_courses")
        asks = self.method in {"GET", "HEAD"} and self.form
        return f"{path}?{urlencode(self.form)}" if asks else path


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


@dataclass(frozen=True, slots=True)
class Result:
    """How many requests were asked, and what was wrong, a line each."""

    requests: int
    faults: tuple[str, ...]


class Town:
    """A county with a case in every state for every team, and its applications."""

    def __init__(self) -> None:
        self.county = County()
        self.codes = {
            f"{team[:3]}{state.value[:6]}{state.value[-2:]}".upper().replace("_", ""): team
            for team in QUEUES
            for state in State
        }
        states = [state for _ in QUEUES for state in State]
        for (code, team), state in zip(self.codes.items(), states, strict=True):
            self._case(code, team, state)
        parts = parts_of(self.county)
        self.app = create_server(parts, [*self._hook()])
        self.demo = create_server(
            replace(parts, framed=True, guest=lambda _: RUTH), [*self._play(), *self._editors()]
        )
        self.tokens = self._sessions()
        store: Any = self.county.store
        self._state = store._state.copy()

    def _case(self, code: str, team: str, state: State) -> None:
        held = None if state is State.NEW else "ruth"
        now = self.county.clock.now()
        self.county.ticket(
            code,
            *handed_over(),
            TextItem(secret_of(code)),
            person=f"person-{code}",
            team=team,
            queue=QUEUES[team],
            state=state,
            claimed_by=held,
            closed=now if state is State.CLOSED else None,
        )

    def _sessions(self) -> dict[str, str]:
        """A session for each role that ever had one; good, or ended in its way."""
        county, tokens = self.county, {"guesser": "x" * 43}
        with county.unit() as unit:
            for person in (EVERYWHERE, NOWHERE, OFF):
                unit.work.staff.save(person, None)
        everybody = {**_SIGNED_IN, "signed out": ANNA, "switched off": OFF, "expired": ANNA}
        for role, person in everybody.items():
            tokens[role] = f"token-of-{role.replace(' ', '-')}"
            with county.unit() as unit:
                early = replace(unit, now=unit.now - IDLE) if role == "expired" else unit
                signing_in.start(early, person.id, tokens[role], csrf_of(role), None)
        with county.unit() as unit:
            unit.work.staff.end_session(tokens["signed out"])
        return tokens

    def _hook(self) -> list[Route]:
        settings = TelegramSettings(
            "1:token",
            "http://127.0.0.1:9",
            None,
            Address(f"https://{HOST}{HOOK}", HOOK_SECRET),
        )
        parts = parts_of(self.county)
        service = TelegramService(
            settings, parts.runner, parts.unit, parts.renderer, Fixed(), parts.clock
        )
        return service.webhook_routes()

    def _play(self) -> list[BaseRoute]:
        parts = parts_of(self.county)
        chats = Chats(parts.renderer)
        play = Playground(chats, parts.runner, parts.unit, Fixed(), parts.renderer, lambda: None)
        return play.routes()

    def _editors(self) -> list[BaseRoute]:
        nothing: Any = None
        parts = parts_of(self.county)
        today = parts.clock.now().date()
        return Editors(nothing, nothing, parts.renderer, lambda: today).routes()

    def put_back(self) -> None:
        """Make the store what it was at the beginning."""
        store: Any = self.county.store
        store._state = self._state.copy()

    def left(self) -> dict[str, object]:
        """What there is now, without sessions, which every visit prolongs."""
        state: Any = self.county.store
        state = state._state
        names = ("tickets", "items", "audit", "outbox", "changes", "staff", "links", "talks")
        return {name: getattr(state, name) for name in names}

    def visible(self, role: str, code: str) -> bool:
        return self.codes.get(code) in ROLES[role]

    async def ask(self, request: Request, app: Starlette | None = None) -> Answer:
        headers = {"host": HOST, **dict(request.headers)}
        token = self.tokens.get(request.role)
        if token is not None:
            headers["cookie"] = f"desk={token}"
        body = b""
        if request.method not in {"GET", "HEAD"}:
            csrf = csrf_of(request.role if request.token == "own" else request.token)
            headers.setdefault("origin", f"http://{HOST}")
            headers.setdefault("content-type", "application/x-www-form-urlencoded")
            body = urlencode({"csrf": csrf, **dict(request.form)}).encode()
        return await asked(app or self.app, request.method, request.url, headers, body)


class Fixed:
    """The county's content, which does not change."""

    def current(self) -> Content:
        return CONTENT


def secret_of(code: str) -> str:
    return f"Geheimes-von-{code}"


def csrf_of(role: str) -> str:
    return f"csrf-{role}"


def scope_of(method: str, url: str, headers: Mapping[str, str]) -> dict[str, object]:
    """A request as a server tells an application of it."""
    path, _, query = url.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("10.0.0.1", 50000),
        "server": (HOST, 80),
    }


async def asked(
    app: Starlette, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Answer:
    """Ask an application as a server does; a stream is left after its first piece."""
    scope = scope_of(method, url, headers)
    sent: list[Message] = []
    over = asyncio.Event()
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body":
            over.set()

    try:
        await asyncio.wait_for(app(scope, receive, send), 60)
    except Exception as error:  # noqa: BLE001 - a mistake of ours is an answer to judge
        return Answer(500, (), type(error).__name__)
    pieces = [message.get("body", b"") for message in sent[1:]]
    said = tuple((n.decode().lower(), v.decode()) for n, v in sent[0]["headers"])
    return Answer(sent[0]["status"], said, b"".join(pieces).decode(errors="replace"))


def routes_of(app: Starlette) -> set[tuple[str, str]]:
    """Every method and path an application has, mounts included."""
    return set(_walked(app.routes, ""))


def _walked(routes: Sequence[BaseRoute], before: str) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, before + route.path) for method in route.methods or ())
        elif isinstance(route, Mount) and route.routes:
            yield from _walked(route.routes, before + route.path)
        elif isinstance(route, Mount):
            yield "GET", f"{before}{route.path}/{{path}}"
        else:
            raise TypeError(f"a kind of route nobody has thought of: {route}")
