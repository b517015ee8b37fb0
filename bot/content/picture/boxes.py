"""The boxes of a topic's picture: a question, a card, the handover; measured, then drawn.

Each is as high as what it holds, so it is asked for its height before it gets a place.
Where the boxes go is decided in `topic.py`.
"""

from dataclasses import dataclass

from bot.content.picture import marks
from bot.content.picture.chart import TONE_WORDS, Advice, Asked, Chart, Choice, Tone
from bot.content.picture.metrics import width, wrapped
from bot.content.picture.svg import GREY, INK, PALE, WHITE, Pen, Point, Sheet, Type
from bot.content.plain import Clause

HEADING = Type(17, INK, bold=True)
NAME = Type(14.5, INK, bold=True)
TEXT = Type(13.5)
NOTE = Type(12, GREY)

NUMBER_AT = 26.0
"""From a question's edge to its number: where the line through all questions runs."""

_INSIDE = 50.0
"""From a question's edge to its text."""
_MARGIN = 56.0
"""From a card's edge to its text."""


@dataclass(frozen=True, slots=True)
class QuestionBox:
    """A question's box, measured and drawn."""

    asked: Asked
    wide: float

    @property
    def height(self) -> float:
        head = len(self._text) * NAME.line + len(self._tags) * NOTE.line
        return self._band + 12 + head + 6 + sum(map(self._row, self.asked.choices)) + 10

    @property
    def _band(self) -> float:
        """The band of the condition above the question."""
        if not self.asked.when:
            return 0
        return marks.condition_height(self.asked.when, self.wide - 28) + 14

    @property
    def _text(self) -> tuple[str, ...]:
        return wrapped(self.asked.text, NAME.size, self.wide - _INSIDE - 14, bold=True)

    @property
    def _tags(self) -> tuple[str, ...]:
        return wrapped(" · ".join(self.asked.tags), NOTE.size, self.wide - _INSIDE - 14)

    def draw(self, sheet: Sheet, corner: Point) -> None:
        left, top = corner
        size = (self.wide, self.height)
        sheet.box((left, top), size, WHITE, Pen(INK, 1.4))
        if self.asked.when:
            sheet.box((left + 1, top + 1), (self.wide - 2, self._band - 2), PALE, radius=5)
            under = top + self._band
            sheet.line([(left, under), (left + self.wide, under)], Pen(GREY, 1, "3 3"))
            at = (left + 14, top + 6)
            marks.condition(sheet, at, self.asked.when, self.wide - 28)
        y = top + self._band + 12
        sheet.disc((left + NUMBER_AT, y + 10), 13, INK)
        number = str(self.asked.number)
        sheet.text((left + NUMBER_AT, y + 15), number, Type(14, WHITE, bold=True), "middle")
        y = sheet.lines((left + _INSIDE, y), self._text, NAME)
        y = sheet.lines((left + _INSIDE, y), self._tags, NOTE) + 6
        for choice in self.asked.choices:
            self._choice(sheet, (left, y), choice)
            y += self._row(choice)

    def _choice(self, sheet: Sheet, corner: Point, choice: Choice) -> None:
        left, top = corner
        x = left + _INSIDE + 6
        edge = Pen(INK, 1.2)
        if self.asked.several:
            sheet.box((x - 5, top + 5), (10, 10), WHITE, edge, radius=1)
        else:
            sheet.disc((x, top + 10), 5, WHITE, edge)
        lines = self._lines(choice)
        below = sheet.lines((x + 14, top + 1), lines, TEXT)
        if self._beside(choice):
            at = left + self.wide - 12 - marks.badges_width(choice)
            marks.badges(sheet, (at, top), choice, self.wide)
        elif marks.badges_width(choice):
            marks.badges(sheet, (x + 14, below), choice, self._room)
            below += marks.badge_rows(choice, self._room) * marks.BADGE
        if choice.danger is not None:
            sign = self._exit(choice)
            marks.danger_exit(sheet, left + self.wide + 14, below + 2, sign)

    def _row(self, choice: Choice) -> float:
        """The height of a choice with all that belongs to it."""
        high = len(self._lines(choice)) * TEXT.line
        if not self._beside(choice):
            high += marks.badge_rows(choice, self._room) * marks.BADGE
        if choice.danger is not None:
            high += marks.exit_height(self._exit(choice)) + 4
        return max(high, marks.BADGE) + 4

    @property
    def _room(self) -> float:
        return self.wide - _INSIDE - 20 - 12

    def _beside(self, choice: Choice) -> bool:
        """Whether the badges stand behind the text, or below it because they are many."""
        return 0 < marks.badges_width(choice) <= self._room * 0.45

    def _lines(self, choice: Choice) -> tuple[str, ...]:
        taken = marks.badges_width(choice) + 10 if self._beside(choice) else 0
        return wrapped(choice.text, TEXT.size, self._room - taken)

    def _exit(self, choice: Choice) -> tuple[str, ...]:
        return wrapped(choice.danger or "", marks.EXIT.size, self._room - 50, bold=True)


