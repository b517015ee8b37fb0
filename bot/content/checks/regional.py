"""Regional texts that have fallen behind the card they stand in for."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity

OLDER = Code(
    "fill-older",
    "`{card}` was read against its source on {newer}, the text of `{region}` on {older}",
    "compare the two, correct this one, and set its `checked` to that day",
    Severity.WARNING,
)


def check(material: Material) -> Iterator[Problem]:
    cards = {name: shape for name, shape, _, _ in material.cards()}
    for level in material.sources.regions or ():
        for name, fill in level.shape.fill.items():
            card = cards.get(name)
            if card and card.source and fill.source and fill.source.checked < card.source.checked:
                yield OLDER.at(
                    level.document.at("fill", name, "source", "checked"),
                    card=name,
                    region=level.id,
                    newer=card.source.checked,
                    older=fill.source.checked,
                )
