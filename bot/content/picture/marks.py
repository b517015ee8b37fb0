"""The recurring signs of a topic's picture: badges, urgency, danger exits, conditions.

Each sign differs in shape and word, not only in colour, so that it can be told apart
in print and by colour-blind people. Where the signs go is decided in `topic.py`.
"""

from collections.abc import Sequence

from bot.content.picture.chart import Choice, Mark, Tone
from bot.content.picture.metrics import width, wrapped
from bot.content.picture.svg import GREY, INK, NO_PEN, WHITE, Pen, Point, Sheet, Type
from bot.content.plain import Clause

COLOURS = {
    Tone.NOW: "#b34700",
    Tone.SOON: "#f0b429",
    Tone.NORMAL: "#005a8c",
    Tone.OTHERWISE: "#5c5c5c",
}
TINTS = {
    Tone.NOW: "#fdeee4",
    Tone.SOON: "#fff6dd",
    Tone.NORMAL: "#e8f2f9",
    Tone.OTHERWISE: "#f5f5f5",
}
DANGER = "#7a0019"
ON_COLOUR = {Tone.NOW: WHITE, Tone.SOON: INK, Tone.NORMAL: WHITE, Tone.OTHERWISE: WHITE}

SMALL = Type(12.5)
LEAD = Type(12.5, GREY, bold=True)
EXIT = Type(12, WHITE, bold=True)
BADGE = 20.0
"""Height of a badge, and what it takes in a row at least."""

_GAP = 4.0
_INDENT = 16.0


def number_badge(sheet: Sheet, corner: Point, number: int) -> float:
    """A question's number on a dark disc. Returns the width."""
    x, y = corner
    sheet.disc((x + 9, y + BADGE / 2), 9, INK)
    sheet.text((x + 9, y + BADGE / 2 + 4), str(number), Type(11, WHITE, bold=True), "middle")
    return 18


def card_badge(sheet: Sheet, corner: Point, mark: Mark) -> float:
    """A card's letter on a square in its colour. Returns the width."""
    kind = Type(11, ON_COLOUR[mark.tone], bold=True)
    wide = card_badge_width(mark)
    sheet.box((corner[0], corner[1] + 1), (wide, 18), COLOURS[mark.tone], radius=3)
    sheet.text((corner[0] + wide / 2, corner[1] + BADGE / 2 + 4), mark.letter, kind, "middle")
    return wide


def card_badge_width(mark: Mark) -> float:
    return max(18.0, width(mark.letter, 11, bold=True) + 8)


def badges_width(choice: Choice) -> float:
    """What all badges of a choice take in one row."""
    wide = [18.0 for _ in choice.questions] + [card_badge_width(mark) for mark in choice.cards]
    return sum(wide) + _GAP * max(len(wide) - 1, 0)


def badge_rows(choice: Choice, room: float) -> int:
    """How many rows the badges take in `room` pixels."""
    rows, x = 1, 0.0
    for wide in (*(18.0 for _ in choice.questions), *map(card_badge_width, choice.cards)):
        if x and x + wide > room:
            rows, x = rows + 1, 0.0
        x += wide + _GAP
    return rows if badges_width(choice) else 0


def badges(sheet: Sheet, corner: Point, choice: Choice, room: float) -> None:
    """The badges of a choice in as many rows as they need."""
    left, y = corner
    x = left
    for number in choice.questions:
        if x > left and x + 18 > left + room:
            x, y = left, y + BADGE
        x += number_badge(sheet, (x, y), number) + _GAP
    for mark in choice.cards:
        if x > left and x + card_badge_width(mark) > left + room:
            x, y = left, y + BADGE
        x += card_badge(sheet, (x, y), mark) + _GAP


def urgency(sheet: Sheet, centre: Point, tone: Tone) -> None:
    """Triangle, diamond, disc or ring: how urgent a card is."""
    x, y = centre
    colour = COLOURS[tone]
    edge = Pen(INK, 0.8)
    match tone:
        case Tone.NOW:
            sheet.shape([(x - 8, y + 6), (x + 8, y + 6), (x, y - 8)], colour, edge)
        case Tone.SOON:
            sheet.shape([(x - 8, y), (x, y - 8), (x + 8, y), (x, y + 8)], colour, edge)
        case Tone.NORMAL:
            sheet.disc((x, y), 6.5, colour, edge)
        case Tone.OTHERWISE:
            sheet.disc((x, y), 6, WHITE, Pen(colour, 2.5))


def danger_exit(sheet: Sheet, right: float, top: float, lines: Sequence[str]) -> None:
    """A sign that points out of the question: its tip is at `right`."""
    wide = exit_width(lines)
    high = exit_height(lines)
    left, middle = right - wide, top + high / 2
    shoulder = right - 12
    corners = [(left, top), (shoulder, top), (right, middle), (shoulder, top + high)]
    sheet.shape([*corners, (left, top + high)], DANGER)
    x = left + 18
    sheet.shape([(x - 7, middle + 6), (x + 7, middle + 6), (x, middle - 7)], "#ffd400", NO_PEN)
    sheet.text((x, middle + 5), "!", Type(10, INK, bold=True), "middle")
    sheet.lines((left + 32, top + 4), lines, EXIT)


def exit_width(lines: Sequence[str]) -> float:
    return max(width(line, EXIT.size, bold=True) for line in lines) + 50


def exit_height(lines: Sequence[str]) -> float:
    return len(lines) * EXIT.line + 8


def condition_height(clauses: Sequence[Clause], room: float) -> float:
    return sum(len(lines) for _, lines in _laid(clauses, room)) * SMALL.line


def condition(sheet: Sheet, corner: Point, clauses: Sequence[Clause], room: float) -> float:
    """The lines of a condition, their joints before them. Returns where they end."""
    left, y = corner
    margin = _margin(clauses)
    for clause, lines in _laid(clauses, room):
        x = left + margin + _INDENT * clause.depth
        sheet.text((left, y + SMALL.size), clause.lead, LEAD)
        if clause.depth:
            sheet.disc((x - 8, y + SMALL.size - 4), 2, GREY)
        y = sheet.lines((x, y), lines, SMALL)
    return y


def _laid(clauses: Sequence[Clause], room: float) -> list[tuple[Clause, tuple[str, ...]]]:
    left = room - _margin(clauses)
    return [
        (clause, wrapped(clause.text, SMALL.size, left - _INDENT * clause.depth))
        for clause in clauses
    ]


def _margin(clauses: Sequence[Clause]) -> float:
    """What the joints before the lines take."""
    widest = max((width(clause.lead, LEAD.size, bold=True) for clause in clauses), default=0)
    return widest + 8 if widest else 0
