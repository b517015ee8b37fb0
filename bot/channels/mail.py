"""Mail: notices to caseworkers that say which case, never what it is about.

One connection a message, in a thread. What matters after a failure is the same as
for Telegram: may it have arrived? Before the message's data was sent it has not.
"""

import asyncio
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from bot.i18n.render import Renderer
from bot.model.outbox import Fate, Queued, Report
from bot.usecases.ports import Clock

TIMEOUT: Final = 20.0
"""Seconds for each answer of the server."""

FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=30)
MOST_ATTEMPTS: Final = 100

_PERMANENT: Final = 500
_LONGEST_SUBJECT: Final = 120
_PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and under which address."""

    host: str
    port: int
    encrypted: bool
    sender: str
    user: str = ""
    password: str = ""

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    @classmethod
    def of(cls, url: str) -> Self:
        """Read `smtp(s)://user:password@host:port?from=address`.

        `smtps` is encrypted from the start; `smtp` becomes so as soon as the server
        offers it. Raises ValueError, without the address, if a part is missing.
        """
        parts = urlsplit(url)
        sender = parse_qs(parts.query).get("from", [""])[0]
        if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender:
            raise ValueError("a mail server is smtp(s)://host:port?from=address")
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            parts.scheme == "smtps",
            sender,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class MailSender:
    """A `ports.Carrier` over one mail server."""

    def __init__(
        self,
        server: MailServer,
        renderer: Renderer,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._renderer = renderer
        self._clock = clock
        self._tls = tls or ssl.create_default_context()

    async def send(self, queued: Queued) -> Report:
        """Hand the message in; never raises for what can happen to it on the way."""
        delivery = queued.delivery
        if delivery.message is None or delivery.address is None:
            return Report(queued.id, Fate.DEAD, reason="nothing_to_send")
        fate, reason = await asyncio.to_thread(self._hand_in, self._written(queued))
        if fate in {Fate.SENT, Fate.DEAD}:
            return Report(queued.id, fate, reason=reason)
        if queued.attempts >= MOST_ATTEMPTS:
            return Report(queued.id, Fate.DEAD, reason=reason)
        delay = min(FIRST_DELAY * 2 ** min(queued.attempts, 10), LONGEST_DELAY)
        return Report(queued.id, fate, retry_at=self._clock.now() + delay, reason=reason)

    def _written(self, queued: Queued) -> EmailMessage:
        """The mail: the first block is its subject, web addresses of buttons end it."""
        delivery = queued.delivery
        message = delivery.message
        if message is None or delivery.address is None:
            raise ValueError("a mail needs a message and an address")
        subject = self._renderer.plain(message.blocks[0].phrase, delivery.language)
        links = "".join(f"\n\n{button.url}" for button in message.buttons if button.url)
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = delivery.address
        mail["Subject"] = " ".join(subject.split())[:_LONGEST_SUBJECT]
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = make_msgid(domain=self._server.domain)
        mail["Auto-Submitted"] = "auto-generated"
        if delivery.urgent:
            mail["Importance"] = "high"
        text = self._renderer.mail(message, delivery.language) + links + "\n"
        mail.set_content(text, cte="quoted-printable")
        return mail

    def _hand_in(self, mail: EmailMessage) -> tuple[Fate, str]:
        try:
            smtp = self._connected()
            try:
                refused = _envelope(smtp, self._server.sender, str(mail["To"]))
                return refused or _data(smtp, mail.as_bytes())
            finally:
                _leave(smtp)
        except smtplib.SMTPAuthenticationError:
            return Fate.NOT_SENT, "unauthorized"
        except _Unprotected:
            return Fate.NOT_SENT, "unencrypted"
        except ssl.SSLError:
            return Fate.NOT_SENT, "tls"
        except (OSError, smtplib.SMTPException):
            return Fate.NOT_SENT, "no_connection"

    def _connected(self) -> smtplib.SMTP:
        """An open connection; we call ourselves by our mail domain, no name is looked up."""
        server, domain = self._server, self._server.domain
        if server.encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, domain, timeout=TIMEOUT, context=self._tls
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, domain, timeout=TIMEOUT)
        try:
            self._introduce(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo()
        if not self._server.encrypted and smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls)
            smtp.ehlo()
        elif not self._server.encrypted and self._server.user and not _is_here(self._server.host):
            raise _Unprotected
        if self._server.user:
            smtp.login(self._server.user, self._server.password)


class _Unprotected(Exception):
    """The password would travel in clear."""


def _envelope(smtp: smtplib.SMTP, sender: str, address: str) -> tuple[Fate, str] | None:
    """Name sender and receiver; the refusal if there is one. Nothing was sent yet."""
    for status, _ in (smtp.mail(sender), smtp.rcpt(address)):
        if status >= _PERMANENT:
            return Fate.DEAD, f"refused_{status}"
        if status >= 400:  # noqa: PLR2004 - SMTP's later-perhaps answers
            return Fate.NOT_SENT, f"later_{status}"
    return None


def _data(smtp: smtplib.SMTP, content: bytes) -> tuple[Fate, str]:
    """Send the mail itself. From here on a broken connection leaves its fate unknown."""
    try:
        status, _ = smtp.data(content)
    except smtplib.SMTPDataError as error:
        status = error.smtp_code
    except (OSError, smtplib.SMTPException):
        return Fate.UNKNOWN, "broken_off"
    if status >= _PERMANENT:
        return Fate.DEAD, f"refused_{status}"
    return (Fate.SENT, "") if status < 400 else (Fate.NOT_SENT, f"later_{status}")  # noqa: PLR2004


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; how the server takes it changes nothing about the mail."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _is_here(host: str) -> bool:
    """Whether the server is this machine: nothing travels that could be read."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
