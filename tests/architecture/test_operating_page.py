"""Every line of the log that somebody should read is explained to the county's IT, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

PAGE = tree.text(Path("docs/tasks/operate.md"))
WORTH_READING = {"warning", "error", "critical", "exception"}
WORDS = 8
"""Letters in a row that make a line recognisable; less is a frame around another text."""


def said() -> Iterator[tuple[str, str]]:
    """Where and what the program logs as a warning or worse, with `%s` where values come."""
    for path in (path for path in tree.python("bot") if "log." in tree.text(path)):
        for node in ast.walk(tree.parsed(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WORTH_READING
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
                and isinstance(text := getattr(node.args[0], "value", None), str)
                and re.search(rf"[a-z ]{{{WORDS},}}", text)
            ):
                yield path.name, text


def explained() -> tuple[tuple[str, ...], ...]:
    """Each line of the page's table as the pieces that must stand in the log's line."""
    rows = re.findall(r"^\| (`.+?) \| .+ \| .+ \|$", PAGE, re.MULTILINE)
    entries = (entry for row in rows for entry in re.findall(r"`([^`]+)`", row))
    return tuple(tuple(entry.split(" ... ")) for entry in entries)


SAID = tuple(said())
EXPLAINED = explained()


def test_there_are_lines_to_explain() -> None:
    assert len(SAID) > 20
    assert len(EXPLAINED) > 15


@pytest.mark.parametrize(("place", "line"), SAID)
def test_every_line_worth_reading_is_explained(place: str, line: str) -> None:
    assert any(all(piece in line for piece in pieces) for pieces in EXPLAINED), place


@pytest.mark.parametrize("pieces", EXPLAINED)
def test_every_line_explained_is_said(pieces: tuple[str, ...]) -> None:
    assert any(all(piece in line for piece in pieces) for _, line in SAID)
