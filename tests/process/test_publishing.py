"""What editors save runs at once in the playground, or is refused whole with its findings."""

import shutil
from pathlib import Path

import pytest

from bot.content.clean import Clean, mark_of
from bot.publishing import BrokenContent, Publishing
from tests.playing.house import ROOT

KEY = "people/german#text"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def publishing(folders: Path) -> Publishing:
    return Publishing(folders / "content", folders / "locales", "musterkreis")


def edit(folders: Path, old: str, new: str) -> None:
    path = folders / "content" / "people.yaml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def test_a_changed_sentence_runs_in_content_and_wording(
    publishing: Publishing, folders: Path
) -> None:
    text = publishing.renderer.text(KEY, "de")
    assert text is not None
    edit(folders, text, "Wie gut ist Ihr Deutsch?")
    version = publishing.contents.current().version
    assert not any(problem.blocks for problem in publishing.refresh())
    assert publishing.renderer.text(KEY, "de") == "Wie gut ist Ihr Deutsch?"
    assert publishing.renderer.text(KEY, "uk") is None, "its translation belongs to the old one"
    assert publishing.contents.current().version != version


def test_broken_content_changes_nothing(publishing: Publishing, folders: Path) -> None:
    """A running bot keeps its content: fault 59."""
    before = publishing.contents.current()
    text = publishing.renderer.text(KEY, "de")
    edit(folders, "type: choice", "type: choise")
    found = [problem for problem in publishing.refresh() if problem.blocks]
    assert found
    assert publishing.contents.current() is before
    assert publishing.renderer.text(KEY, "de") == text


def test_nothing_starts_on_broken_content(folders: Path) -> None:
    edit(folders, "type: choice", "type: choise")
    with pytest.raises(BrokenContent) as caught:
        Publishing(folders / "content", folders / "locales", "musterkreis")
    assert any("people.yaml" in line for line in caught.value.lines)


def test_what_was_found_clean_is_not_checked_again_until_a_byte_changes(folders: Path) -> None:
    clean = Clean(folders / "data" / "clean-contents")
    places = (folders / "content", folders / "locales")

    def start() -> Publishing:
        return Publishing(*places, "musterkreis", clean=clean)

    first = start()
    assert clean.knows(mark_of(*places, "musterkreis"))
    again = start()
    assert again.contents.current().version == first.contents.current().version
    assert again.renderer.text(KEY, "uk") == first.renderer.text(KEY, "uk")
    # What only a check finds: a test beside the content that expects another card.
    edit(folders, "text: Schutz nach dem Asyl", "text: Asylverfahren läuft")
    assert not clean.knows(mark_of(*places, "musterkreis"))
    with pytest.raises(BrokenContent) as caught:
        start()
    assert any("equal-buttons" in line or "button" in line for line in caught.value.lines)
    with pytest.raises(BrokenContent):
        start()


def test_a_damaged_note_of_clean_contents_is_no_note(tmp_path: Path) -> None:
    file = tmp_path / "clean-contents"
    file.write_bytes(b"\xff\x00damaged")
    clean = Clean(file)
    assert not clean.knows("a")
    clean.remember("a")
    for number in range(30):
        clean.remember(str(number))
    assert clean.knows("29")
    assert not clean.knows("a"), "only the latest are kept"
