"""How the program is doing, in the caseworker's words: the banner above every page.

What is wrong comes from `bot.usecases.signals`. Each trouble has a sentence that says what is, and
one that says what it means for the cases.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.desk.pages import Texts
from bot.usecases import signals
from bot.usecases.signals import Signal, Trouble
from bot.usecases.unit import Unit

_CALM: Final = {Trouble.WEBHOOK_SET_AGAIN, Trouble.RETENTION, Trouble.CONTENT}
"""What holds up no case: told without a warning sign."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is wrong now, and the time zone to tell it in."""

    signals: tuple[Signal, ...] = ()
    zone: str = "UTC"


WELL: Final = Standing()


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the banner: `kind` is the alert's look, `meaning` is for the cases."""

    kind: str
    title: str
    meaning: str


def standing_of(unit: Unit) -> Standing:
    return Standing(signals.present(unit), unit.content.region.time_zone)


def told(texts: Texts, standing: Standing) -> list[Notice]:
    """Return the banner's lines in the reader's language."""
    return [_notice(texts, signal, standing.zone) for signal in standing.signals]


def _notice(texts: Texts, signal: Signal, zone: str) -> Notice:
    till = signal.values.get("till")
    values = {
        "time": texts.when(signal.since, zone) if signal.since else "",
        "till": texts.when(datetime.fromisoformat(till), zone) if till else "",
        "hours": signal.values.get("hours", ""),
    }
    kind = "info" if signal.trouble in _CALM else "warning"
    title = texts.text(f"standing.{signal.trouble}#text", **values)
    return Notice(kind, title, texts.text(f"standing.{signal.trouble}#hint"))
