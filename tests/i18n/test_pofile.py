from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.pofile import line_by_line, parse, read
from tests.i18n.texts import entry, header, quoted

PATH = Path("work.po")
FULL = """# licence line
msgid ""
msgstr ""
"Language: ar\\n"
"X-Reviewed-By: Integrationsamt, 2026-11-01\\n"

# remark of a translator
#. button, at most 40 characters
#. answers: Wie gut?
#: work.yaml:12
#, fuzzy, no-wrap
#| msgctxt "work/old#text"
#| msgid ""
#| "Noch "
#| "nicht"
msgctxt "work/level.none#text"
msgid ""
"Noch gar "
"nicht"
msgstr "لا \\"شيء\\"\\n"

#~ msgctxt "work/gone#text"
#~ msgid "weg"
#~ msgstr "gone"
"""


def test_everything_about_a_message_is_kept() -> None:
    file = parse(FULL, PATH)
    (message,) = file.entries
    assert file.problems == ()
    assert message.key == "work/level.none#text"
    assert message.source == "Noch gar nicht"
    assert message.translation == 'لا "شيء"\n'
    assert message.fuzzy
    assert message.previous == "Noch nicht"
    assert message.comments == ("button, at most 40 characters", "answers: Wie gut?")
    assert message.remarks == ("remark of a translator",)
    assert file.header["language"] == "ar"
    assert file.reviewed


@pytest.mark.parametrize("name", ["", "nobody", " Nobody "])
def test_a_translation_nobody_read_is_not_reviewed(name: str) -> None:
    assert not parse(header(X_Reviewed_By=name), PATH).reviewed
    assert not parse(header(), PATH).reviewed


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (entry("a/b#c", "x", "y") * 2, 6, "twice"),
        ('\nmsgid "x"\nmsgstr "y"\n', 2, "msgctxt"),
        ('\nmsgctxt "a/b#c"\nmsgid "x"\n', 2, "needs"),
        ('\nmsgctxt "a/b#c"\nmsgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\n', 4, "plural"),
        ('\nmsgctxt "a/b#c"\nmsgid "x\nmsgstr "y"\n', 3, "quoted"),
        ('\nmsgctxt "a/b#c"\nmsgid "a"b"\nmsgstr "y"\n', 3, "quoted"),
        ('\nmsgctxt "a/b#c"\nmsgid "\\x"\nmsgstr "y"\n', 3, "escape"),
        ('\n"lost"\n', 2, "keyword"),
        ("\n<<<<<<< HEAD\n", 2, "two versions"),
    ],
)
def test_a_mistake_has_its_line_and_spares_the_neighbours(text: str, line: int, words: str) -> None:
    file = parse(text + entry("a/good#text", "gut", "good"), PATH)
    assert (file.problems[0].line, words in file.problems[0].message) == (line, True)
    assert file.entries[-1].key == "a/good#text"


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "work.po"
    path.write_bytes(b"\xff\xfe\x00")
    assert len(read(path).problems) == 1
    assert len(read(tmp_path / "none.po").problems) == 1


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))))
def test_any_text_survives(text: str) -> None:
    (message,) = parse(header() + entry("a/b#c", text + "\n\t\\", text + '"'), PATH).entries
    assert (message.source, message.translation) == (text + "\n\t\\", text + '"')


def test_files_of_other_tools_are_read_alike(tmp_path: Path) -> None:
    written = polib.POFile(wrapwidth=40)
    written.metadata = {"Language": "de", "Content-Type": "text/plain; charset=UTF-8"}
    text = 'Ein "langer" Satz mit\nUmbruch, \\ und vielen weiteren Wörtern. ' * 3
    written.append(polib.POEntry(msgctxt="a/b#c", msgid=text, msgstr=text, comment="Art: Knopf"))
    path = tmp_path / "a.po"
    written.save(str(path))
    file = read(path)
    assert file.problems == ()
    assert [(one.source, one.translation) for one in file.entries] == [(text, text)]
    assert quoted(text)[1:-1].replace("\\n", "\n") != text


REAL_FILES = sorted((Path(__file__).parents[2] / "locales").glob("*/LC_MESSAGES/*.po"))


def test_real_files_are_read_alike_both_ways() -> None:
    for path in REAL_FILES:
        text = path.read_text(encoding="utf-8")
        assert parse(text, path) == line_by_line(text, path), path


@given(st.data())
def test_a_damaged_file_is_read_alike_both_ways(data: st.DataObject) -> None:
    """Lines left out, doubled, emptied or mixed up: the short way never reads them otherwise."""
    lines = USUAL.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.integers(0, len(lines) - 1))
        spoiled = [[], ["", lines[at]], [lines[at], lines[other]], [lines[at][1:]], [""], ["#~ x"]]
        lines[at : at + 1] = data.draw(st.sampled_from(spoiled)) or [""]
    text = "\n".join(lines)
    assert parse(text, Path("a.po")) == line_by_line(text, Path("a.po"))


USUAL = """\
msgid ""
msgstr ""
"Language: uk\\n"
"X-Reviewed-By: nobody\\n"

#. Question.
msgctxt "a/x#text"
msgid "Wo \\"wohnen\\" Sie?"
msgstr "Де?"

#. Advice.
#. Second.
#, fuzzy
#| msgid "Alt"
msgctxt "a/y#text"
msgid ""
"Neu\\n"
"und mehr"
msgstr "Нове\\tтут"

msgctxt "a/z#text"
msgid "Z"
msgstr ""
"""
