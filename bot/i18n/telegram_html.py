"""Messages in Telegram's HTML: looks of blocks, and parts that fit into one message.

Only tags the Bot API knows are written. Lengths are UTF-16 code units of the text
without tags, which is what Telegram's limit counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from bot.i18n.runs import Run, Runs, chunks, text_of, utf16_length
from bot.model.phrases import Style

MESSAGE_LIMIT: Final = 4096
"""Code units of text in one message (Bot API, sendMessage)."""

_PREFIXES: Final = {Style.STEP: "☐ ", Style.ITEM: "• ", Style.WARNING: "⚠ "}
_TAGS: Final = {
    Style.TITLE: "b",
    Style.HEADING: "b",
    Style.NOTE: "i",
    Style.QUOTE: "blockquote",
}
_LIST: Final = frozenset({Style.STEP, Style.ITEM})
_LISTS_BEGIN_BELOW: Final = _LIST | {Style.HEADING}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block in its final text, ready to be put between others. `length` without tags."""

    style: Style
    runs: Runs
    html: str
    length: int


def paragraph(runs: Runs, style: Style) -> Paragraph:
    """Return a block of text with the sign that stands before its kind."""
    prefix = _PREFIXES.get(style)
    whole = (Run(prefix), *runs) if prefix else runs
    return Paragraph(style, whole, _html(whole, style), utf16_length(text_of(whole)))


def parts(paragraphs: Iterable[Paragraph]) -> tuple[str, ...]:
    """Return the HTML of as many messages as the paragraphs need, in order.

    A message ends between two blocks; a block longer than a message is cut inside.
    """
    result: list[str] = []
    html, length, before = "", 0, None
    for one in _fitting(paragraphs):
        between = separator(before, one.style)
        if html and length + len(between) + one.length > MESSAGE_LIMIT:
            result.append(html)
            html, length, between = "", 0, ""
        html += between + one.html
        length += len(between) + one.length
        before = one.style
    return (*result, html)


def plain(paragraphs: Sequence[Paragraph]) -> str:
    """Return the paragraphs without any markup, for mail."""
    text, before = "", None
    for one in paragraphs:
        text += separator(before, one.style) + text_of(one.runs)
        before = one.style
    return text


def separator(before: Style | None, after: Style) -> str:
    """Return what stands between two blocks: an empty line, except within lists."""
    if before is None:
        return ""
    close = after is Style.LINE or (after in _LIST and before in _LISTS_BEGIN_BELOW)
    return "\n" if close else "\n\n"


def _fitting(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    for one in paragraphs:
        if one.length <= MESSAGE_LIMIT:
            yield one
        else:
            for runs in chunks(one.runs, MESSAGE_LIMIT):
                length = utf16_length(text_of(runs))
                yield Paragraph(one.style, runs, _html(runs, one.style), length)


def _html(runs: Runs, style: Style) -> str:
    tag = _TAGS.get(style)
    if tag == "b":
        return f"<b>{escape(text_of(runs), quote=False)}</b>"
    html = "".join(_run(run) for run in runs)
    return f"<{tag}>{html}</{tag}>" if tag else html


def _run(run: Run) -> str:
    html = escape(run.text, quote=False)
    return f"<b>{html}</b>" if run.bold else html
