"""Facts and phone numbers, built from their files.

A fact keeps all its dated values; which one holds on a day is asked of the model.
"""

from decimal import Decimal

from bot.content.schema_lists import FactsFile, FactShape, PhonesFile
from bot.content.sources import Parsed
from bot.content.texts import Kind, TextBook
from bot.model.content import DatedValue, Fact, Phone
from bot.model.phrases import Amount, Unit


def build_facts(file: Parsed[FactsFile] | None, book: TextBook) -> dict[str, Fact]:
    """The facts by id; none if the file is broken."""
    if file is None:
        return {}
    return {name: _fact(file, name, shape, book) for name, shape in file.shape.facts.items()}


def build_phones(file: Parsed[PhonesFile] | None, book: TextBook) -> dict[str, Phone]:
    """The phone numbers by id; none if the file is broken."""
    if file is None:
        return {}
    return {
        name: Phone(
            id=name,
            number=shape.number,
            name=book.add(
                f"phones/{name}#name",
                shape.name,
                Kind.PHONE,
                file.document,
                ("phones", name, "name"),
            ),
        )
        for name, shape in file.shape.phones.items()
    }


def _fact(file: Parsed[FactsFile], name: str, shape: FactShape, book: TextBook) -> Fact:
    path = ("facts", name, "label")
    book.add(f"facts/{name}#label", shape.label, Kind.FACT, file.document, path)
    values = tuple(
        DatedValue(
            value=Amount(dated.value, Unit(shape.unit))
            if isinstance(dated.value, Decimal)
            else dated.value,
            valid_from=dated.valid_from,
            valid_until=dated.valid_until,
        )
        for dated in shape.values
    )
    return Fact(
        id=name,
        values=values,
        review_by=shape.review_by,
        source=shape.source,
        certain=shape.certainty != "moving",
    )
