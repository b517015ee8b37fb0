"""Whole journeys with the real command: /start to a caseworker's answer, polling and webhook.

The caseworker signs in at the desk of the same process, in a session as a browser has it.
"""

import re
from pathlib import Path

import httpx
import pytest

from bot.i18n.render import Renderer
from tests.botapi import BotApiServer
from tests.botapi.people import User
from tests.playing.house import county
from tests.process.command import Command, run, running

PASSWORD = "ein langes gutes Passwort"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_from_start_to_an_answer(
    telegram: BotApiServer, tmp_path: Path, webhook: bool
) -> None:
    command = Command(tmp_path / "data", telegram, webhook=webhook)
    with running(command):
        command.wait_until_well()
        amina = telegram.user("Amina", language_code="ar")
        code = _hand_off(amina)
        with _signed_in(command) as desk:
            assert code in desk.get("/desk/").text
            ticket = f"/desk/tickets/{code}"
            page = desk.get(ticket)
            assert _text("work/problem.dismissed#summary", "de") in page.text
            _post(desk, ticket, f"{ticket}/claim")
            words = "Bitte kommen Sie morgen um neun."
            _post(desk, ticket, f"{ticket}/send", kind="text", text=words)
        amina.wait_for_text("Bitte kommen Sie morgen um neun.")
        amina.type("شكرا")
        assert command.stop() == 0
    telegram.assert_clean()
    assert not telegram.unanswered_presses()
    with command.store() as store, store.transaction() as work:
        (ticket_,) = work.tickets.load([code], None).values()
        assert ticket_.claimed_by is not None
        texts = [getattr(item.body, "text", None) for item in work.tickets.items(code)]
        assert "شكرا" in texts


def _hand_off(user: User) -> str:
    """Walk through `work` in Arabic to a ticket; returns its code."""
    user.start("work")
    _press(user, "العربية")
    _press(user, _text("bot/agree#text", "ar"))
    for key in ("work/concern.problem#text", "work/problem.dismissed#text"):
        _press(user, _text(key, "ar"))
    _press(user, _text("bot/rather_not_say#text", "ar"))
    for key in ("bot/to_a_person#text", "musterkreis/queue.work#title", "bot/no_text#text"):
        _press(user, _text(key, "ar"))
    _press(user, _text("bot/summary.send#text", "ar"))
    title = _text("bot/sent.title#text", "ar")
    screen = user.wait_for(lambda seen: seen.shows(title))
    found = re.search(r"\b[A-HJ-NP-Z2-9]{6}\b", screen.last.text)
    assert found is not None, screen
    return found.group()


def _press(user: User, label: str) -> None:
    user.wait_for(lambda seen: seen.with_button(label))
    user.press(label).wait_answered()


def _text(key: str, language: str) -> str:
    renderer: Renderer = county().renderer
    found = renderer.text(key, language)
    assert found is not None, key
    return found


def _signed_in(command: Command) -> httpx.Client:
    added = run(
        ["desk", "user", "add", "berta", "--name", "Berta", "--team", "jobs", "--team", "integration"],
        command.settings,
    )
    assert added.returncode == 0, added.stderr
    found = re.search(r"/desk/invite/\S+", added.stdout)
    assert found is not None, added.stdout
    root = f"http://127.0.0.1:{command.desk}"
    client = httpx.Client(base_url=root, follow_redirects=True, headers={"Origin": root})
    fields = {"password": PASSWORD, "again": PASSWORD}
    assert _post(client, found.group(), found.group(), **fields).status_code == 200
    signed_in = _post(client, "/desk/", "/desk/sign-in", login="berta", password=PASSWORD)
    assert "Berta" in signed_in.text
    return client


def _post(client: httpx.Client, page: str, address: str, **fields: str) -> httpx.Response:
    """Send a form of `page` as a browser would: with every hidden field it carries."""
    html = client.get(page).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    answer = client.post(address, data={**hidden, **fields})
    assert answer.status_code == 200, (address, answer.status_code, answer.text[:2000])
    return answer
