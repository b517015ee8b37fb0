"""The deletion concept knows every table, and says of each what the program says."""

import re
from pathlib import Path

from bot.store.tables import metadata
from tests.architecture import tree

CONCEPT = tree.text(Path("docs/security/deletion-concept.md"))


def test_the_deletion_concept_has_the_rule_of_every_table() -> None:
    written = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", CONCEPT, re.MULTILINE))
    assert written == {name: table.info["erase"] for name, table in metadata.tables.items()}
