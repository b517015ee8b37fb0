"""The picture of a topic: its questions down one side, its cards down the other.

A reader follows the line of questions from the top; a question with a condition can
be gone around. Text is measured first, so every box is as high as what it holds.
"""

from dataclasses import dataclass

from bot.content.picture import marks
from bot.content.picture.chart import TONE_WORDS, Advice, Asked, Chart, Choice, Tone, chart
from bot.content.picture.metrics import width, wrapped
from bot.content.picture.svg import GREY, INK, PALE, RULE, WHITE, Pen, Sheet, Type
from bot.i18n.languages import direction
from bot.i18n.render import Renderer
from bot.model import wording
from bot.model.content import Content

WIDTH = 1180.0
EDGE = 28.0
LANE = 30.0
"""Beside the questions, where the lines go that lead around one."""
ASKED_AT = EDGE + LANE
ASKED_WIDE = 540.0
CARDS_AT = ASKED_AT + ASKED_WIDE + 52
CARDS_WIDE = WIDTH - EDGE - CARDS_AT
SPINE = ASKED_AT + 26
BETWEEN = 36.0

TITLE = Type(26, INK, bold=True)
HEADING = Type(17, INK, bold=True)
NAME = Type(14.5, INK, bold=True)
TEXT = Type(13.5)
NOTE = Type(12, GREY)

_INSIDE = 50.0
"""From a question's edge to its text."""
_FLOW = Pen(INK, 1.6)
_AROUND = Pen(GREY, 1.4, "5 4")


def topic_svg(content: Content, renderer: Renderer, topic_id: str, language: str) -> str:
    """The topic `topic_id` as a picture in `language`. Raises KeyError if there is no such topic.

    `content` need not be free of problems, as long as it could be built.
    """
    return drawn(chart(content, renderer, topic_id, language))


def drawn(shown: Chart) -> str:
    """What `shown` says, as SVG."""
    language = shown.plain.language
    sheet = Sheet(WIDTH, direction(language), language)
    sheet.icon((EDGE + 18, EDGE + TITLE.size), shown.icon, TITLE.size)
    sheet.text((EDGE + 46, EDGE + TITLE.size), shown.title, TITLE)
    sheet.text((EDGE, EDGE + 54), shown.figures, NOTE)
    top = EDGE + 76
    sheet.text((ASKED_AT, top + HEADING.size), shown.plain.say("picture/questions#text"), HEADING)
    sheet.text((CARDS_AT, top + HEADING.size), shown.plain.say("picture/cards#text"), HEADING)
    top += 36
    left = _questions(sheet, shown, top)
    right = _cards(sheet, shown, top)
    sheet.line([(CARDS_AT - 18, top), (CARDS_AT - 18, right)], _FLOW)
    left = _result(sheet, shown, left, right)
    if left <= right:
        left = _handover(sheet, shown, ASKED_AT, ASKED_WIDE, left + 22)
    else:
        right = _handover(sheet, shown, CARDS_AT, CARDS_WIDE, right + 22)
    bottom = _legend(sheet, shown, max(left, right) + 28)
    return sheet.finished(bottom + EDGE, shown.title, shown.figures)


# --- questions ---------------------------------------------------------------------


def _questions(sheet: Sheet, shown: Chart, top: float) -> float:
    """All questions below each other. Returns where the line leaves the last one."""
    y = top
    sheet.disc((SPINE, y + 5), 5, INK)
    for asked in shown.questions:
        box = _Question(asked)
        sheet.arrow([(SPINE, y), (SPINE, y + BETWEEN)], _FLOW)
        y += BETWEEN
        if asked.when:
            _way_around(sheet, y, box.height)
        box.draw(sheet, y)
        y += box.height
    return y


