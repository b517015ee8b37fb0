"""The editors' pages name every code and no other, and their truth table is true."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import bot.content
from bot.content.conditions import Scope, read_condition
from bot.content.problems import Code
from bot.content.yamlfile import Data, parse
from bot.engine.rules import truth
from bot.model.content import Option, Question, QuestionType
from bot.model.conversation import AnswerValue

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
PAGE = (DOCS / "content-checks.md").read_text(encoding="utf-8")
TABLE = (DOCS / "conditions.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\{.*\})` \| `(\{.*\})` \| (true|false|unknown) \|$", re.MULTILINE)
MEANT = {"true": True, "false": False, "unknown": None}


def codes() -> Iterator[Code]:
    for module in pkgutil.walk_packages(bot.content.__path__, "bot.content."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Code):
                yield value


NAMES = sorted({code.name for code in codes()})


def test_page_explains_every_code_and_no_other() -> None:
    assert sorted(re.findall(r"^\| `([a-z-]+)`", PAGE, re.MULTILINE)) == NAMES


def test_page_says_which_findings_are_warnings() -> None:
    marked = set(re.findall(r"^\| `([a-z-]+)` \(warning\)", PAGE, re.MULTILINE))
    assert marked == {code.name for code in codes() if code.severity.value == "warning"}


def test_a_name_means_the_same_severity_everywhere() -> None:
    assert len({(code.name, code.severity) for code in codes()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_reported_in_a_test(name: str) -> None:
    files = [path for path in HERE.rglob("*") if path.suffix in (".py", ".yaml")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert any(re.search(rf"\b{name}\b", text) for text in texts)


def asked(name: str, type_: QuestionType, *options: str) -> Question:
    made = tuple(Option(option, option, option) for option in options)
    return Question(f"t.{name}", type_, name, name, options=made)


QUESTIONS = [
    asked("level", QuestionType.CHOICE, "none", "basic", "good"),
    asked("needs", QuestionType.MULTI, "women", "evening", "online"),
    asked("age", QuestionType.NUMBER),
    asked("since", QuestionType.DATE),
]


def value(raw: Data) -> AnswerValue:
    if isinstance(raw, list):
        return tuple(str(each) for each in raw)
    assert raw is not None
    assert not isinstance(raw, dict)
    return Decimal(raw) if isinstance(raw, int) else raw


@pytest.mark.parametrize(("condition", "answers", "result"), ROW.findall(TABLE))
def test_truth_table(condition: str, answers: str, result: str) -> None:
    document, problems = parse("t.yaml", f"when: {condition}\ngiven: {answers}\n".encode())
    assert document is not None, problems
    scope = Scope("t", {question.id: question for question in QUESTIONS})
    meant, faults = read_condition(document.data["when"], document, ("when",), scope)
    given = document.data["given"]
    assert faults == []
    assert isinstance(given, dict)
    values = {f"t.{name}": value(raw) for name, raw in given.items()}
    assert truth(meant, values) is MEANT[result]


def test_the_table_was_found() -> None:
    assert len(ROW.findall(TABLE)) > 30
