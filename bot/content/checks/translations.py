"""Translations against their German: complete, current, and with the same gaps.

Lost or invented placeholders and unclosed bold block publishing in any language.
Missing and outdated translations are counted by file: `lotse i18n status` has them all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.content.checks.placeholders import balanced_bold
from bot.content.extract import wanted_in
from bot.content.material import Material, State, Translation, state
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
    known = frozenset(text.domain for text in texts.values())
    for language, messages in material.translations.items():
        yield from _counted(texts, language, messages)
        for key, message in messages.items():
            text = texts.get(key)
            if text is None:
                if key.partition("/")[0] in known:
                    yield GHOST.at(message.position, key=key)
            elif message.text and not message.fuzzy:
                yield from _gaps(text, message)


def _gaps(text: SourceText, message: Translation) -> Iterator[Problem]:
    wanted, found = set(placeholders(text.german)), set(placeholders(message.text))
    for name in sorted(wanted - found):
        yield LOST.at(message.position, name=name, key=text.key)
    for name in sorted(found - wanted):
        yield INVENTED.at(message.position, name=name, key=text.key)
    if not balanced_bold(message.text):
        yield BOLD.at(message.position, key=text.key)


def _counted(
    all_texts: Mapping[str, SourceText], language: str, messages: Mapping[str, Translation]
) -> Iterator[Problem]:
    """Missing and outdated translations, one finding a file."""
    wanted = wanted_in(language, dict.fromkeys(text.domain for text in all_texts.values()))
    folder = next((Path(each.position.path).parent for each in messages.values()), None)
    for domain in wanted:
        texts = [
            text
            for text in all_texts.values()
            if text.domain == domain and not is_wordless(text.german)
        ]
        name = f"{domain}.po" if folder is None else str(folder / f"{domain}.po")
        here = Position(f"{language}/{name}" if folder is None else name)
        states = Counter(
            state(text, messages.get(text.key)) for text in texts if not is_wordless(text.german)
        )
        if states[State.MISSING]:
            yield MISSING.at(here, count=states[State.MISSING])
        if states[State.FUZZY]:
            yield FUZZY.at(here, count=states[State.FUZZY])
