"""`lotse content schema`: the JSON Schemas written beside the content, where editors find them.

A content file names its schema in its first line, by a path relative to itself; the
YAML extensions of editors read that line. What the schemas say is `schemas.py`'s.
"""

from collections.abc import Iterator
from pathlib import Path

from bot.content.printed import Printed
from bot.content.schemas import KNOWN, as_text, json_schemas, known_ids

FOLDER = "schema"


def write_schemas(content_dir: Path, out: Path | None = None) -> Printed:
    """Write a schema for each kind of file, and the ids there are, to `out`.

    Also names content files whose first line does not lead to their schema.
    """
    folder = out or content_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        changed = [path for path, text in _files(content_dir, folder) if _written(path, text)]
    except OSError as error:
        return 2, [str(error)]
    lost = [
        f"{path}:1:1 the first line does not name its schema -> make it: {line}"
        for path, line in without_line(content_dir)
    ]
    return int(bool(lost)), [*map(str, changed), *lost, f"{len(changed)} files changed"]


def without_line(content_dir: Path) -> Iterator[tuple[Path, str]]:
    """Content files that do not name their schema, with the line that does."""
    for path in sorted(content_dir.rglob("*.yaml")):
        line = first_line(path.relative_to(content_dir))
        with path.open(encoding="utf-8", errors="replace") as file:
            if file.readline().rstrip("\n") != line:
                yield path, line


def first_line(path: Path) -> str:
    """The line that names the schema of a content file; `path` is relative to the content."""
    kind = "topic" if path.parts[0] == "topics" else path.stem
    up = "../" * (len(path.parts) - 1)
    return f"# yaml-language-server: $schema={up}{FOLDER}/{kind}.json"


def _files(content_dir: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    for name, schema in json_schemas().items():
        yield folder / f"{name}.json", as_text(schema)
    yield folder / f"{KNOWN}.json", as_text(known_ids(content_dir))


def _written(path: Path, text: str) -> bool:
    """Write a file if it says something else so far; tell whether it did."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True
