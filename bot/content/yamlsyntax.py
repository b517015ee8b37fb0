"""What keeps a YAML file from being read, in an editor's words and where the editor erred.

libyaml says at which sign it could not go on, in its own terms, and often a line too
late. Here that becomes the place of the mistake, what is wrong, and what to write.
Reading is `yamlfile.py`'s.
"""

import re
from collections.abc import Callable

import yaml

from bot.content.problems import Code, Position, Problem

SYNTAX = Code("yaml-syntax", "{what}", "{remedy}")

_Place = tuple[int, int]
"""Line and column, from 0 as libyaml counts."""

_Said = tuple[_Place, str, str]
"""Where, what is wrong, and the remedy."""

_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_TWO_VERSIONS = "two versions stand here since a git merge"
_KEEP_ONE = "keep one of them, and delete the lines with <<<<<<<, ======= and >>>>>>>"
_SPACES = "begin the line with spaces, as many as the lines beside it; never use the tab key"
_QUOTES = 'put the whole text in quotes: "..."'
_NOT_CLOSED = "the quote that opens here is not closed"
_CLOSE = 'write the closing quote; inside the text write „ “ or \\"'
_PAIR = 'name: "text: more"'
_CLOSING = {"{": "}", "[": "]"}
_COLUMN = "begin it in the same column as the lines beside it"


def control_character(position: Position) -> Problem:
    """A sign that nobody sees, mostly from pasting."""
    return SYNTAX.at(position, what="a control character", remedy="delete it; it cannot be seen")


def unreadable(name: str, text: str, error: yaml.YAMLError) -> Problem:
    """The problem of the file `name` with the content `text`, at which libyaml stopped."""
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return SYNTAX.at(Position(name, line), what=_TWO_VERSIONS, remedy=_KEEP_ONE)
    mark = getattr(error, "problem_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        return SYNTAX.at(Position(name), what="the file is not readable", remedy="compare another")
    said = str(error.problem)
    meant = next((words for piece, words in _MEANINGS.items() if piece in said), None)
    if meant is None:
        (line, column), what, remedy = _at(mark), said, f"mend the line; {_QUOTES}"
    else:
        (line, column), what, remedy = meant(text.splitlines(), mark, error.context_mark or mark)
    return SYNTAX.at(Position(name, line + 1, column + 1), what=what, remedy=remedy)


def _first_sign(lines: list[str], mark: yaml.Mark, _: yaml.Mark) -> _Said:
    line = _line(lines, mark)
    if "\t" in line[: mark.column + 1]:
        return _at(mark), "a tab stands where spaces belong", _SPACES
    return _at(mark), f"a text cannot begin with `{line[mark.column : mark.column + 1]}`", _QUOTES


def _begun_with(lines: list[str], _: yaml.Mark, begin: yaml.Mark) -> _Said:
    sign = _line(lines, begin)[begin.column : begin.column + 1]
    return _at(begin), f"a text cannot begin with `{sign}`", _QUOTES


def _tab(_: list[str], mark: yaml.Mark, __: yaml.Mark) -> _Said:
    return _at(mark), "a tab stands where spaces belong", _SPACES


def _no_colon(_: list[str], __: yaml.Mark, begin: yaml.Mark) -> _Said:
    remedy = "write `name: value`, or `- text` in a list, with the space"
    return _at(begin), "this line has neither a name with `: ` nor a dash with a space", remedy


def _second_colon(lines: list[str], mark: yaml.Mark, _: yaml.Mark) -> _Said:
    before = _line(lines, mark)[: mark.column]
    if ": " in before:
        return (
            _at(mark),
            "a second `: ` in one line",
            f"a text with a colon in it needs quotes: {_PAIR}",
        )
    what = "this line begins further right than the one above allows"
    place = (mark.line, len(before) - len(before.lstrip()))
    return place, what, f"{_COLUMN}; behind the colon of the line above there must be a space"


def _misplaced(lines: list[str], mark: yaml.Mark, _: yaml.Mark) -> _Said:
    if not _line(lines, mark)[: mark.column].strip():
        what = "this line begins in another column than those it belongs to"
        return _at(mark), what, f"{_COLUMN}; lines with `- ` and lines with `name:` do not mix"
    opened = _opening_quote(lines, mark)
    if opened is not None:
        return opened, _NOT_CLOSED, _CLOSE
    what = "a text goes on behind its closing quote or bracket"
    return _at(mark), what, f'{_QUOTES}; inside write „ “ or \\"'


def _opening_quote(lines: list[str], mark: yaml.Mark) -> _Place | None:
    """Where a quote opened in an earlier line, if the one before `mark` only closes that.

    A text in quotes may have several lines, so libyaml goes on until the next quote.
    """
    if _quotes(_line(lines, mark)[: mark.column]) % 2 == 0:
        return None
    odd = (number for number in range(mark.line - 1, -1, -1) if _quotes(lines[number]) % 2)
    line = next(odd, None)
    return None if line is None else (line, lines[line].rindex('"'))


def _quotes(line: str) -> int:
    return line.replace('\\"', "").count('"')


def _not_closed(lines: list[str], mark: yaml.Mark, begin: yaml.Mark) -> _Said:
    sign = _line(lines, begin)[begin.column : begin.column + 1]
    if mark.line == begin.line:
        what = f"behind `{sign}` stands a text that cannot be read here"
        return _at(mark), what, f"a text with a colon, comma or bracket in it needs quotes: {_PAIR}"
    what = f"`{sign}` is not closed in this line"
    return _at(begin), what, f"write `{_CLOSING.get(sign, sign)}` at its end"


def _no_closing_quote(_: list[str], __: yaml.Mark, begin: yaml.Mark) -> _Said:
    return _at(begin), _NOT_CLOSED, _CLOSE


def _backslash(_: list[str], mark: yaml.Mark, __: yaml.Mark) -> _Said:
    return _at(mark), "a backslash in quotes", "take it out, or write it twice"


def _list_in_line(_: list[str], mark: yaml.Mark, __: yaml.Mark) -> _Said:
    return (
        _at(mark),
        "a list begins in the middle of a line",
        "write each `- text` in a line of its own",
    )


def _at(mark: yaml.Mark) -> _Place:
    return mark.line, mark.column


def _line(lines: list[str], mark: yaml.Mark) -> str:
    return lines[mark.line] if mark.line < len(lines) else ""


_MEANINGS: dict[str, Callable[[list[str], yaml.Mark, yaml.Mark], _Said]] = {
    "tab character": _tab,
    "cannot start any token": _first_sign,
    "expected comment or line break": _begun_with,
    "expected node content": _begun_with,
    "could not find expected ':'": _no_colon,
    "mapping values are not allowed": _second_colon,
    "expected key": _misplaced,
    "expected '-' indicator": _misplaced,
    "expected ',' or": _not_closed,
    "unexpected end of stream": _no_closing_quote,
    "unknown escape character": _backslash,
    "block sequence entries": _list_in_line,
}
