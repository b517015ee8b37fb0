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
    phones = material.content.phones.values()
    for text in material.texts.values():
        if text.kind not in SENTENCES:
            continue
        for found in _NUMBER.finditer(text.german):
            yield NUMBER.at(text.position, what=found.group().strip())
        for phone in phones:
            if re.search(rf"(?<!\d){re.escape(phone.number)}(?!\d)", text.german):
                yield PHONE.at(text.position, what=phone.number, name=phone.id)
