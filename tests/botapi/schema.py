"""The Bot API as data: methods, parameters and types, and a strict check against them.

The data is `botapi.json` (see README). Nothing here knows a chat or a message; the meaning
of a parameter is checked where the method is carried out.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]
"""A JSON object as the Bot API shows it."""
Json = Any
"""Any JSON value, or an `Upload` where a file is allowed."""

_ARRAY = "Array of "
_INTEGER = re.compile(r"-?[0-9]{1,19}\Z")
_FLOAT = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?\Z")
_ATTACHED = re.compile(r"attach://([A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method or a field of a type; `literal` is a discriminator's only value."""

    name: str
    kinds: tuple[str, ...]
    required: bool
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart request."""

    filename: str
    content_type: str
    data: bytes


def _fields(rows: list[list[Any]]) -> tuple[Field, ...]:
    return tuple(Field(row[0], tuple(row[1]), row[2], *row[3:]) for row in rows)


_DATA = json.loads(Path(__file__).with_name("botapi.json").read_text(encoding="utf-8"))
METHODS: Mapping[str, tuple[Field, ...]] = {
    name: _fields(entry["fields"]) for name, entry in _DATA["methods"].items()
}
RETURNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(entry["returns"]) for name, entry in _DATA["methods"].items()
}
TYPES: Mapping[str, tuple[Field, ...]] = {
    name: _fields(entry.get("fields", []))
    for name, entry in _DATA["types"].items()
    if "subtypes" not in entry
}
UNIONS: Mapping[str, tuple[str, ...]] = {
    name: tuple(entry["subtypes"]) for name, entry in _DATA["types"].items() if "subtypes" in entry
}
REACTIONS: frozenset[str] = frozenset(_DATA["reaction_emoji"])
_BY_LOWER_CASE = {name.lower(): name for name in METHODS}


def method_called(name: str) -> str | None:
    """Return the method's canonical name; Telegram ignores case here. None if there is none."""
    return _BY_LOWER_CASE.get(name.lower())


def mismatches(kinds: tuple[str, ...], value: Json, where: str) -> list[str]:
    """Return what is wrong with `value` where one of `kinds` is expected; empty if nothing."""
    best: list[str] | None = None
    for kind in kinds:
        found = _mismatches_of(kind, value, where)
        if not found:
            return []
        if best is None or len(found) < len(best):
            best = found
    return best or []


def _mismatches_of(kind: str, value: Json, where: str) -> list[str]:
    if kind.startswith(_ARRAY):
        return _array_mismatches(kind.removeprefix(_ARRAY), value, where)
    if kind in ("Integer", "Float", "String", "Boolean"):
        return _scalar_mismatches(kind, value, where)
    if kind == "InputFile":
        return [] if isinstance(value, Upload) else [f"{where} must be an uploaded file"]
    if kind in UNIONS:
        return mismatches(_candidates(UNIONS[kind], value), value, where)
    return _object_mismatches(kind, value, where)


def _array_mismatches(kind: str, value: Json, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where} must be an array of {kind}"]
    return [
        problem
        for number, item in enumerate(value)
        for problem in _mismatches_of(kind, item, f"{where}[{number}]")
    ]


def _scalar_mismatches(kind: str, value: Json, where: str) -> list[str]:
    match kind:
        case "Boolean":
            fits = isinstance(value, bool)
        case "String":
            fits = isinstance(value, str)
        case "Integer":
            fits = type(value) is int and -(2**63) <= value < 2**63
        case _:
            fits = type(value) in (int, float)
    if not fits:
        return [f"{where} must be {kind}"]
    if isinstance(value, str) and _has_lone_surrogate(value):
        return [f"{where} must be encoded in UTF-8"]
    return []


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else False


def _candidates(subtypes: tuple[str, ...], value: Json) -> tuple[str, ...]:
    """Keep the subtypes whose discriminator is the one `value` carries, if any does."""
    if not isinstance(value, dict):
        return subtypes
    chosen = tuple(
        name
        for name in subtypes
        if any(
            f.literal is not None and value.get(f.name) == f.literal for f in TYPES.get(name, ())
        )
    )
    return chosen or subtypes


def _object_mismatches(kind: str, value: Json, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} must be {kind}"]
    fields = {field.name: field for field in TYPES[kind]}
    problems = [f"{where} has no field {name!r}" for name in value if name not in fields]
    for field in fields.values():
        if field.name not in value:
            if field.required:
                problems.append(f"{where}.{field.name} is missing")
            continue
        item = value[field.name]
        if field.literal is not None and item != field.literal:
            problems.append(f"{where}.{field.name} must be {field.literal!r}")
        problems.extend(mismatches(field.kinds, item, f"{where}.{field.name}"))
    return problems


def decode(method: str, raw: Mapping[str, Json]) -> tuple[JsonObject, list[str]]:
    """Turn request parameters into typed ones; the second part lists what does not fit.

    `raw` holds strings (form, query), JSON values (JSON body) and `Upload`s (multipart).
    Uploads that another parameter names by `attach://` are not parameters themselves.
    """
    fields = {field.name: field for field in METHODS[method]}
    attached = {name for v in raw.values() if isinstance(v, str) for name in _ATTACHED.findall(v)}
    params: JsonObject = {}
    problems: list[str] = []
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            if not (isinstance(value, Upload) and name in attached):
                problems.append(f"unknown parameter {name!r}")
            continue
        params[name], found = _decoded(field, value, raw)
        problems.extend(found)
    problems.extend(
        f"parameter {field.name!r} is required"
        for field in fields.values()
        if field.required and field.name not in params
    )
    return params, problems


def _decoded(field: Field, value: Json, raw: Mapping[str, Json]) -> tuple[Json, list[str]]:
    if isinstance(value, str):
        if "InputFile" in field.kinds and (match := _ATTACHED.fullmatch(value)):
            value = raw.get(match[1])
        else:
            value = _from_text(field.kinds, value)
    return value, mismatches(field.kinds, value, field.name)


def _from_text(kinds: tuple[str, ...], text: str) -> Json:
    """Read a parameter given as text; what cannot be read stays text and fails the check."""
    if "Integer" in kinds and _INTEGER.match(text):
        return int(text)
    if "String" in kinds:
        return text
    if "Float" in kinds and _FLOAT.match(text):
        return float(text)
    if "Boolean" in kinds:
        return {"true": True, "false": False}.get(text, text)
    if "Integer" in kinds or "Float" in kinds:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
