"""Translations against their German: complete, current, and with the same gaps.

Lost or invented placeholders and unclosed bold block publishing in any language.
Missing and outdated translations are counted by file: `lotse i18n status` has them all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.content.checks.placeholders import balanced_bold
from bot.content.extract import wanted_in
from bot.content.material import Material, State, Translation, shown, state
from bot.content.problems import Code, Position, Problem, Severity
from bot.content.texts import SourceText, placeholders
from bot.i18n.templates import is_wordless

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
    texts = {**material.texts, **material.program}
    by_domain: dict[str, list[SourceText]] = {}
    for each in texts.values():
        if not is_wordless(each.german):
            by_domain.setdefault(each.domain, []).append(each)
    new = {key for key, text in texts.items() if material.first_time("gaps", (key, text.german))}
    for language, messages in material.translations.items():
        yield from _counted(by_domain, language, messages)
        for key, message in messages.items():
            text = texts.get(key)
            if text is not None and key in new and shown(text, message):
                yield from _gaps(text, message)
            elif text is None and key.partition("/")[0] in by_domain:
                yield GHOST.at(message.position, key=key)


def _gaps(text: SourceText, message: Translation) -> Iterator[Problem]:
    wanted, found = set(placeholders(text.german)), set(placeholders(message.text))
    for name in sorted(wanted - found):
        yield LOST.at(message.position, name=name, key=text.key)
    for name in sorted(found - wanted):
        yield INVENTED.at(message.position, name=name, key=text.key)
    if not balanced_bold(message.text):
        yield BOLD.at(message.position, key=text.key)


def _counted(
    by_domain: Mapping[str, list[SourceText]],
    language: str,
    messages: Mapping[str, Translation],
) -> Iterator[Problem]:
    """Missing and outdated translations, one finding a file."""
    folder = next((Path(each.position.path).parent for each in messages.values()), None)
    for domain in wanted_in(language, by_domain):
        name = f"{domain}.po" if folder is None else str(folder / f"{domain}.po")
        here = Position(f"{language}/{name}" if folder is None else name)
        states = Counter(state(text, messages.get(text.key)) for text in by_domain[domain])
        if states[State.MISSING]:
            yield MISSING.at(here, count=states[State.MISSING])
        if states[State.FUZZY]:
            yield FUZZY.at(here, count=states[State.FUZZY])
