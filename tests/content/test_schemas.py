"""The published schemas: as an editor's program uses them, on good content and on mistakes."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from pydantic import BaseModel
from referencing import Registry, Resource

from bot.content.schema_files import first_line, without_line, write_schemas
from bot.content.schemas import DIALECT, SHAPES, as_text, json_schemas, known_ids
from bot.content.yamlfile import Data, parse
from tests.content.folder import Folder

CONTENT = Path(__file__).parents[2] / "content"
FOLDER = CONTENT / "schema"
FILES = sorted(CONTENT.rglob("*.yaml"))
TOPIC, PEOPLE, FACTS = "topics/courses.yaml", "people.yaml", "facts.yaml"
REGION, DANGER = "regions/kreis/region.yaml", "emergency.yaml"


@cache
def validator(kind: str) -> Draft202012Validator:
    """What an editor makes of the published files of a kind."""
    published = {
        path.name: Resource.from_contents(json.loads(path.read_text(encoding="utf-8")))
        for path in FOLDER.glob("*.json")
    }
    registry: Registry[Any] = Registry().with_resources(published.items())
    return Draft202012Validator(published[f"{kind}.json"].contents, registry=registry)


def faults(path: Path, root: Path) -> list[ValidationError]:
    document, problems = parse(str(path), path.read_bytes())
    assert document is not None, problems
    kind = re.search(r"(\w+)\.json$", first_line(path.relative_to(root)))
    assert kind is not None
    found = validator(kind[1]).iter_errors(as_json(document.data))
    return sorted(found, key=lambda fault: fault.json_path)


def as_json(value: Data) -> Any:
    """YAML as programs read it that know no dates: they stay text."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


# --- what is published --------------------------------------------------------------


@pytest.mark.parametrize("kind", SHAPES)
def test_published_schemas_are_those_of_today(kind: str) -> None:
    """If this fails: `lotse content schema` writes them anew."""
    assert (FOLDER / f"{kind}.json").read_text(encoding="utf-8") == as_text(json_schemas()[kind])


def test_suggestions_name_only_what_there_is() -> None:
    """They may lag behind what is new; what is gone must not be suggested."""
    published = json.loads((FOLDER / "known.json").read_text(encoding="utf-8"))["$defs"]
    there = known_ids(CONTENT)["$defs"]
    assert published.keys() == there.keys()
    gone = {what: set(published[what]["enum"]) - set(there[what]["enum"]) for what in there}
    assert {what: names for what, names in gone.items() if names} == {}


@pytest.mark.parametrize("kind", [*SHAPES, "known"])
def test_schemas_are_of_the_dialect_they_name(kind: str) -> None:
    schema = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == DIALECT
    Draft202012Validator.check_schema(schema)


def models(kind: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """A shape and all shapes within it."""
    seen.add(kind)
    for info in kind.model_fields.values():
        for inner in models_in(info.annotation):
            if inner not in seen:
                models(inner, seen)
    return seen


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from models_in(argument)


ALL_MODELS = set[type[BaseModel]]().union(*(models(shape, set()) for shape in SHAPES.values()))


@pytest.mark.parametrize("model", sorted(ALL_MODELS, key=str), ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    assert [name for name, info in model.model_fields.items() if not info.description] == []


def test_descriptions_reach_the_schema() -> None:
    topic = json_schemas()["topic"]
    title = topic["$defs"]["CardShape"]["properties"]["title"]
    assert title["description"].startswith("What it is about, in at most 40 characters.")
    assert set(topic["properties"]) >= {"schema", "title", "questions", "cards", "handoff", "tests"}


# --- good content -------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CONTENT)))
def test_content_is_valid(path: Path) -> None:
    assert [(fault.json_path, fault.message) for fault in faults(path, CONTENT)] == []


def test_every_content_file_names_its_schema() -> None:
    """If this fails: `lotse content schema` says which line is missing."""
    assert [str(path) for path, _ in without_line(CONTENT)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CONTENT)))
def test_the_line_leads_to_the_schema(path: Path) -> None:
    named = path.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
    assert (path.parent / named).resolve().parent == FOLDER


def test_short_and_long_forms_are_both_valid(folder: Folder) -> None:
    for path in sorted(folder.content.rglob("*.yaml")):
        assert [fault.message for fault in faults(path, folder.content)] == []


# --- mistakes -----------------------------------------------------------------------

