"""Facts for editors: every dated value, how sure it is, and which cards say it.

Values come from the content as built, names and owners from the files.
"""

from collections.abc import Iterator
from datetime import date

from bot.content.schema_lists import FactShape
from bot.content.showing.shelf import Shelf
from bot.content.yamlfile import Document
from bot.model import wording
from bot.model.content import Card, Content, Fact
from bot.model.editing import DatedText, FactView, Use
from bot.model.phrases import Amount, Phrase


def fact_list(shelf: Shelf, today: date, on: date, speak: str) -> tuple[FactView, ...] | None:
    """All facts of the region in the order of the files; None if they cannot be read."""
    sources = shelf.sources
    if sources is None or sources.facts is None:
        return None
    written: dict[str, tuple[FactShape, Document]] = {}
    levels = [(level.shape.facts, level.document) for level in reversed(sources.regions or ())]
    for facts, document in ((sources.facts.shape.facts, sources.facts.document), *levels):
        written |= {name: (shape, document) for name, shape in facts.items()}
    uses = _uses(shelf, speak)
    return tuple(
        _view(shelf, shelf.content.facts[name], place, uses.get(name, ()), (today, on, speak))
        for name, place in written.items()
    )


def _view(
    shelf: Shelf,
    fact: Fact,
    place: tuple[FactShape, Document],
    uses: tuple[Use, ...],
    asked: tuple[date, date, str],
) -> FactView:
    shape, document = place
    today, on, speak = asked

    def words(value: Amount | date | None) -> str:
        if value is None:
            return ""
        return shelf.renderer.plain(Phrase(wording.AS_WRITTEN, {"text": value}), speak)

    return FactView(
        id=fact.id,
        label=shape.label.text,
        certainty=shape.certainty,
        now=words(fact.on(today)),
        then=words(fact.on(on)),
        values=tuple(
            DatedText(words(dated.value), dated.valid_from, dated.valid_until)
            for dated in fact.values
        ),
        review_by=fact.review_by,
        owner=shape.owner,
        source=fact.source,
        at=shelf.at(document.at_key("facts", fact.id)),
        uses=uses,
    )


def _uses(shelf: Shelf, speak: str) -> dict[str, tuple[Use, ...]]:
    """The cards that name each fact, each card once."""
    found: dict[str, dict[Use, None]] = {}
    for card in _cards(shelf.content):
        title = shelf.renderer.plain(Phrase(card.title), speak)
        use = Use(card.topic, card.id, title)
        for paragraph in (*card.body, *(step.text for step in card.steps)):
            for fact in paragraph.facts:
                found.setdefault(fact, {})[use] = None
    return {fact: tuple(uses) for fact, uses in found.items()}


def _cards(content: Content) -> Iterator[Card]:
    for topic in content.topics.values():
        yield from topic.cards
