"""Facts and phone numbers, built from their files.

A fact keeps all its dated values; which one holds on a day is asked of the model.
A region may have values and numbers of its own, where a state's law sets them.
"""

from collections.abc import Sequence
from decimal import Decimal

from bot.content.problems import Code
from bot.content.schema_lists import FactsFile, FactShape, PhonesFile, PhoneShape
from bot.content.schema_region import RegionFile
from bot.content.sources import Parsed
from bot.content.textbook import TextBook
from bot.content.texts import Kind
from bot.content.yamlfile import Document
from bot.model.content import DatedValue, Fact, Phone
from bot.model.phrases import Amount, Unit

UNIT = Code(
    "fact-unit-differs",
    "`{name}` is counted in {unit} elsewhere, and sentences rely on it",
    "write `unit: {unit}`, or choose another id",
)


def build_facts(
    file: Parsed[FactsFile] | None, levels: Sequence[Parsed[RegionFile]], book: TextBook
) -> dict[str, Fact]:
    """The facts by id, those of the nearest level; none if the file is broken.

    `levels` are the region and all it extends, nearest first.
    """
    if file is None:
        return {}
    facts: dict[str, Fact] = {}
    units: dict[str, str] = {}
    for name, shape in file.shape.facts.items():
        units[name] = shape.unit
        facts[name] = _fact(f"facts/{name}", shape, file.document, name, book)
    for level in reversed(levels):
        for name, shape in level.shape.facts.items():
            if units.setdefault(name, shape.unit) != shape.unit:
                here = level.document.at("facts", name, "unit")
                book.problems.append(UNIT.at(here, name=name, unit=units[name]))
            facts[name] = _fact(f"{level.id}/fact.{name}", shape, level.document, name, book)
    return facts


def build_phones(
    file: Parsed[PhonesFile] | None, levels: Sequence[Parsed[RegionFile]], book: TextBook
) -> dict[str, Phone]:
    """The phone numbers by id, those of the nearest level; none if the file is broken."""
    if file is None:
        return {}
    phones = {
        name: _phone(f"phones/{name}", shape, file.document, name, book)
        for name, shape in file.shape.phones.items()
    }
    for level in reversed(levels):
        for name, shape in level.shape.phones.items():
            phones[name] = _phone(f"{level.id}/phone.{name}", shape, level.document, name, book)
    return phones


def _phone(key: str, shape: PhoneShape, document: Document, name: str, book: TextBook) -> Phone:
    path = ("phones", name, "name")
    spoken = book.add(f"{key}#name", shape.name, Kind.PHONE, document, path)
    return Phone(name, shape.number, spoken)


def _fact(key: str, shape: FactShape, document: Document, name: str, book: TextBook) -> Fact:
    book.add(f"{key}#label", shape.label, Kind.FACT, document, ("facts", name, "label"))
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