def _way_around(sheet: Sheet, top: float, height: float) -> None:
    lane = ASKED_AT - LANE / 2
    begin, end = top - 15, top + height + 9
    sheet.arrow([(SPINE, begin), (lane, begin), (lane, end), (SPINE, end)], _AROUND)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question's box, measured and drawn."""

    asked: Asked

    @property
    def height(self) -> float:
        head = len(self._text) * NAME.line + len(self._tags) * NOTE.line
        return self._band + 12 + head + 6 + sum(map(self._row, self.asked.choices)) + 10

    @property
    def _band(self) -> float:
        """The band of the condition above the question."""
        if not self.asked.when:
            return 0
        return marks.condition_height(self.asked.when, ASKED_WIDE - 28) + 14

    @property
    def _text(self) -> tuple[str, ...]:
        return wrapped(self.asked.text, NAME.size, ASKED_WIDE - _INSIDE - 14, bold=True)

    @property
    def _tags(self) -> tuple[str, ...]:
        return wrapped(" · ".join(self.asked.tags), NOTE.size, ASKED_WIDE - _INSIDE - 14)

    def draw(self, sheet: Sheet, top: float) -> None:
        size = (ASKED_WIDE, self.height)
        sheet.box((ASKED_AT, top), size, WHITE, Pen(INK, 1.4))
        if self.asked.when:
            sheet.box((ASKED_AT + 1, top + 1), (ASKED_WIDE - 2, self._band - 2), PALE, radius=5)
            under = top + self._band
            sheet.line([(ASKED_AT, under), (ASKED_AT + ASKED_WIDE, under)], Pen(GREY, 1, "3 3"))
            at = (ASKED_AT + 14, top + 6)
            marks.condition(sheet, at, self.asked.when, ASKED_WIDE - 28)
        y = top + self._band + 12
        sheet.disc((SPINE, y + 10), 13, INK)
        number = str(self.asked.number)
        sheet.text((SPINE, y + 15), number, Type(14, WHITE, bold=True), "middle")
        y = sheet.lines((ASKED_AT + _INSIDE, y), self._text, NAME)
        y = sheet.lines((ASKED_AT + _INSIDE, y), self._tags, NOTE) + 6
        for choice in self.asked.choices:
            self._choice(sheet, y, choice)
            y += self._row(choice)

    def _choice(self, sheet: Sheet, top: float, choice: Choice) -> None:
        x = ASKED_AT + _INSIDE + 6
        edge = Pen(INK, 1.2)
        if self.asked.several:
            sheet.box((x - 5, top + 5), (10, 10), WHITE, edge, radius=1)
        else:
            sheet.disc((x, top + 10), 5, WHITE, edge)
        lines = self._lines(choice)
        below = sheet.lines((x + 14, top + 1), lines, TEXT)
        if self._beside(choice):
            at = ASKED_AT + ASKED_WIDE - 12 - marks.badges_width(choice)
            marks.badges(sheet, (at, top), choice, ASKED_WIDE)
        elif marks.badges_width(choice):
            marks.badges(sheet, (x + 14, below), choice, self._room)
            below += marks.badge_rows(choice, self._room) * marks.BADGE
        if choice.danger is not None:
            sign = self._exit(choice)
            marks.danger_exit(sheet, ASKED_AT + ASKED_WIDE + 14, below + 2, sign)

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
        return ASKED_WIDE - _INSIDE - 20 - 12

    def _beside(self, choice: Choice) -> bool:
        """Whether the badges stand behind the text, or below it because they are many."""
        return 0 < marks.badges_width(choice) <= self._room * 0.45

    def _lines(self, choice: Choice) -> tuple[str, ...]:
        taken = marks.badges_width(choice) + 10 if self._beside(choice) else 0
        return wrapped(choice.text, TEXT.size, self._room - taken)

    def _exit(self, choice: Choice) -> tuple[str, ...]:
        return wrapped(choice.danger or "", marks.EXIT.size, self._room - 50, bold=True)


def _result(sheet: Sheet, shown: Chart, top: float, cards_end: float) -> float:
    """After the last question: the line turns to the cards. Returns where it ends."""
    y = top + BETWEEN
    sheet.arrow([(SPINE, top), (SPINE, y)], _FLOW)
    lines = wrapped(shown.plain.say("picture/result#text"), NAME.size, ASKED_WIDE - 28, bold=True)
    high = len(lines) * NAME.line + 16
    sheet.box((ASKED_AT, y), (ASKED_WIDE, high), PALE, Pen(INK, 1.4), radius=high / 2)
    sheet.lines((ASKED_AT + 20, y + 7), lines, NAME)
    middle = y + high / 2
    bar = CARDS_AT - 18
    if middle > cards_end:
        sheet.line([(bar, cards_end), (bar, middle)], _FLOW)
    sheet.arrow([(ASKED_AT + ASKED_WIDE, middle), (bar, middle)], _FLOW)
    return y + high


# --- cards and handover --------------------------------------------------------------


def _cards(sheet: Sheet, shown: Chart, top: float) -> float:
    y = top
    for advice in shown.cards:
        y += _card(sheet, shown, advice, y) + 12
    return y - 12


