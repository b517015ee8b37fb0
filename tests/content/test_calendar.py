"""The calendar of the real content: every day on which a fact begins, ends or falls due.

No card ever shows a number on a day it is not valid, nor one that may have changed;
the day an amount changes, the sentence changes with it.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.content import commands
from bot.content.sources import runnable_ids
from bot.engine.advice import card_blocks, paragraph_phrase
from bot.model.content import Card, Content, Fact
from bot.model.paragraphs import Paragraph
from bot.model.phrases import Amount
from bot.model.turns import Message
from tests.playing.house import ROOT, county

CONTENT = county().content
NEW_YEARS_EVE, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)
DAY = timedelta(days=1)


def days() -> list[date]:
    """Each day on which something begins, the day after it ends, and each review date passed."""
    found = {NEW_YEARS_EVE, NEW_YEAR}
    for fact in CONTENT.facts.values():
        found |= {fact.review_by, fact.review_by + DAY}
        for value in fact.values:
            found.add(value.valid_from)
            if value.valid_until is not None:
                found |= {value.valid_until, value.valid_until + DAY}
    return sorted(day for day in found if day >= date(2026, 11, 22))


def paragraphs(content: Content) -> Iterator[tuple[Card, Paragraph]]:
    for topic in content.topics.values():
        for card in topic.cards:
            yield from ((card, each) for each in (*card.body, *(step.text for step in card.steps)))


def valid_on(fact: Fact, day: date) -> bool:
    return fact.certain and any(
        value.valid_from <= day and (value.valid_until is None or day <= value.valid_until)
        for value in fact.values
    )


def said(fact_id: str, day: date) -> list[str]:
    """What the cards that name a fact say about it on a day, in German."""
    renderer = county().renderer
    phrases = (
        paragraph_phrase(CONTENT, paragraph, day)
        for _, paragraph in paragraphs(CONTENT)
        if fact_id in paragraph.facts
    )
    return [renderer.plain(phrase, "de") for phrase in phrases if phrase is not None]


@pytest.mark.parametrize("day", days(), ids=str)
def test_no_sentence_names_a_fact_that_does_not_hold(day: date) -> None:
    for card, paragraph in paragraphs(CONTENT):
        phrase = paragraph_phrase(CONTENT, paragraph, day)
        named = set() if phrase is None else {name for name in phrase.values if "fact:" in name}
        holds = all(valid_on(CONTENT.facts[fact], day) for fact in paragraph.facts)
        assert named == ({f"fact:{fact}" for fact in paragraph.facts} if holds else set()), card.id


@pytest.mark.parametrize("day", [NEW_YEARS_EVE, NEW_YEAR, date(2030, 6, 1)], ids=str)
@pytest.mark.parametrize("language", CONTENT.languages)
def test_every_card_can_be_read_on_any_day(language: str, day: date) -> None:
    renderer = county().renderer
    for topic in CONTENT.topics.values():
        for card in topic.cards:
            message = Message(card_blocks(CONTENT, card, day, "musterstadt"))
            text = " ".join(part.html for part in renderer.telegram(message, language))
            assert not re.search(r"\{|\}|\bNone\b", text), card.id


@pytest.mark.parametrize(
    ("fact", "before", "after"),
    [("minimum_wage", "13,90", "14,60"), ("minijob_limit", "603", "633")],
)
def test_amounts_with_both_values_change_at_new_year(fact: str, before: str, after: str) -> None:
    old, new = " ".join(said(fact, NEW_YEARS_EVE)), " ".join(said(fact, NEW_YEAR))
    assert before in old
    assert after not in old
    assert after in new
    assert before not in new


def test_amounts_of_2026_without_a_successor_are_not_said_in_2027() -> None:
    ending = {
        name: fact
        for name, fact in CONTENT.facts.items()
        if valid_on(fact, NEW_YEARS_EVE) and not valid_on(fact, NEW_YEAR)
    }
    assert {"child_benefit", "local_ticket", "support_single", "asylum_single"} <= ending.keys()
    for name, fact in ending.items():
        amount = next(v.value for v in fact.values if v.valid_until == NEW_YEARS_EVE)
        assert isinstance(amount, Amount)
        number = f"{amount.number:,.2f}".replace(",", "'").replace(".", ",").removesuffix(",00")
        for sentence in said(name, NEW_YEAR):
            assert not re.search(rf"\b{number}\b", sentence), name


def test_what_may_have_changed_is_never_said() -> None:
    moving = [name for name, fact in CONTENT.facts.items() if not fact.certain]
    assert "asylum_court_period" in moving
    for name in moving:
        for _, paragraph in paragraphs(CONTENT):
            if name in paragraph.facts:
                for day in days():
                    phrase = paragraph_phrase(CONTENT, paragraph, day)
                    assert phrase is None or f"fact:{name}" not in phrase.values


def test_whoever_forgets_a_review_is_told() -> None:
    """Past its review date a fact is in the list of what is due, in every region."""
    day = max(fact.review_by for fact in CONTENT.facts.values()) + DAY
    for region in runnable_ids(ROOT / "content"):
        code, lines = commands.check(ROOT / "content", ROOT / "locales", region, day)
        assert code == 0, "overdue is a warning, people go on being advised"
        overdue = {line.split(" ")[0] for line in lines if "overdue" in line or "expired" in line}
        assert any("facts.yaml" in each for each in overdue)
    assert CONTENT.facts["minimum_wage"].on(NEW_YEAR) is not None
    assert Decimal("14.60") in {
        value.value.number
        for value in CONTENT.facts["minimum_wage"].values
        if isinstance(value.value, Amount)
    }
