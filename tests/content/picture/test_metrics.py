"""Text is broken where it must be, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.content.picture.metrics import width, wrapped
from bot.i18n.bidi import FIRST_STRONG_ISOLATE, POP_ISOLATE

WORDS = st.lists(
    st.text(st.sampled_from("abcäßЩжسبلا ትግ12.,–()=\u2068\u2069"), min_size=1, max_size=40),
    max_size=12,
)
MARKS = {FIRST_STRONG_ISOLATE, POP_ISOLATE}


def letters(text: str) -> str:
    return "".join(char for char in text if char not in MARKS and not char.isspace())


@given(WORDS, st.sampled_from([60.0, 120.0, 400.0]), st.booleans())
def test_every_line_has_room_and_no_letter_is_lost(
    words: list[str], room: float, bold: bool
) -> None:
    text = " ".join(words)
    lines = wrapped(text, 14, room, bold=bold)
    assert letters("".join(lines)) == letters(text)
    assert [line for line in lines if width(line, 14, bold=bold) > room] == []


@given(st.lists(st.sampled_from(["a", "bb ccc", "\u2068Duldung zwei\u2069", "سلام"]), max_size=9))
def test_an_isolate_is_closed_where_its_line_ends(words: list[str]) -> None:
    for line in wrapped(" ".join(words), 14, 60):
        assert line.count(FIRST_STRONG_ISOLATE) == line.count(POP_ISOLATE)


def test_lines_break_between_words() -> None:
    assert wrapped("Suchen Sie „Beschäftigung“ auf dem Papier", 14, 200) == (
        "Suchen Sie „Beschäftigung“",
        "auf dem Papier",
    )


def test_a_word_that_is_too_long_is_broken() -> None:
    first, *more = wrapped("Grundstücksverkehrsgenehmigungszuständigkeit", 14, 120)
    assert more
    assert first == "Grundstücksverk"


def test_text_that_is_not_there_is_one_empty_line() -> None:
    assert wrapped("", 14, 100) == ("",)


def test_marks_take_no_room() -> None:
    assert width("\u2068\u2069\u064e\u0301", 14) == 0
    assert width("é", 14) == width("e", 14)
