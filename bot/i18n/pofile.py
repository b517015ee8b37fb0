"""PO files, read strictly: bilingual, every message named by its context, no plurals.

A message that cannot be read is a problem with a line, and its neighbours are kept:
translators' mistakes never stop the program. Writing PO files is not here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

_ESCAPED: Final = re.compile(r"\\(.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}

_ENCODING: Final = "the file is not UTF-8: save it again and choose the encoding UTF-8"
_INCOMPLETE: Final = "a message needs msgctxt, msgid and msgstr: one of them is missing"
_NO_CONTEXT: Final = "a message needs a msgctxt: the line with its key is missing above msgid"
_BEGINNINGS: Final = 'a line begins with msgctxt, msgid, msgstr, # or "'
_MERGE: Final = (
    "two versions since a git merge: keep one, delete the lines <<<<<<<, =======, >>>>>>>"
)
_NOT_QUOTED: Final = (
    'a quoted text begins and ends with "; a quote inside it is written \\" '
    "(as escape with a backslash, which is itself written twice)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `key` is its msgctxt, `source` the German sentence it translates.

    `previous` is the German sentence that a fuzzy translation was made of. `comments`
    are those extracted for translators, `remarks` those of translators.
    """

    key: str
    source: str
    translation: str
    line: int
    fuzzy: bool = False
    previous: str | None = None
    comments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PoProblem:
    """What is wrong where: a line of one file, counted from 1."""

    path: Path
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class PoFile:
    """What one file says. `header` has its fields by lower-case name."""

    path: Path
    header: Mapping[str, str]
    entries: tuple[Entry, ...]
    problems: tuple[PoProblem, ...]

    @property
    def reviewed(self) -> bool:
        """Whether the header names somebody who read the translation: `X-Reviewed-By: ...`."""
        return self.header.get("x-reviewed-by", "").strip().lower() not in {"", "nobody"}


