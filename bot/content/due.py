"""What is due for review, and whose task it is: files, sources, facts, phones, offices.

Everything comes from the dates that editors wrote. How it is shown is in `stale.py`;
`checks/overdue.py` warns of what is overdue while content is checked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from bot.content.checks.overdue import A_YEAR
from bot.content.files import Files
from bot.content.problems import Position
from bot.content.schema_lists import FactShape, PhoneShape
from bot.content.schema_region import RegionFile
from bot.content.sources import Parsed, Sources, read_sources
from bot.content.yamlfile import Document

_DAY = timedelta(days=1)


class What(StrEnum):
    """Kinds of tasks, the worst first: an amount that ends takes its sentence along."""

    ENDS = "ends"
    REVIEW = "review"
    SOURCE = "source"
    FACT = "fact"
    PHONE = "phone"
    OFFICE = "office"
    OFFICES = "offices"
    MOVING = "moving"


@dataclass(frozen=True, slots=True)
class Due:
    """One task. `day` is the last day before it is overdue.

    `owner` is as written in the file, empty if nobody is. `name` is what people call
    the thing (of OFFICES: how many), `link` where to compare it.
    """

    owner: str
    day: date
    what: What
    name: str
    position: Position
    link: str = ""

    @property
    def rank(self) -> tuple[date, int, str, str]:
        return self.day, list(What).index(self.what), self.position.path, self.name


def due(content_dir: Path, regions: Iterable[str]) -> list[Due]:
    """Every task of these regions' content, each once, by day."""
    files = Files()
    found: dict[Due, None] = {}
    for region in regions:
        sources = read_sources(content_dir, region, files)
        found |= dict.fromkeys((*_reviews(sources), *_cards(sources), *_numbers(sources)))
    return sorted(found, key=lambda task: task.rank)


# --- whole files ---------------------------------------------------------------------


def _reviews(sources: Sources) -> Iterator[Due]:
    for file in sources.list_files:
        if file.shape.review_by is not None:
            name = _short(file.document)
            yield _review(file.shape.owner or "", file.shape.review_by, name, file.document)
    for topic in sources.topics.values():
        shape = topic.shape
        yield _review(shape.owner, shape.review_by, shape.title.text, topic.document)


def _review(owner: str, day: date, name: str, document: Document) -> Due:
    return Due(owner, day, What.REVIEW, name, document.at("review_by"))


def _short(document: Document) -> str:
    """`people.yaml`, `musterkreis/region.yaml`: a list has no title of its own."""
    path = Path(document.name)
    return f"{path.parent.name}/{path.name}" if path.parent.parent.name == "regions" else path.name


# --- cards ---------------------------------------------------------------------------


def _cards(sources: Sources) -> Iterator[Due]:
    for topic in sources.topics.values():
        for name, card in topic.shape.cards.items():
            if card.source is not None:
                yield Due(
                    topic.shape.owner,
                    card.source.checked + card.source.max_age,
                    What.SOURCE,
                    f"{topic.shape.title.text}: {card.title.text}",
                    topic.document.at("cards", name, "source", "checked"),
                    card.source.url,
                )
    for level in sources.regions or ():
        yield from _regional_cards(level)


def _regional_cards(level: Parsed[RegionFile]) -> Iterator[Due]:
    """What a region fills and adds has sources of its own."""
    owner = level.shape.owner or ""
    for card_id, fill in level.shape.fill.items():
        if fill.source is not None:
            day = fill.source.checked + fill.source.max_age
            here = level.document.at("fill", card_id, "source", "checked")
            yield Due(owner, day, What.SOURCE, card_id, here, fill.source.url)
    for topic, added in level.shape.add.items():
        for name, card in added.cards.items():
            if card.source is not None:
                day = card.source.checked + card.source.max_age
                here = level.document.at("add", topic, "cards", name, "source", "checked")
                yield Due(owner, day, What.SOURCE, card.title.text, here, card.source.url)


# --- facts, phones, offices ----------------------------------------------------------


def _numbers(sources: Sources) -> Iterator[Due]:
    if sources.facts is not None:
        yield from _facts(sources.facts.shape.facts, sources.facts.document)
    if sources.phones is not None:
        phones = sources.phones.shape
        yield from _phones(phones.phones, phones.owner or "", sources.phones.document)
    for level in sources.regions or ():
        yield from _facts(level.shape.facts, level.document)
        yield from _phones(level.shape.phones, level.shape.owner or "", level.document)
        yield from _offices(level)


def _facts(facts: Mapping[str, FactShape], document: Document) -> Iterator[Due]:
    for name, fact in facts.items():
        label = fact.label.text
        what = What.MOVING if fact.certainty == "moving" else What.FACT
        here = document.at("facts", name, "review_by")
        yield Due(fact.owner, fact.review_by, what, label, here, fact.source)
        end = end_of(fact)
        if end is not None and fact.certainty != "moving":
            here = document.at("facts", name, "values")
            yield Due(fact.owner, end, What.ENDS, label, here, fact.source)


def end_of(fact: FactShape) -> date | None:
    """The last day on which the fact has a value without a gap; None if it goes on."""
    values = sorted(fact.values, key=lambda dated: dated.valid_from)
    for dated, following in zip(values, [*values[1:], None], strict=True):
        if dated.valid_until is None:
            continue
        if following is None or following.valid_from > dated.valid_until + _DAY:
            return dated.valid_until
    return None


def _phones(phones: Mapping[str, PhoneShape], owner: str, document: Document) -> Iterator[Due]:
    for name, phone in phones.items():
        day = phone.checked + (phone.max_age or A_YEAR)
        here = document.at("phones", name, "checked")
        told = f"{phone.name.text}, {phone.number}"
        yield Due(owner, day, What.PHONE, told, here, phone.source)


def _offices(level: Parsed[RegionFile]) -> Iterator[Due]:
    """Each office a year after somebody confirmed it; those never confirmed as one task."""
    owner, unconfirmed = level.shape.owner or "", []
    for name, office in level.shape.offices.items():
        if office.checked is None:
            unconfirmed.append(office.name)
            continue
        here = level.document.at("offices", name, "checked")
        day = office.checked + A_YEAR
        yield Due(owner, day, What.OFFICE, office.name, here, office.url or "")
    if unconfirmed and level.shape.review_by is not None:
        here, count = level.document.at("offices"), str(len(unconfirmed))
        yield Due(owner, level.shape.review_by, What.OFFICES, count, here)
