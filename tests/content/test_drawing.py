"""`lotse content graph` as editors call it: which file is written, and what is said."""

from pathlib import Path

import pytest

from bot.content.drawing import graph
from bot.content.printed import Form
from tests.content.folder import Folder
from tests.content.picture.drafts import ROOT

COURSES = "topics/courses.yaml"


@pytest.fixture
def draw(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The small content, with the current folder where pictures may be left."""
    monkeypatch.chdir(tmp_path)
    return folder


def drawn(
    folder: Folder,
    topic: str | None,
    *,
    language: str = "de",
    form: Form | None = None,
    file: Path | None = None,
) -> tuple[int, list[str]]:
    folders = (folder.content, ROOT / "locales")
    return graph(folders, "kreis", topic, language, (form, file))


@pytest.mark.parametrize(
    ("form", "file", "written", "begins"),
    [
        (None, None, "courses.de.svg", b"<svg "),
        (Form.PNG, None, "courses.de.png", b"\x89PNG"),
        (Form.MERMAID, None, "courses.de.mmd", b"flowchart TD"),
        (None, "x.png", "x.png", b"\x89PNG"),
        (None, "x.mmd", "x.mmd", b"flowchart TD"),
        (Form.SVG, "x.txt", "x.txt", b"<svg "),
    ],
)
def test_the_file_is_what_was_asked_for(
    draw: Folder, form: Form | None, file: str | None, written: str, begins: bytes
) -> None:
    target = Path(file) if file else None
    assert drawn(draw, "courses", form=form, file=target) == (0, [written])
    assert Path(written).read_bytes().startswith(begins)


def test_all_topics_are_one_picture(draw: Folder) -> None:
    assert drawn(draw, None, language="ar") == (0, ["topics.ar.svg"])
    assert "كل المواضيع" in Path("topics.ar.svg").read_text(encoding="utf-8")
    assert drawn(draw, None, form=Form.MERMAID) == (0, ["topics.de.mmd"])


def test_mistakes_elsewhere_do_not_matter(draw: Folder) -> None:
    text = draw.read(COURSES).replace("topic: courses", "topic: other")
    draw.write("topics/other.yaml", text.replace("- ask: level", "- ask: Level"))
    assert drawn(draw, "courses")[0] == 0
    code, lines = drawn(draw, "other")
    assert code == 2
    assert "bad-id" in lines[0]
    assert lines[-1] == "nothing was drawn"


def test_a_topic_with_mistakes_is_drawn_with_a_warning(draw: Folder) -> None:
    draw.change(COURSES, "level: [none, basic]", "level: [none, besic]")
    code, lines = drawn(draw, "courses")
    assert (code, lines[0]) == (1, "courses.de.svg")
    assert lines[1].startswith("the picture shows what could be read")
    assert "condition-option-unknown" in lines[2]


@pytest.mark.parametrize(
    ("topic", "language", "said"),
    [
        ("corses", "de", "there is no topic `corses` -> did you mean `courses`?"),
        ("courses", "xx", "there is no language `xx` -> write one of: ar, de, en, uk"),
    ],
)
def test_what_does_not_exist_is_asked_back(
    draw: Folder, topic: str, language: str, said: str
) -> None:
    code, lines = drawn(draw, topic, language=language)
    assert code == 2
    assert lines[0].startswith(said)
    assert list(Path.cwd().glob("*.svg")) == []


def test_a_file_that_cannot_be_written_is_told(draw: Folder) -> None:
    code, (line,) = drawn(draw, "courses", file=Path("nowhere") / "x.svg")
    assert code == 2
    assert "nowhere" in line


def test_without_a_region_there_is_nothing_to_draw(tmp_path: Path) -> None:
    code, (line,) = graph((tmp_path, tmp_path), None, None, "de", (None, None))
    assert code == 2
    assert line.endswith("there is no region that a bot can run")
