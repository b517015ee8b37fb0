"""Amounts, deadlines and phone numbers stand in facts.yaml and phones.yaml.

A number in a sentence goes stale unseen and is translated eighteen times. Levels
(B1), paragraphs (§ 24) and ages are no such numbers.
"""

import re
from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem
from bot.content.texts import Kind

NUMBER = Code(
    "number-in-sentence",
    "`{what}` is an amount, a date or a deadline",
    "make it a fact in facts.yaml and write {{fact:id}}, with a `without:`",
)
PHONE = Code(
    "phone-in-sentence",
    "`{what}` is a number of phones.yaml",
    "write {{phone:{name}}}, so that it can be tapped and corrected in one place",
)

SENTENCES = frozenset(
    {
        Kind.QUESTION,
        Kind.WHY,
        Kind.OPTION,
        Kind.BODY,
        Kind.WITHOUT,
        Kind.STEP,
        Kind.REASON,
        Kind.FIRST_MESSAGE,
        Kind.HINT,
        Kind.EXPLANATION,
    }
)

_NUMBER = re.compile(
    r"""
      \d[\d.,]*\s?(?:€|EUR\b|Euro\b|Cent\b|%|Prozent)
    | (?:€|EUR)\s?\d[\d.,]*
    | \b\d+(?:\s?(?:-|–|bis|oder)\s?\d+)?\s(?:Arbeits|Werk|Kalender)?(?:Tag|Woche|Monat|Stunde)\w*
    | \b\d{1,2}\.\s?(?:\d{1,2}\.|Januar|Februar|März|April|Mai|Juni|Juli|August|September
        |Oktober|November|Dezember)(?:\s?\d{2,4})?
    | (?<!ab\s)(?<!unter\s)(?<!über\s)(?<!mit\s)(?<!bis\s)\b\d+\sJahre?n?\b(?!\salt)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def check(material: Material) -> Iterator[Problem]:
    phones = [(each, _as_typed(each.number)) for each in material.content.phones.values()]
    for text in material.texts.values():
        if text.kind not in SENTENCES or not any(map(str.isdigit, text.german)):
            continue
        for found in _NUMBER.finditer(text.german):
            yield NUMBER.at(text.position, what=found.group().strip())
        for phone, typed in phones:
            if typed.search(text.german):
                yield PHONE.at(text.position, what=phone.number, name=phone.id)


def _as_typed(number: str) -> re.Pattern[str]:
    """The number as it would stand in a sentence, not within a longer one."""
    return re.compile(rf"(?<!\d){re.escape(number)}(?!\d)")
