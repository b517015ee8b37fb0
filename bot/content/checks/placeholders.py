"""What stands between braces in German texts, and whether bold is closed."""

import re
from collections.abc import Collection, Iterator

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity, listed
from bot.content.texts import Kind, SourceText, placeholders

MALFORMED = Code(
    "placeholder-malformed",
    "`{{{name}}}` is no placeholder",
    "write {wanted}; braces are for nothing else",
)
FACT = Code("fact-unknown", "there is no fact `{name}`", "write one of facts.yaml: {known}")
PHONE = Code("phone-unknown", "there is no phone `{name}`", "write one of phones.yaml: {known}")
SLOT = Code("slot-unknown", "the reply has no gap `{name}`", "write one of its slots: {known}")
SLOT_UNUSED = Code(
    "slot-unused", "the text does not use the gap `{name}`", "write {{{name}}} into the text"
)
BRACES = Code("braces-unbalanced", "a brace is not closed, or not opened", "close every {{ with }}")
BOLD = Code("bold-unbalanced", "`**` is not closed", "write **before and after**")
MARKUP = Code(
    "markup-unknown", "`{what}` is shown as it is", "write bold as **word**, links as text"
)
NO_FALLBACK = Code(
    "fact-without-fallback",
    "the sentence disappears when `{name}` has expired",
    "add `without:` with a sentence that needs no number",
    Severity.WARNING,
)
WITHOUT_FACT = Code(
    "fallback-with-fact",
    "the fallback names a fact, which may have expired too",
    "write `without:` as a sentence without facts",
)

_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|\]\(")

WITH_FACTS = frozenset({Kind.BODY, Kind.STEP})
WITH_PHONES = frozenset(
    {Kind.BODY, Kind.STEP, Kind.WITHOUT, Kind.FIRST_MESSAGE, Kind.HINT, Kind.NIGHT}
)


def check(material: Material) -> Iterator[Problem]:
    for text in material.texts.values():
        yield from _names(material, text)
        if material.first_time("signs", (text.key, text.german)):
            yield from _signs(text)
    yield from _slots(material)


def _names(material: Material, text: SourceText) -> Iterator[Problem]:
    facts = material.content.facts if material.sources.facts else None
    phones = material.content.phones if material.sources.phones else None
    if text.kind is Kind.REPLY:
        return
    for name in placeholders(text.german):
        kind, _, id_ = name.partition(":")
        if kind == "fact" and text.kind in WITH_FACTS:
            yield from _unknown(FACT, text, id_, facts)
            if f"{text.key}.without" not in material.texts:
                yield NO_FALLBACK.at(text.position, name=id_)
        elif kind == "fact" and text.kind is Kind.WITHOUT:
            yield WITHOUT_FACT.at(text.position)
        elif kind == "phone" and text.kind in WITH_PHONES:
            yield from _unknown(PHONE, text, id_, phones)
        else:
            yield MALFORMED.at(text.position, name=name, wanted=_wanted(text.kind))


def _wanted(kind: Kind) -> str:
    if kind in WITH_FACTS:
        return "{fact:id} or {phone:id}"
    return "{phone:id}" if kind in WITH_PHONES else "the words themselves"


def _unknown(
    code: Code, text: SourceText, name: str, known: Collection[str] | None
) -> Iterator[Problem]:
    if known is not None and name not in known:
        yield code.at(text.position, name=name, known=listed(known, near=name))


def _signs(text: SourceText) -> Iterator[Problem]:
    if not balanced_braces(text.german):
        yield BRACES.at(text.position)
    if not balanced_bold(text.german):
        yield BOLD.at(text.position)
    if markup := _MARKUP.search(text.german):
        yield MARKUP.at(text.position, what=markup.group())


def balanced_braces(text: str) -> bool:
    """Whether every brace belongs to a placeholder."""
    if "{" not in text and "}" not in text:
        return True
    open_ = False
    for char in text:
        if (char == "{" and open_) or (char == "}" and not open_):
            return False
        open_ = char == "{" or (open_ and char != "}")
    return not open_


def balanced_bold(text: str) -> bool:
    """Whether bold that begins also ends, with something in between."""
    if "**" not in text:
        return True
    parts = text.split("**")
    return len(parts) % 2 == 1 and all(part.strip() for part in parts[1::2])


def _slots(material: Material) -> Iterator[Problem]:
    for reply in material.content.replies.values():
        text = material.texts[reply.text]
        used, slots = list(placeholders(text.german)), [slot.id for slot in reply.slots]
        for name in used:
            if name not in slots:
                yield SLOT.at(text.position, name=name, known=listed(slots))
        for name in slots:
            if name not in used:
                yield SLOT_UNUSED.at(text.position, name=name)
