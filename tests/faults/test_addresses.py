"""Addresses that lead into the county's network: whoever names one, nobody here follows it.

Which parts can make a connection at all is held against a list; then people name addresses
wherever one can be named while every way out of the process is watched.
"""

import ast
import socket
from collections.abc import Iterator

import pytest

from bot.desk.app import create_server
from bot.model.turns import Attachment
from bot.usecases import casework
from bot.usecases.refusals import Refused
from tests.architecture import tree
from tests.desk.browser import signed_in
from tests.desk.served import parts_of
from tests.usecases.county import ANNA, County
from tests.usecases.test_handing_over import Case

CAN_CONNECT = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc",
}
WAYS_OUT = {
    "bot/channels/mail.py": "the mail server of the settings",
    "bot/channels/telegram/cable.py": "the Bot API of the settings; proxies of the machine",
    "bot/cli.py": "this machine's own health",
    "bot/serving.py": "listens, and never calls",
}
INSIDE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:8080/healthz",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "https://localtest.example@10.0.0.1/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
)


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_these_parts_can_make_a_connection() -> None:
    """None of them takes an address from a newcomer, a caseworker or content: fault 81."""
    found = {
        str(path)
        for path in tree.python("bot")
        for name in imported(tree.parsed(path))
        if any(name == way or name.startswith(f"{way}.") for way in CAN_CONNECT)
    }
    assert found == set(WAYS_OUT)


def test_files_at_telegram_are_never_fetched() -> None:
    """Neither a passport's photo nor anything else is downloaded: fault 51, fault 81."""
    asked = [str(path) for path in tree.python("bot") if "getFile" in tree.text(path)]
    assert asked == []


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address somebody looks up or connects to, which fails."""
    found: list[object] = []

    def refuse(*arguments: object, **named: object) -> object:
        found.append(arguments)
        raise OSError("nobody may be called here")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return found


def test_the_watch_would_see_a_call(tried: list[object]) -> None:
    with pytest.raises(OSError, match="nobody"):
        socket.create_connection(("127.0.0.1", 9))
    assert tried


def test_an_address_in_the_chat_is_text(tried: list[object]) -> None:
    """A newcomer writes it into a case, under a picture; a caseworker to them: fault 81."""
    case = Case()
    for address in INSIDE:
        case.newcomer.type(f"Bitte {address} ansehen")
        case.newcomer.attach(Attachment.PHOTO, address)
        with case.house.unit() as unit:
            casework.answer_text(unit, case.caseworker, case.code, None, address)
    assert [text for text in case.texts() if INSIDE[0] in text]
    case.newcomer.receive()
    assert tried == []


def test_a_link_in_a_canned_reply_is_only_written_down(tried: list[object]) -> None:
    """A caseworker's link is checked by its looks, never by calling it: fault 81."""
    case = Case()
    refused = []
    for address in (*INSIDE, "https://amt.example/formular"):
        with case.house.unit() as unit:
            done = casework.answer_reply(
                unit, case.caseworker, case.code, None, "form_link", {"link": address}
            )
        refused += [address] if isinstance(done, Refused) else []
    assert refused == [one for one in INSIDE if "@" in one or not one.startswith("http")]
    assert tried == []


def test_headers_of_a_browser_lead_nowhere(tried: list[object]) -> None:
    """The desk calls nobody for what a browser says: fault 81."""
    county = County()
    county.ticket("K7MX2Q")
    visitor = signed_in(create_server(parts_of(county)), ANNA.login)
    for header in ("Host", "X-Forwarded-Host", "Referer", "Origin"):
        visitor.get("/desk/tickets/K7MX2Q", {header: "169.254.169.254"})
    assert tried == []
