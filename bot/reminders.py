"""To-do lists of content by mail, each to its owner. Nothing is stored, nobody is named.

The lists are made in `bot.content.stale`, sending is `bot.channels.mail`'s.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.channels.mail import MailSender, MailServer
from bot.clock import SystemClock
from bot.content.stale import Digest, message_of, wording
from bot.i18n.languages import SOURCE
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued
from bot.settings import Settings


class NoMailServer(Exception):
    """LOTSE_SMTP_URL: not set; reminders need a mail server, see docs/settings.md."""


def send(
    settings: Settings, locales_dir: Path, found: Sequence[Digest], language: str = SOURCE
) -> list[tuple[bool, str]]:
    """Send every owner with an address their list; tell for each whether it went out.

    Raises NoMailServer without the setting.
    """
    if settings.smtp_url is None:
        raise NoMailServer(NoMailServer.__doc__)
    server = MailServer.of(settings.smtp_url.get_secret_value())
    sender = MailSender(server, wording(locales_dir), SystemClock())
    return [asyncio.run(_sent(sender, digest, language)) for digest in found]


async def _sent(sender: MailSender, digest: Digest, language: str) -> tuple[bool, str]:
    if "@" not in digest.owner:
        return False, f"{digest.owner or '(nobody)'}: no address, not sent"
    delivery = Delivery(
        Channel.MAIL, Act.SEND, language, message=message_of(digest), address=digest.owner
    )
    report = await sender.send(Queued(0, delivery.lane, delivery, 0))
    if report.fate is Fate.SENT:
        return True, f"{digest.owner}: sent, {digest.total} tasks"
    return False, f"{digest.owner}: not sent ({report.reason})"