@dataclass(frozen=True, slots=True)
class CardBox:
    """A card's box, measured and drawn."""

    shown: Chart
    advice: Advice

    def height(self, wide: float) -> float:
        room = wide - _MARGIN - 14
        conditions = marks.condition_height(self.advice.when, room)
        return 10 + len(self._title(room)) * NAME.line + 3 + conditions + 10

    @property
    def _word(self) -> str:
        return self.shown.plain.say(TONE_WORDS[self.advice.mark.tone])

    def _title(self, room: float) -> tuple[str, ...]:
        taken = width(self._word, NOTE.size, bold=True) + 44
        return wrapped(self.advice.title, NAME.size, room - taken, bold=True)

    def draw(self, sheet: Sheet, corner: Point, wide: float) -> None:
        left, top = corner
        room, tone = wide - _MARGIN - 14, self.advice.mark.tone
        high = self.height(wide)
        pen = Pen(marks.COLOURS[tone], 1.6, "6 4" if tone is Tone.OTHERWISE else None)
        sheet.box(corner, (wide, high), marks.TINTS[tone], pen)
        sheet.box(corner, (10, high), marks.COLOURS[tone], radius=4)
        marks.card_badge(sheet, (left + 24, top + 9), self.advice.mark)
        right = left + wide - 14
        marks.urgency(sheet, (right - 8, top + 19), tone)
        sheet.text((right - 22, top + 23), self._word, Type(12, INK, bold=True), "end")
        y = sheet.lines((left + _MARGIN, top + 10), self._title(room), NAME) + 3
        marks.condition(sheet, (left + _MARGIN, y), self.advice.when, room)


@dataclass(frozen=True, slots=True)
class HandoverBox:
    """Who gets the cases: a box with a double edge."""

    shown: Chart
    wide: float

    @property
    def height(self) -> float:
        high = 14 + len(self._heading) * HEADING.line + len(self._sentences) * TEXT.line + 12
        return high + sum(
            6 + len(name) * NAME.line + marks.condition_height(clauses, self._room)
            for name, clauses in self._parts
        )

    @property
    def _room(self) -> float:
        return self.wide - 32

    @property
    def _heading(self) -> tuple[str, ...]:
        heading = self.shown.plain.say("picture/handoff#text")
        return wrapped(heading, HEADING.size, self._room, bold=True)

    @property
    def _sentences(self) -> list[str]:
        sentences = self.shown.handover.sentences
        return [line for each in sentences for line in wrapped(each, TEXT.size, self._room)]

    @property
    def _parts(self) -> list[tuple[tuple[str, ...], tuple[Clause, ...]]]:
        return [
            (wrapped(name, NAME.size, self._room, bold=True), clauses)
            for name, clauses in self.shown.handover.conditions
        ]

    def draw(self, sheet: Sheet, corner: Point) -> float:
        """Draw the box and return where it ends."""
        left, top = corner
        size = (self.wide, self.height)
        sheet.box((left, top), size, WHITE, Pen(INK, 2.2), radius=12)
        inner = (self.wide - 8, self.height - 8)
        sheet.box((left + 4, top + 4), inner, WHITE, Pen(INK, 0.8), radius=9)
        y = sheet.lines((left + 16, top + 12), self._heading, HEADING)
        y = sheet.lines((left + 16, y), self._sentences, TEXT)
        for name, clauses in self._parts:
            y = sheet.lines((left + 16, y + 6), name, NAME)
            y = marks.condition(sheet, (left + 16, y), clauses, self._room)
        return top + self.height
