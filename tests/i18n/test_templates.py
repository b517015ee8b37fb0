import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.templates import Piece, balanced, is_wordless, parse, placeholders


def test_pieces() -> None:
    assert parse("Bis **{fact:last_day}** mit {name}!") == (
        Piece("Bis "),
        Piece("", bold=True, name="fact:last_day"),
        Piece(" mit "),
        Piece("", name="name"),
        Piece("!"),
    )


@pytest.mark.parametrize("text", ["**", "a ** b", "{", "}", "{Name}", "{}", "{a b}", "{1}"])
def test_what_is_no_markup_stands_for_itself(text: str) -> None:
    assert "".join(piece.text for piece in parse(text)) == text
    assert not balanced(text)


def test_a_third_marker_stands_for_itself() -> None:
    assert parse("**a** b ** c") == (Piece("a", bold=True), Piece(" b ** c"))


@given(st.text(alphabet="ab*{}:_é ", max_size=40))
def test_parsing_loses_nothing(text: str) -> None:
    pieces = parse(text)
    rebuilt = "".join(f"{{{one.name}}}" if one.name else one.text for one in pieces)
    assert rebuilt.replace("**", "") == text.replace("**", "")
    assert {one.name for one in pieces if one.name} == placeholders(text)


def test_balance() -> None:
    assert balanced("**{name}**: {fact:a.b}")
    assert not balanced("**{name}*")


def test_wordless() -> None:
    assert is_wordless("☎ {number} – {name}.")
    assert not is_wordless("{number} von {total}")
