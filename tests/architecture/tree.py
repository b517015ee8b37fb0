"""The tracked files of this checkout, as the architecture tests see them.

Only what git would hand out counts: generated, ignored and third-party files are nobody's prose.
"""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git tracks or would track (not ignored), relative to the root, in path order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def python(*tops: str) -> tuple[Path, ...]:
    """The Python modules below one of the top-level folders `tops`."""
    return tuple(path for path in tracked() if path.suffix == ".py" and path.parts[0] in tops)


def text(path: Path) -> str:
    """A tracked file as text; bytes that are no UTF-8 (images, databases) are passed over."""
    return (ROOT / path).read_text(encoding="utf-8", errors="ignore")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))
