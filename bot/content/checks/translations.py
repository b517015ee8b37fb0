"""Translations against their German: complete, current, and with the same gaps.

Lost or invented placeholders and unclosed bold block publishing in any language.
Missing and outdated translations are counted by file: `lotse i18n status` has them all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from bot.content.checks.placeholders import balanced_bold
from bot.content.material import Material, Translation
from bot.content.problems import Code, Position, Problem, Severity
from bot.content.texts import SourceText, placeholders

LOST = Code(
    "translation-placeholder-lost",
    "`{{{name}}}` is missing in the translation of {key}",
    "write {{{name}}} where the value belongs",
)
INVENTED = Code(
    "translation-placeholder-unknown",
    "`{{{name}}}` is not in the German text of {key}",
    "take it out, or copy the German one",
)
BOLD = Code(
    "translation-bold-unbalanced", "`**` is not closed in {key}", "write **before and after**"
)
MISSING = Code(
    "translation-missing",
    "{count} texts are not translated",
    "run lotse i18n sync, then translate them",
    Severity.WARNING,
)
FUZZY = Code(
    "translation-fuzzy",
    "{count} translations belong to an older German text",
    "correct them and take `fuzzy` out",
    Severity.WARNING,
)
GHOST = Code(
    "translation-ghost",
    "{key} is no longer in the content",
    "run lotse i18n sync",
    Severity.WARNING,
)


def check(material: Material) -> Iterator[Problem]:
    for language, messages in material.translations.items():
        yield from _counted(material, language, messages)
        for key, message in messages.items():
            text = material.texts.get(key)
            if text is None:
                if _ours(material, key):
                    yield GHOST.at(message.position, key=key)
            elif message.text and not message.fuzzy:
                yield from _gaps(text, message)


def _ours(material: Material, key: str) -> bool:
    """Whether the key belongs to a file of this content, so that it should be known."""
    domains = {text.domain for text in material.texts.values()}
    return key.partition("/")[0] in domains


def _gaps(text: SourceText, message: Translation) -> Iterator[Problem]:
    wanted, found = Counter(placeholders(text.german)), Counter(placeholders(message.text))
    for name in wanted - found:
        yield LOST.at(message.position, name=name, key=text.key)
    for name in found - wanted:
        yield INVENTED.at(message.position, name=name, key=text.key)
    if not balanced_bold(message.text):
        yield BOLD.at(message.position, key=text.key)


def _counted(
    material: Material, language: str, messages: Mapping[str, Translation]
) -> Iterator[Problem]:
    """Missing and outdated translations, one finding a file."""
    by_domain: dict[str, list[SourceText]] = {}
    for text in material.texts.values():
        by_domain.setdefault(text.domain, []).append(text)
    folder = next((Path(each.position.path).parent for each in messages.values()), None)
    for domain, texts in by_domain.items():
        name = f"{domain}.po" if folder is None else str(folder / f"{domain}.po")
        here = Position(f"{language}/{name}" if folder is None else name)
        states = Counter(state(text, messages.get(text.key)) for text in texts)
        if states[State.MISSING]:
            yield MISSING.at(here, count=states[State.MISSING])
        if states[State.FUZZY]:
            yield FUZZY.at(here, count=states[State.FUZZY])


class State(StrEnum):
    """How far a text is in one language."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    MISSING = "missing"


def state(text: SourceText, message: Translation | None) -> State:
    """Fuzzy is also what translates an older German sentence, before `sync` marks it."""
    if message is None or not message.text:
        return State.MISSING
    current = message.source == text.german and not message.fuzzy
    return State.TRANSLATED if current else State.FUZZY
