"""Model and engine import the standard library's calculating half, and nothing that acts or asks.

import-linter keeps third parties out; this is about the standard library, which it does not judge:
a clock, a file or a random number inside the core would make the same turn differ between two runs.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

ACTING = frozenset(
    {
        "asyncio",
        "concurrent",
        "ctypes",
        "fcntl",
        "getpass",
        "glob",
        "http",
        "importlib",
        "io",
        "locale",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "pickle",
        "platform",
        "queue",
        "random",
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
        "warnings",
        "webbrowser",
        "xmlrpc",
    }
)
CORE_RINGS = {"model": ("bot.model",), "engine": ("bot.model", "bot.engine")}
CALCULATING = sys.stdlib_module_names - ACTING


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the ring"
            yield node.module or ""


def outside(module: ast.Module, own: tuple[str, ...]) -> list[str]:
    """Imports that are neither calculating standard library nor one of the packages `own`."""
    return [
        name
        for name in imported(module)
        if name.split(".")[0] not in CALCULATING
        and not any(name == package or name.startswith(package + ".") for package in own)
    ]


def core_modules() -> list[Path]:
    return [path for path in tree.python("bot") if path.parts[1] in CORE_RINGS]


@pytest.mark.parametrize("path", core_modules(), ids=str)
def test_core_only_calculates(path: Path) -> None:
    assert outside(tree.parsed(path), CORE_RINGS[path.parts[1]]) == []


def test_the_core_runs_where_nothing_is_installed() -> None:
    modules = [".".join(path.with_suffix("").parts) for path in core_modules()]
    importing = "; ".join(f"import {name.removesuffix('.__init__')}" for name in modules)
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = ['.']; {importing}"]
    done = subprocess.run(bare, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_clock_or_a_neighbour_would_be_noticed() -> None:
    source = "import time\nfrom bot.store import tables\nfrom os.path import join\nimport re"
    assert outside(ast.parse(source), ("bot.model",)) == ["time", "bot.store", "os.path"]


def test_every_forbidden_name_is_standard_library() -> None:
    assert sys.stdlib_module_names >= ACTING
