import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.runs import Run, chunks, is_boundary, shortened, text_of, utf16_length

FAMILY = "👨\u200d👩\u200d👧"
FLAG = "🇺🇦"
THUMB = "👍🏽"
ACCENTED = "e\u0301\u0323"


@pytest.mark.parametrize("unit", [FAMILY, FLAG, THUMB, ACCENTED, "❤\ufe0f", "1\ufe0f\u20e3"])
def test_what_people_see_as_one_is_not_cut(unit: str) -> None:
    text = unit * 3
    cuts = [index for index in range(len(text) + 1) if is_boundary(text, index)]
    assert cuts == [0, len(unit), 2 * len(unit), 3 * len(unit)]
    for limit in range(8, 40):
        cut = shortened(unit * 20, limit)
        assert cut.removesuffix("…") == unit * cut.count(unit)
        assert utf16_length(cut) <= limit


def test_lengths_are_those_of_telegram() -> None:
    assert utf16_length("aé") == 2
    assert utf16_length("😀") == 2
    assert utf16_length(FLAG) == 4


def test_short_text_stays() -> None:
    assert shortened("genau", 5) == "genau"
    assert shortened("zu lang", 5) == "zu l…"
    assert shortened("\u2068abcdef\u2069", 5) == "\u2068abc\u2069…"


LETTERS = st.sampled_from(["a", " ", "\n", ".", "é", FAMILY, FLAG, ACCENTED, "ع"])


@given(st.lists(LETTERS, max_size=120).map("".join))
def test_chunks_lose_nothing_but_space(text: str) -> None:
    runs = (Run(text[:7]), Run(text[7:], bold=True))
    pieces = list(chunks(runs, 40))
    assert all(utf16_length(text_of(piece)) <= 40 for piece in pieces)
    assert "".join(map(text_of, pieces)).replace(" ", "").replace("\n", "") == text.replace(
        " ", ""
    ).replace("\n", "")
    for piece in pieces:
        assert unicodedata.category(text_of(piece)[:1] or "a")[0] != "M"


def test_a_cut_prefers_paragraphs_then_sentences_then_words() -> None:
    words = "wort " * 6
    assert _parts(f"{words}\n\n{words}") == [words.strip(), words]
    assert _parts("Das ist der erste Satz hier. Und das ist der zweite Satz.") == [
        "Das ist der erste Satz hier.",
        "Und das ist der zweite Satz.",
    ]
    assert _parts(words + words)[0].endswith("wort")


def test_looks_survive_a_cut() -> None:
    pieces = list(chunks((Run("a" * 30), Run("b" * 30, bold=True)), 40))
    assert [[run.bold for run in piece] for piece in pieces] == [[False, True], [True]]


def test_an_isolate_is_closed_at_a_cut_and_opened_again() -> None:
    text = "\u2068" + "wort " * 20 + "\u2069"
    pieces = _parts(text)
    assert all(piece.startswith("\u2068") and piece.endswith("\u2069") for piece in pieces)
    assert all(utf16_length(piece) <= 40 for piece in pieces)


def _parts(text: str) -> list[str]:
    return [text_of(piece) for piece in chunks((Run(text),), 40)]
