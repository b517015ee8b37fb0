"""Rules no linter knows: sizes, leftovers, and what a plain clone must not name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
NO_NAMES = {"utils.py", "helpers.py", "base.py", "common.py", "misc.py"}
LEFTOVERS = ("TO" + "DO", "FIX" + "ME")
REGISTRIES = (
    "pypi" + ".org",
    "files." + "pythonhosted",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "registry." + "yarnpkg",
)
MACHINE_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/op" + "t/wheels")
# Locks name packages and hashes by the hundred; the licence text is the Commission's.
WRITTEN_ELSEWHERE = {Path("LICENSE"), Path("package-lock.json")}

MODULES = tree.python("bot", "tests")


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last statement; the docstring counts, decorators do not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(tree.text(path).splitlines()) <= LONGEST_MODULE
    too_long = {f.name: length(f) for f in functions(tree.parsed(path))}
    assert {name: lines for name, lines in too_long.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", tree.python("bot"), ids=str)
def test_module_says_what_it_is(path: Path) -> None:
    is_empty_package = path.name == "__init__.py" and not tree.text(path).strip()
    assert is_empty_package or ast.get_docstring(tree.parsed(path))


def test_every_module_has_a_name_that_says_something() -> None:
    assert [path for path in MODULES if path.name in NO_NAMES] == []


@pytest.mark.parametrize("word", [*LEFTOVERS, *REGISTRIES, *MACHINE_PATHS])
def test_no_file_contains(word: str) -> None:
    prose = (path for path in tree.tracked() if path not in WRITTEN_ELSEWHERE)
    assert [str(path) for path in prose if word in tree.text(path)] == []


@pytest.mark.parametrize("word", REGISTRIES)
def test_locks_name_no_registry(word: str) -> None:
    assert word not in tree.text(Path("package-lock.json"))


def test_lengths_are_measured() -> None:
    source = "def short():\n    return 1\n\n\nasync def long():\n" + "    pass\n" * 41
    assert [length(f) for f in functions(ast.parse(source))] == [2, 42]
