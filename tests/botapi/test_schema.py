"""The schema against a second transcription of the Bot API: aiogram's method models."""

import importlib
from types import ModuleType

import pytest

from tests.botapi.methods import METHODS as SIMULATED
from tests.botapi.methods import NOT_SIMULATED
from tests.botapi.schema import METHODS, UNIONS, Upload, decode, mismatches

NAMES = sorted({*SIMULATED, "getUpdates"})


@pytest.fixture(scope="module")
def theirs() -> ModuleType:
    """The other library; importing it takes seconds, which only this comparison needs."""
    return importlib.import_module("aiogram.methods")


@pytest.mark.xdist_group("aiogram")
@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_another_library_knows(name: str, theirs: ModuleType) -> None:
    model = getattr(theirs, name[0].upper() + name[1:])
    fields = {field.alias or key: field for key, field in model.model_fields.items()}
    ours = {field.name: field for field in METHODS[name]}
    assert ours.keys() - fields.keys() == set()
    required = {key for key, field in ours.items() if field.required}
    assert required == {key for key in ours if fields[key].is_required()}


def test_what_is_called_not_simulated_exists() -> None:
    known = {field.name for name in NAMES for field in METHODS[name]}
    assert known >= NOT_SIMULATED


def test_members_of_unions_are_told_apart() -> None:
    scope = {"type": "chat", "chat_id": 5}
    assert mismatches(("BotCommandScope",), scope, "scope") == []
    wrong = mismatches(("BotCommandScope",), {"type": "chat"}, "scope")
    assert wrong == ["scope.chat_id is missing"]
    assert mismatches(("BotCommandScope",), {"type": "none"}, "scope")
    assert all(UNIONS.values())


def test_text_is_decoded_by_the_type_of_its_parameter() -> None:
    params, problems = decode(
        "sendMessage",
        {"chat_id": "-5", "text": "7", "protect_content": "true", "entities": "[]"},
    )
    assert params == {"chat_id": -5, "text": "7", "protect_content": True, "entities": []}
    assert problems == []


def test_an_attached_file_is_found_and_a_stray_one_is_not() -> None:
    file = Upload("a.txt", "text/plain", b"x")
    raw = {"chat_id": "1", "document": "attach://a", "a": file}
    assert decode("sendDocument", raw) == ({"chat_id": 1, "document": file}, [])
    assert decode("sendDocument", raw | {"b": file})[1] == ["unknown parameter 'b'"]


@pytest.mark.parametrize("value", [2**63, 1.5, True, "1 ", [], None])
def test_what_is_no_integer(value: object) -> None:
    assert decode("getUpdates", {"offset": value})[1] == ["offset must be Integer"]
