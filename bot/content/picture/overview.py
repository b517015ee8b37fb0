"""The picture of all topics: which leads to which, because cards name each other's topics.

A table, because lines between twenty topics hide what they show: a row for each topic
that leads somewhere, a column for each it leads to, in the order of the home screen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.content.picture import marks
from bot.content.picture.metrics import width, wrapped
from bot.content.picture.svg import GREY, INK, PALE, RULE, WHITE, Pen, Sheet, Type
from bot.content.plain import Plain
from bot.i18n.languages import direction
from bot.i18n.render import Renderer
from bot.model.content import Content, Topic

EDGE = 28.0
CELL = 34.0
NAMES = 290.0
"""How wide the names at the beginning of the rows are."""
NARROWEST = 760.0

TITLE = Type(26, INK, bold=True)
HEADING = Type(13, GREY, bold=True)
NAME = Type(14, INK)
NOTE = Type(12, GREY)
COUNT = Type(12, WHITE, bold=True)
SLANTED = Type(13, INK)

_DOT = "#005a8c"
_MOST = 5
"""From this many cards on a dot grows no further."""

Links = Mapping[tuple[str, str], int]


def links_of(content: Content) -> Counter[tuple[str, str]]:
    """How many cards of one topic name another; topics that do not exist are left out."""
    return Counter(
        (topic.id, related.topic)
        for topic in content.topics.values()
        for card in topic.cards
        for related in card.related
        if related.topic in content.topics and related.topic != topic.id
    )


def overview_svg(content: Content, renderer: Renderer, language: str) -> str:
    """All topics of the content as one picture in `language`."""
    return _Table(content, Plain(content, renderer, language, {})).drawn()


class _Table:
    def __init__(self, content: Content, plain: Plain) -> None:
        self.content = content
        self.plain = plain
        self.links: Links = links_of(content)
        self.topics: Sequence[Topic] = tuple(content.topics.values())
        self.names = {topic.id: plain.say(topic.title) for topic in self.topics}
        self.columns = EDGE + NAMES
        slant = max((width(name, SLANTED.size) for name in self.names.values()), default=0)
        self.head = slant * 0.72 + 64
        beyond = self.columns + CELL * (len(self.topics) + 1) + slant * 0.72 + EDGE
        self.wide = max(NARROWEST, round(beyond))

    def drawn(self) -> str:
        say = self.plain.say
        sheet = Sheet(self.wide, direction(self.plain.language), self.plain.language)
        title = say("picture/overview#text")
        figures = say(
            "picture/overview.figures#text",
            topics=str(len(self.topics)),
            links=str(len(self.links)),
            region=self.content.region.name,
        )
        sheet.text((EDGE, EDGE + TITLE.size), title, TITLE)
        sheet.text((EDGE, EDGE + 54), figures, NOTE)
        legend = wrapped(say("picture/overview.legend#text"), NOTE.size, self.wide - 2 * EDGE)
        top = sheet.lines((EDGE, EDGE + 62), legend, NOTE) + self.head
        self._columns(sheet, top)
        bottom = self._rows(sheet, top)
        return sheet.finished(bottom + EDGE, title, figures)

    def _columns(self, sheet: Sheet, top: float) -> None:
        """The topics that are led to: name aslant, number, and a pale band down every other."""
        high = sum(self._heights()) + CELL
        for place, topic in enumerate(self.topics):
            x = self.columns + place * CELL
            if place % 2:
                sheet.box((x, top - CELL), (CELL, high), PALE, radius=0)
            sheet.slanted((x + CELL / 2, top - CELL - 8), self.names[topic.id], SLANTED)
            marks.number_badge(sheet, (x + CELL / 2 - 9, top - CELL / 2 - 10), place + 1)

    def _heights(self) -> list[float]:
        """The height of each row, with the heading of a group before its first topic."""
        first = self._firsts()
        return [CELL + (24 if topic.id in first else 0) for topic in self.topics]

    def _firsts(self) -> dict[str, str]:
        """The first topic of each group with the group's title."""
        titles = {group.id: self.plain.say(group.title) for group in self.content.groups}
        first: dict[str, str] = {}
        for before, topic in zip((None, *self.topics), self.topics, strict=False):
            if before is None or before.group != topic.group:
                first[topic.id] = titles.get(topic.group, topic.group)
        return first

    def _rows(self, sheet: Sheet, top: float) -> float:
        first = self._firsts()
        right = self.columns + CELL * len(self.topics)
        y = top
        for place, topic in enumerate(self.topics):
            if topic.id in first:
                sheet.line([(EDGE, y), (right, y)], Pen(GREY, 1))
                sheet.text((EDGE, y + 17), first[topic.id], HEADING)
                y += 24
            self._row(sheet, place, topic, y)
            y += CELL
            sheet.line([(EDGE, y), (right, y)], Pen(RULE, 0.6))
        return y

    def _row(self, sheet: Sheet, place: int, topic: Topic, top: float) -> None:
        middle = top + CELL / 2
        marks.number_badge(sheet, (EDGE, middle - marks.BADGE / 2), place + 1)
        sheet.icon((EDGE + 38, middle + 5), topic.icon, NAME.size)
        (name, *_) = wrapped(self.names[topic.id], NAME.size, NAMES - 62)
        sheet.text((EDGE + 54, middle + 5), name, NAME)
        for column, other in enumerate(self.topics):
            x = self.columns + column * CELL
            count = self.links.get((topic.id, other.id), 0)
            if other.id == topic.id:
                sheet.box((x + 12, middle - 1), (CELL - 24, 2), RULE, radius=0)
            elif count:
                radius = 8 + 1.6 * min(count, _MOST)
                sheet.disc((x + CELL / 2, middle), radius, _DOT)
                sheet.text((x + CELL / 2, middle + 4.5), str(count), COUNT, "middle")
