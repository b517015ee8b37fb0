"""Which test proves which fault: read from the tests' docstrings, written into docs/faults.md.

`python -m tests.architecture.faults` brings the last column of that page up to date and says what
is open. The other columns are prose that people write; what a fault means is not decided here.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture import tree

NUMBERS = range(1, 89)
PAGE = Path("docs/faults.md")
REASONS = "-faults-not-tested-here.md"
_ROW = re.compile(r"^\| (\d+) \| ([^|]+ \| [^|]+) \| ([^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"\bfault (\d+)\b", re.IGNORECASE)


@cache
def proofs() -> dict[int, tuple[Path, ...]]:
    """For each fault that a test's docstring names, the files with such tests, in path order."""
    found: dict[int, set[Path]] = {}
    for path in tree.python("tests"):
        for number in named_in(tree.parsed(path)):
            found.setdefault(number, set()).add(path)
    return {number: tuple(sorted(paths)) for number, paths in sorted(found.items())}


def named_in(module: ast.Module) -> set[int]:
    """The faults that tests of `module` name; a helper's or the module's docstring proves none."""
    docstrings = (ast.get_docstring(test) or "" for test in tests_of(module))
    return {int(number) for text in docstrings for number in _NAMED.findall(text)}


def tests_of(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Test functions, and classes: a state machine is one test with its rules."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            yield node


def reasons() -> dict[int, Path]:
    """The faults that a decision says cannot be tested here, with that decision."""
    decisions = [path for path in tree.tracked() if path.name.endswith(REASONS)]
    return {
        int(number): path
        for path in decisions
        for number in re.findall(r"^\| (\d+) \| .{20,} \|$", tree.text(path), re.MULTILINE)
    }


def rows() -> dict[int, str]:
    """The page's rows: the last column of each fault, in the order of the page."""
    return {int(row[1]): row[3] for row in _ROW.finditer(tree.text(PAGE))}


def open_faults() -> list[int]:
    """The faults that nothing proves and nothing excuses."""
    settled = {*proofs(), *reasons()}
    return [number for number in NUMBERS if number not in settled]


def renewed(page: str) -> str:
    """The page with its last column as the tests are now."""
    by_test, by_reason = proofs(), reasons()

    def row(found: re.Match[str]) -> str:
        number = int(found[1])
        links = [f"[{path.stem}](../{path})" for path in by_test.get(number, ())]
        if number in by_reason:
            links.append(f"[why not here]({by_reason[number].relative_to('docs')})")
        return f"| {number} | {found[2]} | {', '.join(links) or 'open'} |"

    return _ROW.sub(row, page)


def main() -> None:
    page = tree.ROOT / PAGE
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
    still = ", ".join(map(str, open_faults())) or "none"
    sys.stdout.write(f"{PAGE} is up to date; open faults: {still}\n")


if __name__ == "__main__":
    main()
