"""Strict YAML: a file becomes plain data and a map from each place to its position.

libyaml delivers events; the tree is built here, so that aliases, tags, duplicate
keys and deep nesting are refused where they stand, before anything can grow. Only
true, false, null, whole and decimal numbers and ISO dates are more than text:
`no` stays "no" and `12:30` stays "12:30". What the data means is `schema.py`'s.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import yaml

from bot.content.problems import Code, Position, Problem, in_order
from bot.content.yamlsyntax import control_character, unreadable

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24

ENCODING = Code(
    "yaml-encoding",
    "the file is not UTF-8",
    "save it again and choose the encoding UTF-8; then look whether ä, ö, ü and ß are right",
)
TOO_BIG = Code(
    "yaml-too-big", "the file has more than {limit} bytes", "split it, or remove what is no text"
)
DUPLICATE = Code(
    "yaml-duplicate-key",
    "`{key}` stands here twice (first in line {first})",
    "keep one of the two",
)
KEY = Code("yaml-key", "a key must be a single word or name", "write `name: value`")
ALIAS = Code(
    "yaml-alias",
    "anchors and aliases (& and *) are not used",
    "write the value out; a text that begins with & or * belongs in quotes",
)
TAG = Code(
    "yaml-tag",
    "the tag {tag} is not used",
    "write the value without it; a text that begins with ! belongs in quotes",
)
DEPTH = Code(
    "yaml-too-deep", "nested deeper than {limit} levels", "take levels out; no file needs so many"
)
DOCUMENTS = Code("yaml-documents", "a second document begins here", "one file, one document")
NOT_MAPPING = Code(
    "yaml-not-a-mapping", "the file must consist of `name: value` lines", "begin with `schema: 1`"
)

Data = None | bool | int | Decimal | date | str | list["Data"] | dict[str, "Data"]
Path = tuple[str | int, ...]
Mark = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file: `data` is plain, `marks` says where each path of it stands.

    A path to a word or number stands where the value does, a path to anything with
    an inside stands at its key. `keys` has the keys of both.
    """

    name: str
    data: dict[str, Data]
    marks: Mapping[Path, Mark] = field(default_factory=dict)
    keys: Mapping[Path, Mark] = field(default_factory=dict)

    def at(self, *path: str | int) -> Position:
        """Where `path` stands, or the nearest thing around it that exists."""
        for length in range(len(path), 0, -1):
            mark = self.marks.get(path[:length])
            if mark is not None:
                return Position(self.name, *mark)
        return Position(self.name)

    def at_key(self, *path: str | int) -> Position:
        """Where the name at the end of `path` stands."""
        mark = self.keys.get(path)
        return self.at(*path) if mark is None else Position(self.name, *mark)


def parse(name: str, raw: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one file's bytes. The document is None if anything was wrong."""
    here = Position(name)
    if len(raw) > MAX_BYTES:
        return None, (TOO_BIG.at(here, limit=MAX_BYTES),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, (ENCODING.at(Position(name, line)),)
    if control := _CONTROL.search(text):
        return None, (control_character(_place(name, text, control.start())),)
    reader = _Reader(name)
    try:
        data = reader.document(text)
    except _Refused as refused:
        return None, in_order((*reader.problems, refused.problem))
    except yaml.YAMLError as error:
        return None, in_order((*reader.problems, unreadable(name, text, error)))
    if reader.problems:
        return None, in_order(reader.problems)
    if not isinstance(data, dict):
        return None, (NOT_MAPPING.at(here),)
    return Document(name, data, reader.marks, reader.keys), ()


class _Refused(Exception):
    """The rest of the file is not read: it could not be trusted or placed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Reader:
    """Builds one document from libyaml's events and notes where everything stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.marks: dict[Path, Mark] = {}
        self.keys: dict[Path, Mark] = {}

    def document(self, text: str) -> Data:
        # Event by event straight from libyaml: `yaml.parse` takes nearly twice as long.
        events: Iterator[yaml.Event] = iter(yaml.CSafeLoader(text).get_event, None)
        data: Data = None
        started = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if started:
                    raise _Refused(DOCUMENTS.at(self._position(event)))
                started = True
            elif isinstance(event, yaml.NodeEvent):
                data = self._value(event, events, ())
        return data

    def _position(self, event: yaml.Event) -> Position:
        return Position(self.name, *_mark(event))

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Data:
        self._refuse(event, path)
        mark = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            self.marks[path] = mark
            return _scalar(event)
        self.marks.setdefault(path, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, path)
        return self._mapping(events, path)

    def _refuse(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise _Refused(ALIAS.at(self._position(event)))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            self.problems.append(TAG.at(self._position(event), tag=event.tag))
        if len(path) > MAX_DEPTH:
            raise _Refused(DEPTH.at(self._position(event), limit=MAX_DEPTH))

    def _list(self, events: Iterator[yaml.Event], path: Path) -> list[Data]:
        items: list[Data] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, Data]:
        entries: dict[str, Data] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused(KEY.at(self._position(event)))
            self._refuse(event, path)
            key, place = event.value, (*path, event.value)
            if key in entries:
                first = self.keys[place][0]
                self.problems.append(DUPLICATE.at(self._position(event), key=key, first=first))
                self._value(next(events), events, (*path, "<again>"))
                continue
            self.keys[place] = _mark(event)
            self.marks[place] = self.keys[place]
            entries[key] = self._value(next(events), events, place)
        return entries


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, Data] = {"": None, "null": None, "~": None, "true": True, "false": False}


def _scalar(event: yaml.ScalarEvent) -> Data:
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not (text[0].isdigit() or text[0] in "+-"):
        return text
    if number := _NUMBER.fullmatch(text):
        return int(text) if number.group(1) is None else Decimal(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _mark(event: yaml.Event) -> Mark:
    """Line and column as editors count them; libyaml begins at 0."""
    start = event.start_mark
    return (1, 1) if start is None else (start.line + 1, start.column + 1)


def _place(name: str, text: str, offset: int) -> Position:
    before = text[:offset]
    return Position(name, before.count("\n") + 1, offset - before.rfind("\n"))
