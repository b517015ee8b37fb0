"""Cards: facts of the day, offices of the municipality, nothing said with an old number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.engine.advice import MAX_OFFICES, card_blocks, paragraph_phrase
from bot.model import wording as w
from bot.model.content import Card, Content, DatedValue, Fact
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Amount, Style, Unit
from tests.playing.house import county

CONTENT = county().content
TODAY = date(2026, 11, 23)
CARDS = [card for topic in CONTENT.topics.values() for card in topic.cards]


def wage(amount: str) -> Amount:
    return Amount(Decimal(amount), Unit.EUR_PER_HOUR)


def knowing(*values: DatedValue, certain: bool = True) -> Content:
    fact = Fact("wage", values, TODAY, "source", certain)
    return replace(CONTENT, facts={"wage": fact})


TWO_YEARS = knowing(
    DatedValue(wage("13.90"), date(2026, 1, 1), date(2026, 12, 31)),
    DatedValue(wage("14.60"), date(2027, 1, 1)),
)
SENTENCE = Paragraph("a#text", facts=("wage",), phones=("police",), without="a#without")


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2026, 1, 1), "13.90"),
        (date(2026, 12, 31), "13.90"),
        (date(2027, 1, 1), "14.60"),
        (date(2040, 1, 1), "14.60"),
    ],
)
def test_the_value_of_the_day_is_told(day: date, amount: str) -> None:
    phrase = paragraph_phrase(TWO_YEARS, SENTENCE, day)
    assert phrase is not None
    assert phrase.key == "a#text"
    assert phrase.values["fact:wage"] == wage(amount)
    assert phrase.values["phone:police"] == CONTENT.phones["police"].number


def test_without_a_value_the_sentence_gives_way() -> None:
    before = date(2025, 12, 31)
    phrase = paragraph_phrase(TWO_YEARS, SENTENCE, before)
    assert phrase is not None
    assert (phrase.key, set(phrase.values)) == ("a#without", {"phone:police"})
    assert paragraph_phrase(TWO_YEARS, replace(SENTENCE, without=None), before) is None


def test_an_uncertain_value_is_not_told() -> None:
    unsure = knowing(DatedValue(wage("13.90"), date(2026, 1, 1)), certain=False)
    phrase = paragraph_phrase(unsure, SENTENCE, TODAY)
    assert phrase is not None
    assert phrase.key == "a#without"


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_each_office_of_a_step_is_named_once_and_at_most_three_others(card: Card) -> None:
    steps = {step.role for step in card.steps if step.role}
    for municipality in (None, *(one.id for one in CONTENT.region.municipalities)):
        blocks = card_blocks(CONTENT, card, TODAY, municipality)
        named = [b.phrase.values["name"] for b in blocks if b.phrase.key == w.OFFICE]
        filled = {role: CONTENT.region.office_for(role, municipality) for role in card.roles}
        wanted = {filled[role] for role in steps} - {None}
        assert {office.name for office in wanted if office} <= set(named)
        assert (
            len(named) == len(set(map(str, named))) <= max(MAX_OFFICES, len(wanted) + MAX_OFFICES)
        )
        heading = w.RESPONSIBLE if municipality else w.RESPONSIBLE_COUNTY
        assert [b.phrase.key for b in blocks].count(heading) == bool(named)


def test_the_office_is_the_one_of_the_municipality() -> None:
    local = next(role for role, places in CONTENT.region.local_roles.items() if places)
    place, office = next(iter(CONTENT.region.local_roles[local].items()))
    card = replace(CARDS[0], roles=(local,), steps=())
    names = {
        where: [
            b.phrase.values["name"]
            for b in card_blocks(CONTENT, card, TODAY, where)
            if b.phrase.key == w.OFFICE
        ]
        for where in (place, None)
    }
    assert names[place] == [CONTENT.region.offices[office].name]
    assert names[None] == [CONTENT.region.offices[CONTENT.region.roles[local]].name]


def test_title_first_source_last() -> None:
    for card in CARDS:
        blocks = card_blocks(CONTENT, card, TODAY, None)
        assert (blocks[0].phrase.key, blocks[0].style) == (card.title, Style.TITLE)
        assert (blocks[-1].phrase.key == w.SOURCE) is (card.source is not None)
