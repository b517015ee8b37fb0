"""What the address of an editors' page asks for: languages, day, town; anything else is ignored.

A choice that does not exist is as good as none, so no address leads to a fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self
from urllib.parse import urlencode

from starlette.requests import Request

from bot.i18n.languages import BRIDGE, SOURCE
from bot.model.content import Content
from bot.model.editing import View

SPOKEN: Final = (SOURCE, BRIDGE)
"""What the pages themselves can be read in; the first is the default."""

_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen. `spoken` only if the page's language was, and not taken from the browser."""

    speak: str
    spoken: bool
    today: date
    view: View

    @classmethod
    def of(cls, request: Request, content: Content, today: date) -> Self:
        """The choices of a request, the usual ones where it makes none."""
        asked = request.query_params
        speak = asked.get("speak", "")
        spoken = speak in SPOKEN
        if not spoken:
            speak = _preferred(request.headers.get("accept-language", ""))
        offered = content.languages
        first = _one_of(asked.get("first"), offered, SOURCE)
        second = _one_of(asked.get("second"), offered, BRIDGE)
        towns = [town.id for town in content.region.municipalities]
        view = View(
            languages=(first, second),
            picture=_one_of(asked.get("picture"), offered, first),
            on=_day(asked.get("on", ""), today),
            municipality=_one_of(asked.get("town"), towns, "") or None,
            running=asked.get("as") == "running",
            speak=speak,
        )
        return cls(speak, spoken, today, view)

    @property
    def fields(self) -> Mapping[str, str]:
        """What an address needs to ask for the same again."""
        view = self.view
        first, second = view.languages
        named = {
            "speak": self.speak if self.spoken else "",
            "first": first if first != SOURCE else "",
            "second": second if second != BRIDGE else "",
            "picture": view.picture if view.picture != first else "",
            "on": view.on.isoformat() if view.on != self.today else "",
            "town": view.municipality or "",
            "as": "running" if view.running else "",
        }
        return {name: value for name, value in named.items() if value}

    def link(self, path: str, **other: str) -> str:
        """The address of another page with the same choices but `other`; "" takes one back."""
        fields = {name: value for name, value in {**self.fields, **other}.items() if value}
        address, mark, place = f"/editors{path}".partition("#")
        return f"{address}{'?' + urlencode(fields) if fields else ''}{mark}{place}"


def _preferred(accepted: str) -> str:
    """What the browser prefers, if the pages speak it."""
    first = (
        accepted.split(",", maxsplit=1)[0]
        .split(";", maxsplit=1)[0]
        .split("-", maxsplit=1)[0]
        .strip()
        .lower()
    )
    return first if first in SPOKEN else SPOKEN[0]


def _one_of(value: str | None, known: Sequence[str], usual: str) -> str:
    return value if value is not None and value in known else usual


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if _EARLIEST <= day < _LATEST else today
