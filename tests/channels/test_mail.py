import asyncio
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from bot.channels.mail import FIRST_DELAY, LONGEST_DELAY, MOST_ATTEMPTS, MailSender, MailServer
from bot.model.buttons import Button
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message
from tests.channels.postoffice import Office, post_office
from tests.usecases.county import NOW, HandClock, renderer

ALARM = Message(
    (
        Block(Phrase("desk/alarm.title#text", {"code": "K7MX2Q"}), Style.TITLE),
        Block(Phrase("desk/alarm.urge#text"), Style.WARNING),
    ),
    ((Button(Phrase("desk/alarm.open#button"), url="https://desk.example/tickets/K7MX2Q"),),),
)


def queued(attempts: int = 0, message: Message | None = ALARM) -> Queued:
    delivery = Delivery(
        Channel.MAIL, Act.SEND, "de", message, address="alarm@shelter.example", urgent=True
    )
    return Queued(7, delivery.lane, delivery, attempts)


def sent(port: int, user: str = "", host: str = "127.0.0.1", attempts: int = 0) -> Report:
    server = MailServer(host, port, encrypted=False, sender="lotse@county.example", user=user)
    sender = MailSender(server, renderer(), HandClock())
    return asyncio.run(sender.send(queued(attempts)))


def test_an_alarm_arrives_readable_with_its_link() -> None:
    with post_office(Office()) as office:
        assert sent(office.port) == Report(7, Fate.SENT)
    (raw,) = office.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "⚠ Dringender Fall K7MX2Q: bitte sofort übernehmen"
    assert (mail["From"], mail["To"]) == ("lotse@county.example", "alarm@shelter.example")
    assert (mail["Auto-Submitted"], mail["Importance"]) == ("auto-generated", "high")
    text = mail.get_content().replace("\r\n", "\n")
    assert "Inhalte stehen nur dort." in text
    assert text.rstrip().endswith("https://desk.example/tickets/K7MX2Q")


@pytest.mark.parametrize(
    ("answers", "fate", "reason"),
    [
        ({"RCPT": "550 nobody here"}, Fate.DEAD, "refused_550"),
        ({"MAIL": "553 not you"}, Fate.DEAD, "refused_553"),
        ({"end": "554 looks bad"}, Fate.DEAD, "refused_554"),
        ({"DATA": "554 no"}, Fate.DEAD, "refused_554"),
        ({"RCPT": "450 try later"}, Fate.NOT_SENT, "later_450"),
        ({"end": "451 try later"}, Fate.NOT_SENT, "later_451"),
        ({"hello": "421 full"}, Fate.NOT_SENT, "no_connection"),
        ({"hello": ""}, Fate.NOT_SENT, "no_connection"),
        ({"RCPT": ""}, Fate.NOT_SENT, "no_connection"),
        ({"end": ""}, Fate.UNKNOWN, "broken_off"),
        ({"QUIT": ""}, Fate.SENT, ""),
        ({"QUIT": "421 bye then"}, Fate.SENT, ""),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(
    answers: dict[str, str], fate: Fate, reason: str
) -> None:
    with post_office(Office(answers)) as office:
        report = sent(office.port)
    assert (report.fate, report.reason) == (fate, reason)
    again = fate in {Fate.NOT_SENT, Fate.UNKNOWN}
    assert report.retry_at == (NOW + FIRST_DELAY if again else None)
    assert len(office.mails) == (fate in {Fate.SENT, Fate.UNKNOWN})


def test_a_server_that_is_not_there_is_tried_more_and_more_seldom_and_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    delays = []
    for attempts in (0, 1, 2, MOST_ATTEMPTS - 1):
        report = sent(port, attempts=attempts)
        assert report.fate is Fate.NOT_SENT
        assert report.retry_at is not None
        delays.append(report.retry_at - NOW)
    assert delays == [FIRST_DELAY, FIRST_DELAY * 2, FIRST_DELAY * 4, LONGEST_DELAY]
    assert sent(port, attempts=MOST_ATTEMPTS).fate is Fate.DEAD
    assert delays[0] < timedelta(minutes=1)


def test_a_wrong_password_is_not_the_mails_fault() -> None:
    with post_office(Office({"AUTH": "535 wrong"}, offers=("AUTH PLAIN",))) as office:
        assert (report := sent(office.port, user="lotse")).reason == "unauthorized"
        assert report.fate is Fate.NOT_SENT


def test_a_password_goes_through_the_door_it_knows() -> None:
    with post_office(Office(offers=("AUTH PLAIN",))) as office:
        assert sent(office.port, user="lotse").fate is Fate.SENT
    assert any(line.startswith("AUTH PLAIN") for line in office.commands)


def test_a_password_never_travels_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    with post_office(Office(offers=("AUTH PLAIN",))) as office:

        def to_here(address: object, *rest: object) -> socket.socket:
            return real(("127.0.0.1", office.port))

        monkeypatch.setattr(socket, "create_connection", to_here)
        report = sent(office.port, user="lotse", host="mail.county.example")
    assert (report.fate, report.reason) == (Fate.NOT_SENT, "unencrypted")
    assert not any(line.startswith("AUTH") for line in office.commands)


def test_without_a_message_there_is_nothing_to_send() -> None:
    sender = MailSender(MailServer("h", 1, encrypted=False, sender="a@b"), renderer(), HandClock())
    report = asyncio.run(sender.send(queued(message=None)))
    assert (report.fate, report.reason) == (Fate.DEAD, "nothing_to_send")


def test_servers_are_named_by_address() -> None:
    url = "smtps://lot%40se:p%3Aw@mail.example?from=lotse@county.example"
    assert MailServer.of(url) == MailServer(
        "mail.example",
        465,
        encrypted=True,
        sender="lotse@county.example",
        user="lot@se",
        password="p:w",
    )
    assert MailServer.of("smtp://localhost:2525?from=a@b").port == 2525


@pytest.mark.parametrize(
    "url", ["smtp://host", "http://host?from=a@b", "smtp://?from=a@b", "smtp://h?from=nobody", ""]
)
def test_an_address_that_lacks_something_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"^a mail server is smtp\(s\)://host:port\?from=address$"):
        MailServer.of(url)
