"""The checks' documentation as data: its tables of codes, read from the page editors know.

What a finding says itself is with its `Code`; here is what the page adds, an example.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.model.editing import Explained

PAGE = Path(__file__).parents[3] / "docs" / "content-checks.md"
_ROW = re.compile(r"\| `([a-z-]+)`( \(warning\))? \| (.+) \| (.+) \|")


def explained(page: str) -> Iterator[Explained]:
    """Each row of the tables of codes, below the heading where it stands."""
    heading = ""
    for line in page.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif row := _ROW.fullmatch(line):
            code, warning, example, remedy = row.groups()
            yield Explained(heading, code, warning is not None, example, remedy)
