"""`lotse content stale --mail`: each owner their list, by a real mail server on loopback."""

import email
from email.policy import default

from tests.channels.postoffice import Office, post_office
from tests.cli.conftest import Lotse
from tests.content.folder import Folder
from tests.playing.house import ROOT

OWNER = "team@kreis.example"
COURSES = "topics/courses.yaml"
DAY = ("--on", "2027-09-01")
WORDS = ("--locales-dir", str(ROOT / "locales"))


def remind(lotse: Lotse, office: Office, *more: str) -> tuple[int, list[str]]:
    url = f"smtp://127.0.0.1:{office.port}?from=lotse@kreis.example"
    told = lotse("content", "stale", "--mail", *WORDS, *DAY, *more, LOTSE_SMTP_URL=url)
    return told.exit_code, told.stdout.splitlines()


def test_every_owner_gets_their_own_list(lotse: Lotse, folder: Folder) -> None:
    folder.change(COURSES, "owner: team@kreis.example", "owner: kurs@kreis.example")
    with post_office(Office()) as office:
        code, lines = remind(lotse, office)
    assert code == 0
    mails = [email.message_from_bytes(raw, policy=default) for raw in office.mails]
    assert {mail["To"] for mail in mails} == {OWNER, "kurs@kreis.example"}
    assert len(lines) == len(mails)
    for mail in mails:
        text = mail.get_content()
        assert mail["Subject"].startswith("Lotse: zu prüfen ")
        assert ("Deutsch lernen" in text) == (mail["To"] == "kurs@kreis.example")
        assert "@" not in text, "a list names files and pages, no addresses"


def test_lists_can_be_english(lotse: Lotse) -> None:
    with post_office(Office()) as office:
        assert remind(lotse, office, "--lang", "en")[0] == 0
    (mail,) = (email.message_from_bytes(raw, policy=default) for raw in office.mails)
    assert mail["Subject"].startswith("Lotse: to review ")


def test_an_owner_without_address_is_told_and_fails(lotse: Lotse, folder: Folder) -> None:
    folder.change(COURSES, "owner: team@kreis.example", "owner: Frau Muster")
    with post_office(Office()) as office:
        code, lines = remind(lotse, office)
    assert code == 1
    assert "Frau Muster: no address, not sent" in lines
    assert len(office.mails) == len(lines) - 1


def test_a_server_that_refuses_is_told(lotse: Lotse) -> None:
    with post_office(Office({"RCPT": "550 nobody here"})) as office:
        assert remind(lotse, office) == (1, [f"{OWNER}: not sent (refused_550)"])


def test_nothing_is_sent_without_tasks(lotse: Lotse) -> None:
    with post_office(Office()) as office:
        assert remind(lotse, office, "--on", "2026-10-01") == (0, [])
    assert office.commands == []


def test_without_a_mail_server_it_says_what_is_missing(lotse: Lotse) -> None:
    told = lotse("content", "stale", "--mail", *DAY)
    assert told.exit_code == 2
    assert told.stdout.startswith("LOTSE_SMTP_URL: not set")


def test_without_mail_no_setting_is_needed(lotse: Lotse) -> None:
    told = lotse("content", "stale", *WORDS, *DAY, LOTSE_SMTP_URL="nonsense")
    assert told.exit_code == 0
    assert f"{OWNER}: " in told.stdout


def test_wrong_settings_are_told(lotse: Lotse) -> None:
    told = lotse("content", "stale", "--mail", *DAY, LOTSE_SMTP_URL="nonsense")
    assert told.exit_code == 2
    assert "LOTSE_SMTP_URL" in told.stdout
