"""The table says what ran, in columns that hold it."""

from tests.campaign import report
from tests.campaign.registry import Outcome, parts

LETTER = 6.5
"""Pixels of a letter of the picture, on average; looked at in Chromium."""


def table() -> list[report.Line]:
    runs = {part.name: {0: Outcome(cases=3, updates=20_000)} for part in parts()}
    return report.lines(parts(), runs)


def test_numbers_that_follow_each_other_are_a_range() -> None:
    assert list(report._ranges((1, 2, 3, 4, 6, 8, 9, 11))) == ["1–4", "6", "8", "9", "11"]


def test_no_cell_of_the_picture_reaches_into_the_next() -> None:
    for line in table():
        for cell, width in zip(line.cells[:2], report.WIDTHS, strict=False):
            assert len(cell) * LETTER <= width, cell


def test_every_line_can_be_told_from_the_others() -> None:
    titles = [line.part.title for line in table()]
    assert len(titles) == len(set(titles))
