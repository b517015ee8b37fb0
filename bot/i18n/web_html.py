"""Messages in HTML for our own pages: the same blocks, with language and direction.

Everything people wrote is escaped here; templates may mark the result as safe.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Final

from bot.i18n.languages import direction
from bot.i18n.runs import Run, Runs
from bot.model.phrases import Style

_TAGS: Final = {Style.TITLE: "h2", Style.HEADING: "h3", Style.QUOTE: "blockquote"}
_LISTS: Final = {Style.STEP: "steps", Style.ITEM: "items"}


def page(paragraphs: Iterable[tuple[Style, Runs]], language: str) -> str:
    """Return one `div` in `language` with an element for each block."""
    body = "".join(_elements(paragraphs))
    return f'<div lang="{escape(language)}" dir="{direction(language)}">{body}</div>'


def inline(runs: Runs) -> str:
    """Return the HTML of running text: bold, line breaks, numbers that can be dialled."""
    return "".join(_run(run) for run in runs)


def _elements(paragraphs: Iterable[tuple[Style, Runs]]) -> Iterator[str]:
    for style, group in groupby(_merged(paragraphs), key=lambda one: one[0]):
        blocks = [html for _, html in group]
        if style in _LISTS:
            items = "".join(f"<li>{block}</li>" for block in blocks)
            yield f'<ul class="{_LISTS[style]}">{items}</ul>'
        else:
            yield from (_element(style, block) for block in blocks)


def _merged(paragraphs: Iterable[tuple[Style, Runs]]) -> list[tuple[Style, str]]:
    """Each block with its HTML; lines are put to the block that they follow."""
    result: list[tuple[Style, str]] = []
    for style, runs in paragraphs:
        html = inline(runs)
        if style is Style.LINE and result:
            before, above = result.pop()
            result.append((before, f"{above}<br>{html}"))
        else:
            result.append((style, html))
    return result


def _element(style: Style, html: str) -> str:
    if style in _TAGS:
        return f"<{_TAGS[style]}>{html}</{_TAGS[style]}>"
    if style is Style.NOTE:
        return f"<p><small>{html}</small></p>"
    if style is Style.WARNING:
        return f"<p><strong>⚠ {html}</strong></p>"
    return f"<p>{html}</p>"


def _run(run: Run) -> str:
    html = escape(run.text).replace("\n", "<br>")
    if run.phone and (number := dialled(run.phone)):
        html = f'<a href="tel:{number}">{html}</a>'
    return f"<strong>{html}</strong>" if run.bold else html


def dialled(phone: str) -> str:
    """Return the digits of a number as a `tel:` address takes them, with a leading plus."""
    digits = "".join(char for char in phone if "0" <= char <= "9")
    return f"+{digits}" if digits and phone.lstrip().startswith("+") else digits
