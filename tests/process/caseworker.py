"""A caseworker at the desk of the real command: invited, signed in, sending forms.

A browser's part is played by an HTTP client that keeps cookies and hidden fields; the desk in a
real browser is under test elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from tests.process.command import PATIENCE, Command, run

PASSWORD = "ein langes gutes Passwort"


@contextmanager
def signed_in(command: Command, login: str, teams: Sequence[str]) -> Iterator[httpx.Client]:
    """Invite a caseworker by the command line, beside the running bot, and sign them in."""
    name = login.title()
    memberships = [part for team in teams for part in ("--team", team)]
    added = run(["desk", "user", "add", login, "--name", name, *memberships], command.settings)
    assert added.returncode == 0, added.stderr
    invitation = re.search(r"/desk/invite/\S+", added.stdout)
    assert invitation is not None, added.stdout
    root = f"http://127.0.0.1:{command.desk}"
    headers = {"Origin": root}
    with httpx.Client(
        base_url=root, follow_redirects=True, headers=headers, timeout=PATIENCE
    ) as client:
        address = invitation.group()
        post(client, address, address, password=PASSWORD, again=PASSWORD)
        desk = post(client, "/desk/", "/desk/sign-in", login=login, password=PASSWORD)
        assert name in desk.text
        yield client


def post(client: httpx.Client, page: str, address: str, **fields: str) -> httpx.Response:
    """Send a form as a browser would: with the hidden fields of `page`, a path or its HTML."""
    html = client.get(page).text if page.startswith("/") else page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    answer = client.post(address, data={**hidden, **fields})
    assert answer.status_code == 200, (address, answer.status_code, answer.text[:2000])
    return answer
