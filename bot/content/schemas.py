"""JSON Schemas of the content files, for completion and hints in editors.

They are made of the same shapes that files are held against, with the descriptions of
the fields, and say less: what texts refer to is only known to the check. `known.json`
beside them lists the ids there are; it only makes suggestions, so that a new role is
never called wrong because the list is older.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from bot.content import schema_lists as lists
from bot.content.schema import ID_PATTERN
from bot.content.schema_ask import QuestionsFile
from bot.content.schema_region import QueuesFile, RegionFile
from bot.content.schema_topic import PeopleFile, TopicFile
from bot.content.sources import Sources, read_sources, runnable_ids

SHAPES: dict[str, type[BaseModel]] = {
    "topic": TopicFile,
    "people": PeopleFile,
    "questions": QuestionsFile,
    "home": lists.HomeFile,
    "papers": lists.PapersFile,
    "roles": lists.RolesFile,
    "phones": lists.PhonesFile,
    "facts": lists.FactsFile,
    "emergency": lists.EmergencyFile,
    "replies": lists.RepliesFile,
    "glossary": lists.GlossaryFile,
    "region": RegionFile,
    "queues": QueuesFile,
}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
KNOWN: Final = "known"
"""The file of suggestions."""

_FIELD = rf"^({ID_PATTERN}\.)?{ID_PATTERN}$"
_FIELDS: Final = {"pattern": _FIELD, "anyOf": [{"$ref": f"{KNOWN}.json#/$defs/shared"}, True]}
"""Questions of the own topic go by their name, shared ones are suggested."""

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CONDITION: Final[Mapping[str, Any]] = {
    "description": "A mapping is AND: each question with its answer, a list of answers, or a "
    "comparison of numbers or dates. `all`, `any` and `not` join conditions.",
    "type": "object",
    "minProperties": 1,
    "propertyNames": _FIELDS,
    "properties": {
        "all": {
            "description": "All of these hold.",
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/Condition"},
        },
        "any": {
            "description": "At least one of these holds.",
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/Condition"},
        },
        "not": {"description": "The opposite.", "$ref": "#/$defs/Condition"},
    },
    "additionalProperties": {
        "type": ["string", "number", "array", "object"],
        "items": {"type": ["string", "number"]},
        "minItems": 1,
        "minProperties": 1,
        "properties": {
            name: {"description": told, "type": ["number", "string"]}
            for name, told in (
                ("lt", "less than; before"),
                ("lte", "at most; until"),
                ("gt", "more than; after"),
                ("gte", "at least; from"),
            )
        }
        | {
            "between": {
                "description": "from the first to the second, both included",
                "type": "array",
                "items": {"type": ["number", "string"]},
                "minItems": 2,
                "maxItems": 2,
            }
        },
        "additionalProperties": False,
    },
}
_GIVEN: Final[Mapping[str, Any]] = {
    "type": "object",
    "propertyNames": _FIELDS,
    "additionalProperties": {"type": ["string", "number", "array"], "items": {"type": "string"}},
}
_NOTHING: Final[Mapping[str, Any]] = {"not": {}}
"""What nothing fits."""
_OWN: Final = {"Condition": _CONDITION, "Given": _GIVEN}


class _Generator(GenerateJsonSchema):
    """pydantic's schema, with keys of mappings told as editors' completion needs them."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        keys = self.generate_inner(schema["keys_schema"]).copy()
        values = self.generate_inner(schema["values_schema"])
        if "enum" in keys:
            named = {str(key): values for key in keys["enum"]}
            return {"type": "object", "properties": named, "additionalProperties": False}
        keys.pop("type", None)
        return {"type": "object", "propertyNames": keys, "additionalProperties": values}


