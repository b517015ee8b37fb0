"""Files that carry something dangerous out or in: formulas, tricks in PDF, archives that climb.

Lotse hands out no table, no PDF and no archive, and that is held here; the one archive it reads is
git's own, of content as it was.
"""

import subprocess
from pathlib import Path

import pytest

from bot.content.revisions import NoRevision, at_revision
from tests.architecture import tree
from tests.faults.test_addresses import imported

WRITES_TABLES_OR_DOCUMENTS = {"csv", "openpyxl", "xlsxwriter", "odf", "reportlab", "fpdf", "typst"}
READS_ARCHIVES = {"tarfile", "zipfile", "gzip", "bz2", "lzma", "shutil.unpack_archive"}


def using(names: set[str]) -> set[str]:
    """The modules of the program that import one of `names`."""
    return {
        str(path)
        for path in tree.python("bot")
        for name in imported(tree.parsed(path))
        if any(name == one or name.startswith(f"{one}.") for one in names)
    }


def test_no_table_and_no_document_leaves_the_program() -> None:
    """What is not written cannot carry a formula; who adds an export answers here: fault 80."""
    assert using(WRITES_TABLES_OR_DOCUMENTS) == set()
    handed_out = [
        str(path) for path in tree.python("bot") if "content-disposition" in tree.text(path).lower()
    ]
    assert handed_out == []


def test_only_the_archive_of_git_is_read() -> None:
    """Nobody uploads archives; who begins to read another one answers here: fault 80."""
    assert using(READS_ARCHIVES) == {"bot/content/revisions.py"}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "../locales"])
def test_a_link_in_old_content_leads_nowhere(tmp_path: Path, target: str) -> None:
    """A revision with a link out of the content is refused in a sentence: fault 59, fault 80."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "good.yaml").write_text("good", encoding="utf-8")
    (content / "evil").symlink_to(target)
    identity = ["-c", "user.name=Editor", "-c", "user.email=editor@county.example"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "content"]):
        subprocess.run(["git", "-C", str(tmp_path), *identity, *command], check=True)
    with pytest.raises(NoRevision, match="take the link out"), at_revision([content], "HEAD"):
        pytest.fail("the link was laid out")
