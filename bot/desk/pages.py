"""Templates and texts: how a page becomes HTML in the caseworker's language.

Everything a template shows is escaped, except what the renderer has already made
safe. Texts are in the domain `desk`; no sentence stands in a template.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.desk.parts import Parts
from bot.i18n.languages import direction, native_name
from bot.model.phrases import LanguageNames, Phrase, Value
from bot.model.tickets import Caseworker
from bot.model.turns import Message

LANGUAGES: Final = ("de", "en")
"""What the desk can be read in; the first is the default."""

_TIME_PATTERNS: Final = {"de": "EEE d.M., HH:mm", "en": "EEE d MMM, HH:mm"}
_NEAR_DAYS: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}

_TEMPLATES: Final = Environment(
    loader=PackageLoader("bot.desk"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a page: language, account, and the token their forms carry."""

    language: str
    csrf: str
    me: Caseworker | None = None


class Pages:
    """Makes pages of templates."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def page(
        self,
        request: Request,
        reader: Reader,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
    ) -> HTMLResponse:
        """Return `template` filled with `values` and what every page shows."""
        texts = Texts(self._parts, reader.language)
        # A page says the same words in every row of a list: each is looked up once.
        named = cache(lambda key: texts.say(Phrase(key)))
        html = _TEMPLATES.get_template(template).render(
            {
                "t": cache(texts.text),
                "say": lambda phrase: texts.say(phrase) if phrase.values else named(phrase.key),
                "when": cache(texts.when),
                "web": texts.web,
                "options": texts.options,
                "phrase": Phrase,
                "language_name": cache(texts.language_name),
                "native_name": native_name,
                "direction": direction,
                "url": link_to(request),
                "reader": reader,
                "parts": self._parts,
                "standing": (),
                "away": False,
                **values,
            }
        )
        return HTMLResponse(html, status)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one reader."""

    parts: Parts
    language: str

    def text(self, path: str, **values: Value) -> str:
        """The desk's own text `path`, such as `list.title` or `list.title#button`."""
        key = f"desk/{path}" if "#" in path else f"desk/{path}#text"
        return self.say(Phrase(key, values))

    def say(self, phrase: Phrase) -> str:
        return self.parts.renderer.plain(phrase, self.language)

    def plain(self, key: str) -> str:
        """A text of the content as it stands there, with its gaps and without markup."""
        found = self.parts.renderer.catalogues.find(key, self.language)
        return found.text.replace("**", "") if found else key

    def web(self, message: Message, language: str | None = None) -> Markup:
        """A message as paragraphs, in the reader's language or another one."""
        html = self.parts.renderer.web(message, language or self.language)
        return Markup(html)  # noqa: S704 - the renderer escapes all it is given

    def options(self, message: Message, language: str) -> list[str]:
        """The labels of a message's buttons, as its reader sees them."""
        keyboard = self.parts.renderer.keyboard(message, language)
        return [button.text for row in keyboard for button in row]

    def when(self, moment: datetime, zone: str) -> str:
        """A moment as people say it: today 16:00, tomorrow 12:00, Mon 23.11., 08:00."""
        local = moment.astimezone(ZoneInfo(zone))
        today = self.parts.clock.now().astimezone(ZoneInfo(zone)).date()
        near = _NEAR_DAYS.get((local.date() - today) // timedelta(days=1))
        if near is not None:
            return self.text(f"when.{near}", time=local.strftime("%H:%M"))
        return format_datetime(local, _TIME_PATTERNS[self.language], locale=self.language)

    def language_name(self, code: str) -> str:
        return self.text("language_name", languages=LanguageNames((code,)))


def link_to(request: Request) -> Callable[[str], str]:
    """Return what makes addresses of paths inside the desk, wherever it is mounted."""
    root = request.scope.get("root_path", "")
    return lambda path: f"{root}{path}"


def language_of(request: Request, me: Caseworker | None) -> str:
    """The account's language; before sign-in what the browser prefers of ours."""
    if me is not None:
        return me.language if me.language in LANGUAGES else LANGUAGES[0]
    wanted = request.headers.get("accept-language", "")
    first = wanted.split(",")[0].split(";")[0].split("-")[0].strip().lower()
    return first if first in LANGUAGES else LANGUAGES[0]
