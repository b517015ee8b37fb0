"""The picture of a topic: its questions down one side, its cards down the other.

A reader follows the line of questions from the top; a question with a condition can
be gone around. Text is measured first, so every box is as high as what it holds.
"""

from collections.abc import Sequence

from bot.content.picture import marks
from bot.content.picture.boxes import (
    HEADING,
    NAME,
    NOTE,
    NUMBER_AT,
    TEXT,
    CardBox,
    HandoverBox,
    QuestionBox,
)
from bot.content.picture.chart import TONE_WORDS, Chart, Tone, chart
from bot.content.picture.metrics import wrapped
from bot.content.picture.svg import GREY, INK, PALE, RULE, Pen, Sheet, Type
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
SPINE = ASKED_AT + NUMBER_AT
BETWEEN = 36.0

TITLE = Type(26, INK, bold=True)

_APART = 12.0
"""Between two cards."""
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
    bottom = _columns(sheet, shown, top + 36)
    bottom = _legend(sheet, shown, bottom + 28)
    return sheet.finished(bottom + EDGE, shown.title, shown.figures)


def _columns(sheet: Sheet, shown: Chart, top: float) -> float:
    """Questions and cards; the handover where there is room. Returns where both end."""
    cards = [CardBox(shown, advice) for advice in shown.cards]
    left = _questions(sheet, shown, top)
    right = top + sum(card.height(CARDS_WIDE) + _APART for card in cards) - _APART
    if left + BETWEEN >= right:
        right = _cards(sheet, cards, CARDS_AT, CARDS_WIDE, top)
        left = _result(sheet, shown, left, right)
        right = HandoverBox(shown, CARDS_WIDE).draw(sheet, (CARDS_AT, right + 22))
        return max(left, right)
    handed = HandoverBox(shown, ASKED_WIDE)
    below = left + BETWEEN + _result_height(shown) + 22 + handed.height + 22
    here, there = _shared_out(cards, top, below + 36)
    right = _cards(sheet, here, CARDS_AT, CARDS_WIDE, top)
    left = _result(sheet, shown, left, right)
    left = handed.draw(sheet, (ASKED_AT, left + 22))
    if there:
        more = shown.plain.say("picture/cards.more#text")
        sheet.text((ASKED_AT, left + 22 + HEADING.size), more, HEADING)
        left = _cards(sheet, there, ASKED_AT, ASKED_WIDE, left + 58)
    return max(left, right)


# --- questions ---------------------------------------------------------------------


def _questions(sheet: Sheet, shown: Chart, top: float) -> float:
    """All questions below each other. Returns where the line leaves the last one."""
    y = top
    sheet.disc((SPINE, y + 5), 5, INK)
    for asked in shown.questions:
        box = QuestionBox(asked, ASKED_WIDE)
        sheet.arrow([(SPINE, y), (SPINE, y + BETWEEN)], _FLOW)
        y += BETWEEN
        if asked.when:
            _way_around(sheet, y, box.height)
        box.draw(sheet, (ASKED_AT, y))
        y += box.height
    return y


def _way_around(sheet: Sheet, top: float, height: float) -> None:
    lane = ASKED_AT - LANE / 2
    begin, end = top - 15, top + height + 9
    sheet.arrow([(SPINE, begin), (lane, begin), (lane, end), (SPINE, end)], _AROUND)


def _result(sheet: Sheet, shown: Chart, top: float, cards_end: float) -> float:
    """After the last question: the line turns to the cards. Returns where it ends."""
    y = top + BETWEEN
    sheet.arrow([(SPINE, top), (SPINE, y)], _FLOW)
    high = _result_height(shown)
    sheet.box((ASKED_AT, y), (ASKED_WIDE, high), PALE, Pen(INK, 1.4), radius=high / 2)
    sheet.lines((ASKED_AT + 20, y + 7), _result_lines(shown), NAME)
    middle = y + high / 2
    bar = CARDS_AT - 18
    if middle > cards_end:
        sheet.line([(bar, cards_end), (bar, middle)], _FLOW)
    sheet.arrow([(ASKED_AT + ASKED_WIDE, middle), (bar, middle)], _FLOW)
    return y + high


def _result_lines(shown: Chart) -> tuple[str, ...]:
    result = shown.plain.say("picture/result#text")
    return wrapped(result, NAME.size, ASKED_WIDE - 28, bold=True)


def _result_height(shown: Chart) -> float:
    return len(_result_lines(shown)) * NAME.line + 16


# --- cards and handover --------------------------------------------------------------


def _shared_out(
    cards: Sequence[CardBox], top: float, below: float
) -> tuple[Sequence[CardBox], Sequence[CardBox]]:
    """The cards beside the questions, and those that go below them so that both end alike."""
    right = top + sum(card.height(CARDS_WIDE) + _APART for card in cards)
    left = below
    kept = len(cards)
    while kept > 1 and left + cards[kept - 1].height(ASKED_WIDE) < right:
        kept -= 1
        left += cards[kept].height(ASKED_WIDE) + _APART
        right -= cards[kept].height(CARDS_WIDE) + _APART
    return cards[:kept], cards[kept:]


def _cards(sheet: Sheet, cards: Sequence[CardBox], left: float, wide: float, top: float) -> float:
    """Cards below each other, with the line that leads to them. Returns where they end."""
    y = top
    for card in cards:
        card.draw(sheet, (left, y), wide)
        y += card.height(wide) + _APART
    sheet.line([(left - 18, top), (left - 18, y - _APART)], _FLOW)
    return y - _APART


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
