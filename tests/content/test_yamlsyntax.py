"""A file that cannot be read is explained in words an editor knows, where the mistake is."""

import pytest

from bot.content.yamlfile import parse

MISTAKES = [
    ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> c\n", 2, "two versions", "keep one"),
    ("a:\n\tb: 1\n", 2, "a tab stands", "spaces"),
    ("a:\n  b: 1\n\tc: 2\n", 3, "a tab stands", "spaces"),
    ("a:\n  b: 1\n c: 2\n", 3, "another column", "same column"),
    ("q:\n  - ask: c\n    t: x\n   u: y\n", 4, "another column", "same column"),
    ("a:\n  b: 1\n    c: 2\n", 3, "further right", "same column"),
    ("a:\n  b:1\n  c: 2\n", 3, "further right", "a space"),
    ("a: 1\nb c\nd: 2\n", 2, "neither a name", "name: value"),
    ("a:\n  - x\n  -y\n", 3, "nor a dash with a space", "- text"),
    ("a: b: c\n", 1, "a second `: `", "quotes"),
    ("a: {text: b: c, d: e}\n", 1, "cannot be read here", "quotes"),
    ("a:\n  b: {text: x, c: y\n  d: 1\n", 2, "`{` is not closed", "`}`"),
    ("a: [x, y\nb: 1\n", 1, "`[` is not closed", "`]`"),
    ('a: 1\nb: "x\nc: 2\nd: 3\n', 2, "the quote that opens here", "closing quote"),
    ('a: 1\nb: "x\nc: "y"\nd: 3\n', 2, "the quote that opens here", "closing quote"),
    ('a: "x "y" z"\n', 1, "goes on behind", "quotes"),
    ('a: "x" y\n', 1, "goes on behind", "quotes"),
    ("a:\n  - {phone:police} rufen\n", 2, "goes on behind", "quotes"),
    ("a: @x\n", 1, "cannot begin with `@`", "quotes"),
    ("a: >x\n", 1, "cannot begin with `>`", "quotes"),
    ("a: ,x\n", 1, "cannot begin with `,`", "quotes"),
    ('a: "x\\d"\n', 1, "a backslash", "twice"),
    ("a:\n  b: - x\n", 2, "in the middle of a line", "a line of its own"),
]


@pytest.mark.parametrize(("text", "line", "what", "remedy"), MISTAKES)
def test_unreadable_file_is_explained(text: str, line: int, what: str, remedy: str) -> None:
    document, (problem,) = parse("topics/a.yaml", text.encode())
    assert document is None
    assert (problem.code, problem.line) == ("yaml-syntax", line)
    assert what in problem.message
    assert remedy in problem.remedy