def read(path: Path) -> PoFile:
    """Return the messages of one file and everything that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return PoFile(path, {}, (), (PoProblem(path, 1, _ENCODING),))
    return parse(text, path)


def parse(text: str, path: Path) -> PoFile:
    """Return the messages in `text`; `path` only says where problems are.

    A file in which every message has the usual form is taken message by message, in
    about half the time; any other one line by line.
    """
    return _usual(text, path) or line_by_line(text, path)


_QUOTED: Final = r'"[^"\\\n]*(?:\\[ntr"\\][^"\\\n]*)*"'
_USUAL: Final = re.compile(
    rf"""((?:\#[.,]\ .*\n|\#\|\ (?:msgid\ )?{_QUOTED}\n)*)
    (?:msgctxt\ ({_QUOTED})\n)?
    msgid\ ({_QUOTED}(?:\n{_QUOTED})*)\n
    msgstr\ ({_QUOTED}(?:\n{_QUOTED})*)""",
    re.VERBOSE,
)
"""One message as `lotse i18n sync`, gettext and Weblate write it."""


def _usual(text: str, path: Path) -> PoFile | None:
    """What `line_by_line` gives; None if a message is not in the usual form."""
    header: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    line = 1
    for block in text.rstrip("\n").split("\n\n"):
        found = _USUAL.fullmatch(block)
        if found is None:
            return None
        above, quoted, source, translation = found.groups()
        key = _joined(quoted) if quoted else ""
        if key and key not in entries:
            entries[key] = _entry(key, (source, translation), above.split("\n")[:-1], line)
        elif quoted is None and source == '""' and line == 1:
            header = _fields(_joined(translation))
        else:
            return None
        line += block.count("\n") + 2
    return PoFile(path, header, tuple(entries.values()), ())


def _entry(key: str, texts: tuple[str, str], above: list[str], line: int) -> Entry:
    comments = tuple(each[3:].strip() for each in above if each[1] == ".")
    source, translation = _joined(texts[0]), _joined(texts[1])
    if len(comments) == len(above):
        return Entry(key, source, translation, line, comments=comments)
    flags = {flag.strip() for each in above if each[1] == "," for flag in each[2:].split(",")}
    previous = "\n".join(each[3:].removeprefix("msgid ") for each in above if each[1] == "|")
    old = _joined(previous) if previous else None
    return Entry(key, source, translation, line, "fuzzy" in flags, old, comments)


def _joined(quoted: str) -> str:
    """The text of quoted pieces, each on a line of its own."""
    inner = quoted[1:-1].replace('"\n"', "")
    return _ESCAPED.sub(lambda found: _ESCAPES[found[1]], inner) if "\\" in inner else inner


def line_by_line(text: str, path: Path) -> PoFile:
    """As `parse`, whatever the messages look like."""
    reader = _Reader(path)
    for number, line in enumerate(text.split("\n"), 1):
        reader.line(number, line.strip())
    reader.finish()
    return PoFile(path, reader.header, tuple(reader.entries), tuple(reader.problems))


@dataclass(slots=True)
class _Draft:
    """A message while it is being read: keyword to its quoted pieces."""

    line: int = 0
    parts: dict[str, list[str]] = field(default_factory=dict)
    fuzzy: bool = False
    comments: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    broken: bool = False

    def is_over_before(self, keyword: str) -> bool:
        """Whether a line beginning with `keyword` belongs to the next message."""
        if keyword in {"#", "msgctxt"}:
            return self.broken or not {"msgctxt", "msgid", "msgstr"}.isdisjoint(self.parts)
        return keyword == "msgid" and "msgstr" in self.parts

    def text(self, keyword: str) -> str | None:
        pieces = self.parts.get(keyword)
        return None if pieces is None else "".join(pieces)


class _Reader:
    """Takes line after line; a comment or msgctxt begins the next message."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.problems: list[PoProblem] = []
        self._draft = _Draft()
        self._keys: set[str] = set()
        self._current: list[str] | None = None

    def line(self, number: int, line: str) -> None:
        if not line or line.startswith("#~"):
            return
        if line[0] == '"':
            self._quoted(number, line)
        elif line[0] == "#":
            self._comment(number, line)
        else:
            keyword, _, rest = line.partition(" ")
            self._keyword(number, keyword, rest.strip())

    def finish(self) -> None:
        """Close the message being read."""
        draft, self._draft, self._current = self._draft, _Draft(), None
        if not draft.parts or draft.broken:
            return
        source, translation = draft.text("msgid"), draft.text("msgstr")
        if source is None or translation is None:
            self._problem(draft.line, _INCOMPLETE)
        elif draft.text("msgctxt") is None:
            self._without_context(draft.line, source, translation)
        else:
            self._add(draft, source, translation)

    def _without_context(self, line: int, source: str, translation: str) -> None:
        if source or self.header:
            self._problem(line, _NO_CONTEXT)
        else:
            self.header = _fields(translation)

    def _add(self, draft: _Draft, source: str, translation: str) -> None:
        key = draft.text("msgctxt") or ""
        if key in self._keys:
            self._problem(draft.line, f"{key} is there twice: keep one of the two")
            return
        self._keys.add(key)
        self.entries.append(
            Entry(
                key,
                source,
                translation,
                draft.line,
                draft.fuzzy,
                draft.text("#| msgid"),
                tuple(draft.comments),
                tuple(draft.remarks),
            )
        )

    def _keyword(self, number: int, keyword: str, rest: str) -> None:
        if keyword not in {"msgctxt", "msgid", "msgstr"}:
            merge = keyword in {"<<<<<<<", "=======", ">>>>>>>"}
            self._problem(number, _MERGE if merge else f"unknown keyword {keyword}: {_BEGINNINGS}")
            self._draft.broken = True
            self._current = []
            return
        if self._draft.is_over_before(keyword):
            self.finish()
        self._begin(number, keyword, rest)

    def _begin(self, number: int, keyword: str, rest: str) -> None:
        if keyword in self._draft.parts:
            self._problem(number, f"{keyword} is there twice: keep one of the two")
            self._draft.broken = True
        self._draft.line = self._draft.line or number
        self._current = self._draft.parts.setdefault(keyword, [])
        self._quoted(number, rest)

    def _comment(self, number: int, line: str) -> None:
        if self._draft.is_over_before("#"):
            self.finish()
        self._draft.line = self._draft.line or number
        kind, rest = line[:2], line[2:].strip()
        if kind == "#,":
            self._draft.fuzzy |= "fuzzy" in {flag.strip() for flag in rest.split(",")}
        elif kind == "#.":
            self._draft.comments.append(rest)
        elif kind == "#|":
            self._previous(number, rest)
        elif kind != "#:":
            self._draft.remarks.append(line[1:].strip())

    def _previous(self, number: int, rest: str) -> None:
        if rest.startswith('"'):
            self._quoted(number, rest)
        else:
            keyword, _, quoted = rest.partition(" ")
            self._begin(number, f"#| {keyword}", quoted.strip())

    def _quoted(self, number: int, quoted: str) -> None:
        text = unquoted(quoted)
        if text is None:
            self._problem(number, _NOT_QUOTED)
            self._draft.broken = True
        elif self._current is None:
            self._problem(number, "a quoted line without the keyword msgid or msgstr above it")
        else:
            self._current.append(text)

    def _problem(self, number: int, message: str) -> None:
        self.problems.append(PoProblem(self.path, number, message))


def _fields(header: str) -> dict[str, str]:
    fields = HeaderParser().parsestr(header)
    return {name.lower(): str(value) for name, value in fields.items()}


def unquoted(quoted: str) -> str | None:
    """Return what stands between the quotes, escapes resolved; None if it is no PO string."""
    if quoted == '"' or not (quoted.startswith('"') and quoted.endswith('"')):
        return None
    inner = quoted[1:-1]
    if "\\" not in inner:
        return None if '"' in inner else inner
    result: list[str] = []
    rest = iter(inner)
    for char in rest:
        if char == "\\":
            meant = _ESCAPES.get(next(rest, ""))
            if meant is None:
                return None
            result.append(meant)
        elif char == '"':
            return None
        else:
            result.append(char)
    return "".join(result)