def json_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file by name."""
    return {name: _schema(name, shape) for name, shape in SHAPES.items()}


def _schema(name: str, shape: type[BaseModel]) -> dict[str, Any]:
    raw = shape.model_json_schema(by_alias=True, schema_generator=_Generator)
    made = _tidied(raw)
    needed = {own: dict(schema) for own, schema in _OWN.items() if own in json.dumps(made)}
    defs = {**made.pop("$defs", {}), **needed}
    for owner, rules in _RULES.items():
        if owner in defs:
            defs[owner] = {**defs[owner], "allOf": list(rules)}
    head = {"$schema": DIALECT, "title": f"{name}.yaml"}
    return {**head, **made, **({"$defs": defs} if defs else {})}


def _tidied(schema: Any) -> Any:
    """Without what only programs need, and with references to what is defined by hand."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: {name: _tidied(each) for name, each in value.items()}
        if key in {"properties", "$defs"}
        else _tidied(value)
        for key, value in schema.items()
        if key != "title"
    }
    if made.get("default", ...) in (None, [], {}):
        made.pop("default")
    if made.get("format") == "date":
        made["pattern"] = _DAY
    if (own := made.pop("x-ref", None)) is not None:
        made["$ref"] = f"#/$defs/{own}"
    if (what := made.pop("x-known", None)) is not None:
        made["anyOf"] = [{"$ref": f"{KNOWN}.json#/$defs/{what}"}, True]
    return _without_null(made)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be left out is left out, never written as null."""
    if schema.get("type") == "null":
        return {**_NOTHING, **{key: schema[key] for key in ("description",) if key in schema}}
    choices = [each for each in schema.get("anyOf", []) if each != _NOTHING]
    if len(choices) == 1:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**choices[0], **rest}
    return {**schema, "anyOf": choices} if choices else schema


def _when(key: str, values: Iterable[str]) -> dict[str, Any]:
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


def _none_of(*names: str) -> dict[str, Any]:
    return {"properties": dict.fromkeys(names, _NOTHING)}


_OF_QUESTIONS: Final = (
    {
        "if": _when("type", ("choice", "multi")),
        "then": {"required": ["options"], "properties": {"options": {"minProperties": 2}}},
        "else": _none_of("options"),
    },
    {"if": _when("type", ("number",)), "else": _none_of("min", "max")},
    {"if": _when("type", ("yes_no",)), "else": _none_of("danger")},
    {
        "if": {"properties": {"sensitive": {"const": True}}, "required": ["sensitive"]},
        "then": {"required": ["retention"]},
    },
)
_RULES: Final[Mapping[str, tuple[Mapping[str, Any], ...]]] = {
    "OwnQuestion": _OF_QUESTIONS,
    "SharedQuestion": _OF_QUESTIONS,
    "AskShape": _OF_QUESTIONS,
    "FactShape": (
        {
            "if": _when("unit", ("date",)),
            "then": {
                "properties": {"values": {"items": {"properties": {"value": {"type": "string"}}}}}
            },
            "else": {
                "properties": {"values": {"items": {"properties": {"value": {"type": "number"}}}}}
            },
        },
    ),
    "CardShape": (
        {
            "if": {"properties": {"otherwise": {"const": True}}, "required": ["otherwise"]},
            "then": _none_of("when"),
        },
    ),
}
"""What shapes check beyond their fields, in the words of JSON Schema."""


# --- ids there are -----------------------------------------------------------------


def known_ids(content_dir: Path) -> dict[str, Any]:
    """The ids that content defines today, as a schema to suggest from."""
    found: dict[str, dict[str, None]] = {}
    for region in runnable_ids(content_dir):
        for what, name in _ids(read_sources(content_dir, region)):
            found.setdefault(what, {})[name] = None
    kinds = ("role", "paper", "queue", "group", "topic", "phone", "danger", "shared", "card")
    defs = {what: {"enum": sorted(found.get(what, {"none": None}))} for what in kinds}
    return {"$schema": DIALECT, "title": "ids that content defines", "$defs": defs}


def _ids(sources: Sources) -> Iterator[tuple[str, str]]:
    lists_of = {
        "role": sources.roles and sources.roles.shape.roles,
        "paper": sources.papers and sources.papers.shape.papers,
        "group": sources.home and sources.home.shape.groups,
        "phone": sources.phones and sources.phones.shape.phones,
        "danger": sources.emergency and sources.emergency.shape.kinds,
    }
    for what, names in lists_of.items():
        yield from ((what, name) for name in names or ())
    yield from (("topic", name) for name in sources.topic_ids)
    for file in sources.queues or ():
        yield from (("queue", name) for name in file.shape.queues)
    for name in sources.people.shape.questions if sources.people else ():
        yield "shared", f"person.{name}"
    for topic, topic_file in sources.topics.items():
        yield from (("card", f"{topic}.{name}") for name in topic_file.shape.cards)


def as_text(schema: Mapping[str, Any]) -> str:
    """A schema as it is written to its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