MISTAKES = [
    (TOPIC, "urgency: soon", "urgency: today", "$.cards.family.urgency", "is not one of"),
    (TOPIC, "type: yes_no", "type: maybe", "$.questions[2].type", "is not one of"),
    (
        TOPIC,
        "title: Mehr sprechen",
        "titel: Mehr sprechen",
        "$.cards.talk",
        "'titel' was unexpected",
    ),
    (TOPIC, 'icon: "@"\n', "", "$", "'icon' is a required property"),
    (TOPIC, "  - ask: level", "  - ask: Level", "$.questions[1].ask", "does not match"),
    (
        TOPIC,
        "childcare: yes, person",
        "childcare: true, person",
        "$.tests[0].given.childcare",
        "type",
    ),
    (
        TOPIC,
        "max_age: 180d",
        "max_age: 180",
        "$.cards.course.source.max_age",
        "not of type 'string'",
    ),
    (TOPIC, 'url: "https://www.bamf.de/"', "url: bamf", "$.cards.course.source.url", "not match"),
    (TOPIC, "review_by: 2027-03-01", "review_by: March", "$.review_by", "does not match"),
    (TOPIC, "{not: {level: good}}", "{not: level}", "$.questions[2].when.not", "type 'object'"),
    (TOPIC, "local: {body: required}", "local: {body: must}", "$.cards.first.local.body", "one of"),
    (TOPIC, "local: {body", "local: {foot", "$.cards.first.local", "'foot' was unexpected"),
    (
        TOPIC,
        "otherwise: true",
        "otherwise: true\n    when: {level: good}",
        "$.cards.first.when",
        "should not be valid",
    ),
    (TOPIC, "priority: P2", "priority: P7", "$.tests[1].priority", "is not one of"),
    (TOPIC, "- use: person.place", "- use: place", "$.questions[3].use", "does not match"),
    (PEOPLE, "    type: place", "    type: choice", "$.questions.place", "'options' is a required"),
    (PEOPLE, "valid_for: 30d", "valid_for: 30 days", "$.questions.paper.valid_for", "not match"),
    (FACTS, "value: 600", "value: six", "$.facts.lessons.values[0].value", "type 'number'"),
    (FACTS, "unit: lessons", "unit: hour", "$.facts.lessons.unit", "is not one of"),
    (DANGER, "priority: P0", "priority: high", "$.kinds.violence.priority", "is not one of"),
    (DANGER, "phones: [police]", "phones: police", "$.kinds.violence.phones", "type 'array'"),
    (REGION, "state: BW", "state: Baden", "$.state", "is not one of"),
    (REGION, "phone: 07000 2", "phone: none", "$.offices.centre.phone", "does not match"),
    (REGION, '"08:00-12:00"', "8 bis 12", "$.offices.centre.hours.mon[0]", "does not match"),
    (REGION, "courses.first:", "first:", "$.fill", "does not match"),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "message"), MISTAKES)
def test_a_mistake_is_marked_where_it_stands(
    folder: Folder, file: str, old: str, new: str, path: str, message: str
) -> None:
    text = folder.read(file)
    assert old in text
    folder.write(file, text.replace(old, new, 1))
    found = faults(folder.content / file, folder.content)
    assert {fault.json_path for fault in found} == {path}
    assert [fault.message for fault in found if message in fault.message] != []
    assert folder.problems() != (), "the check finds it too"


# --- the command --------------------------------------------------------------------


def test_schemas_are_written_once_and_lines_asked_for(folder: Folder) -> None:
    code, lines = write_schemas(folder.content)
    assert (code, lines[-1]) == (1, "14 files changed")
    missing = [line for line in lines if "does not name its schema" in line]
    assert len(missing) == 13
    for path, line in without_line(folder.content):
        path.write_text(f"{line}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert write_schemas(folder.content) == (0, ["0 files changed"])
    assert folder.codes() == set()


def test_schemas_can_be_written_elsewhere(folder: Folder, tmp_path: Path) -> None:
    _, lines = write_schemas(folder.content, tmp_path / "here" / "schema")
    assert str(tmp_path / "here" / "schema" / "topic.json") in lines
    suggestions = json.loads((tmp_path / "here/schema/known.json").read_text(encoding="utf-8"))
    assert suggestions["$defs"]["role"]["enum"] == ["advice", "school"]
    assert suggestions["$defs"]["shared"]["enum"] == ["person.paper", "person.place"]


def test_a_folder_that_cannot_be_written_is_told(folder: Folder) -> None:
    code, (line,) = write_schemas(folder.content, folder.content / "home.yaml")
    assert code == 2
    assert "home.yaml" in line