def _card(sheet: Sheet, shown: Chart, advice: Advice, top: float) -> float:
    """One card. Returns its height."""
    tone = advice.mark.tone
    word = shown.plain.say(TONE_WORDS[tone])
    taken = width(word, NOTE.size, bold=True) + 44
    inside, room = CARDS_AT + 56, CARDS_WIDE - 56 - 14
    title = wrapped(advice.title, NAME.size, room - taken, bold=True)
    conditions = marks.condition_height(advice.when, room)
    high = 10 + len(title) * NAME.line + 3 + conditions + 10
    pen = Pen(marks.COLOURS[tone], 1.6, "6 4" if tone is Tone.OTHERWISE else None)
    sheet.box((CARDS_AT, top), (CARDS_WIDE, high), marks.TINTS[tone], pen)
    sheet.box((CARDS_AT, top), (10, high), marks.COLOURS[tone], radius=4)
    marks.card_badge(sheet, (CARDS_AT + 24, top + 9), advice.mark)
    right = CARDS_AT + CARDS_WIDE - 14
    marks.urgency(sheet, (right - 8, top + 19), tone)
    sheet.text((right - 22, top + 23), word, Type(12, INK, bold=True), "end")
    y = sheet.lines((inside, top + 10), title, NAME) + 3
    marks.condition(sheet, (inside, y), advice.when, room)
    return high


def _handover(sheet: Sheet, shown: Chart, left: float, wide: float, top: float) -> float:
    """Who gets the cases. Returns where the box ends."""
    room = wide - 32
    heading = wrapped(shown.plain.say("picture/handoff#text"), HEADING.size, room, bold=True)
    sentences = [
        line for each in shown.handover.sentences for line in wrapped(each, TEXT.size, room)
    ]
    parts = [
        (wrapped(name, NAME.size, room, bold=True), clauses)
        for name, clauses in shown.handover.conditions
    ]
    high = 14 + len(heading) * HEADING.line + len(sentences) * TEXT.line + 12
    high += sum(
        6 + len(name) * NAME.line + marks.condition_height(clauses, room) for name, clauses in parts
    )
    sheet.box((left, top), (wide, high), WHITE, Pen(INK, 2.2), radius=12)
    sheet.box((left + 4, top + 4), (wide - 8, high - 8), WHITE, Pen(INK, 0.8), radius=9)
    y = sheet.lines((left + 16, top + 12), heading, HEADING)
    y = sheet.lines((left + 16, y), sentences, TEXT)
    for name, clauses in parts:
        y = sheet.lines((left + 16, y + 6), name, NAME)
        y = marks.condition(sheet, (left + 16, y), clauses, room)
    return top + high


# --- legend ---------------------------------------------------------------------------


def _legend(sheet: Sheet, shown: Chart, top: float) -> float:
    """What the signs mean, in two columns. Returns where it ends."""
    say = shown.plain.say
    sheet.line([(EDGE, top), (WIDTH - EDGE, top)], Pen(RULE, 1))
    sheet.text((EDGE, top + 28), say("picture/legend#text"), HEADING)
    top += 44
    middle = WIDTH / 2
    y = top
    for tone in Tone:
        marks.urgency(sheet, (EDGE + 20, y + 10), tone)
        sheet.text((EDGE + 52, y + 15), say(TONE_WORDS[tone]), TEXT)
        y += 26
    skipped = say("picture/legend.declined#text", answer=say(wording.NOT_SAID))
    left = sheet.lines((EDGE, y), wrapped(skipped, TEXT.size, middle - EDGE - 20), TEXT)
    return max(left, _signs(sheet, shown, middle, top))


def _signs(sheet: Sheet, shown: Chart, left: float, top: float) -> float:
    say = shown.plain.say
    room = WIDTH - EDGE - left - 70
    texts = [
        wrapped(say(key), TEXT.size, room)
        for key in (
            "picture/legend.bypass#text",
            "picture/legend.question#text",
            "picture/legend.card#text",
            "picture/legend.danger#text",
        )
    ]
    places = []
    for lines in texts:
        places.append(top)
        top = sheet.lines((left + 70, top), lines, TEXT) + 8
    around, question, card, danger = places
    sheet.arrow([(left, around + 10), (left + 56, around + 10)], _AROUND)
    marks.number_badge(sheet, (left + 38, question), 1)
    marks.card_badge(sheet, (left + 38, card), shown.cards[0].mark)
    marks.danger_exit(sheet, left + 57, danger - 2, ("",))
    return top
