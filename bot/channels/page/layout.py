"""How values become an editors' page: templates, texts of the domain `editors`, days, code.

Everything a template shows is escaped, except pictures and cards, which are safe as they come.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.channels.page.choices import SPOKEN, Choices
from bot.i18n.languages import direction, native_name
from bot.i18n.render import Renderer
from bot.i18n.values import day
from bot.model.content import Content
from bot.model.editing import Standing
from bot.model.phrases import Phrase, Value

SOON: Final = timedelta(days=30)
"""From when on a review is marked as due soon."""

LISTS: Final = frozenset(
    {
        *("bot", "desk", "editors", "picture", "workshop"),
        *("people", "home", "papers", "roles", "phones", "facts"),
        *("emergency", "replies", "glossary"),
    }
)
"""Files of texts that have a name of their own here; topics have their title."""

_TEMPLATES: Final = Environment(
    loader=PackageLoader("bot.channels.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_CODE: Final = re.compile(r"`([^`]+)`")


def laid_out(
    name: str,
    choices: Choices,
    around: tuple[Renderer, Content, Standing],
    values: Mapping[str, object],
) -> str:
    """The page `name` as HTML. `around` are the wording, what runs, and since when."""
    renderer, content, standing = around

    def t(path: str, **gaps: Value) -> str:
        return renderer.plain(Phrase(f"editors/{path}#text", gaps), choices.speak)

    return _TEMPLATES.get_template(f"editors/{name}.html").render(
        {
            "t": t,
            "name": name,
            "choices": choices,
            "view": choices.view,
            "link": choices.link,
            "content": content,
            "standing": standing,
            "spoken": SPOKEN,
            "day": lambda value: day(value, choices.speak),
            "due": lambda value: due(value, choices.today),
            "direction": direction,
            "native_name": native_name,
            "code": code,
            "safe": Markup,
            "deeper": deeper,
            "listed": LISTS,
            **values,
        }
    )


def due(day_: date, today: date) -> str:
    """`overdue`, `soon`, or nothing."""
    if day_ < today:
        return "overdue"
    return "soon" if day_ <= today + SOON else ""


def code(text: str) -> Markup:
    """Text of the checks, with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def deeper(html: str) -> Markup:
    """A card's safe HTML with its headings two levels further down, where it stands here."""
    for before, after in (("h3>", "h5>"), ("h2>", "h4>")):
        html = html.replace(f"<{before}", f"<{after}").replace(f"</{before}", f"</{after}")
    return Markup(html)  # noqa: S704 - the renderer escapes all it is given
