"""Holds a document against its shape and says in words what does not fit, and where.

pydantic finds all faults at once; this module gives each its position from the
document's marks. The shapes themselves are in `schema*.py`.
"""

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.problems import Code, Problem, listed
from bot.content.yamlfile import Document

MISSING = Code("field-missing", "`{name}` is missing", "add `{name}:` here")
UNKNOWN = Code("field-unknown", "`{name}` is not known here", "{hint}")
TYPE = Code("wrong-type", "`{name}` must be {wanted}", "write {wanted}")
CHOICE = Code("value-unknown", "`{value}` is not allowed for `{name}`", "write one of: {wanted}")
RANGE = Code("value-out-of-range", "`{value}` is not allowed for `{name}`", "{hint}")

_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date like 2026-03-01",
    "list_type": "a list",
    "dict_type": "`name: value` lines",
    "model_type": "`name: value` lines",
    "model_attributes_type": "`name: value` lines",
    "decimal_type": "a number",
    "is_instance_of": "a number",
    "tuple_type": "a list",
}

_SPLIT = "put the whole text in quotes: what stands before its colon is read as a name"

Shape = TypeVar("Shape", bound=BaseModel)


def validate(shape: type[Shape], document: Document) -> tuple[Shape | None, list[Problem]]:
    """Return the document as `shape`, or None and everything that is wrong with it."""
    try:
        return shape.model_validate(document.data), []
    except ValidationError as error:
        errors = [each for each in error.errors() if not _only_follows(each)]
        found = [_problem(details, document, shape) for details in errors]
        return None, list(dict.fromkeys(found))


def _problem(details: ErrorDetails, document: Document, shape: type[BaseModel]) -> Problem:
    path = _path(details["loc"], document.data)
    position = document.at(*path)
    name = next((part for part in reversed(path) if isinstance(part, str)), "file")
    kind, value = details["type"], details["input"]
    context = details.get("ctx", {})
    if kind == "content":
        code: Code = context["kind"]
        return code.at(position, **context["values"])
    if kind == "missing":
        return MISSING.at(position, name=details["loc"][-1])
    if kind == "extra_forbidden":
        known = _known_fields(shape, details["loc"])
        split = "text" in known and _is_split_text(_inside(document.data, path[:-1]))
        hint = _SPLIT if split else _hint(str(name), known)
        return UNKNOWN.at(document.at_key(*path), name=name, hint=hint)
    if kind in _TYPES:
        return TYPE.at(position, name=name, wanted=_TYPES[kind])
    if kind in ("literal_error", "enum"):
        return CHOICE.at(
            position, name=name, value=value, wanted=context["expected"].replace("'", "")
        )
    return RANGE.at(position, name=name, value=value, hint=str(details["msg"]))


def _only_follows(details: ErrorDetails) -> bool:
    """Whether the text is missing only because its own colon made a name of its beginning."""
    missing = details["type"] == "missing" and details["loc"][-1] == "text"
    return missing and _is_split_text(details["input"])


def _is_split_text(value: Any) -> bool:
    """Whether a text with a colon may have become `value`: one name that begins as a sentence."""
    return isinstance(value, dict) and len(value) == 1 and not next(iter(value))[:1].islower()


def _inside(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def _path(loc: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """The part of pydantic's location that exists in the data.

    pydantic also names union members, validators and dictionary keys; those are
    left out. A missing field ends the path at what it is missing from.
    """
    path: list[str | int] = []
    for part in loc:
        if isinstance(data, dict) and part in data:
            data = data[str(part)]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _hint(name: str, known: list[str]) -> str:
    if name.isdigit():
        return "write a number with a point, not a comma: 12.50"
    if " " in name:
        return "put the whole text in quotes: inside {...} a comma ends it"
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"take it out; known here: {listed(known, 20)}" if known else "take it out"


def _known_fields(shape: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The names the innermost model on the way to `loc` knows."""
    models = [shape]
    for part in loc[:-1]:
        annotation = next(
            (
                info.annotation
                for key, info in models[-1].model_fields.items()
                if part in (key, info.alias)
            ),
            None,
        )
        inner = _models_in(annotation)
        if inner:
            models.append(inner[0])
    return [info.alias or key for key, info in models[-1].model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments = getattr(annotation, "__args__", ())
    return [model for argument in arguments for model in _models_in(argument)]
