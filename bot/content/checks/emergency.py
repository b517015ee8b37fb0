"""Danger is recognised and answered in every language the county offers.

Each kind has triggers and tests in each language; a test sentence about danger must
be recognised, a harmless one must not. The first message exists in each language: an
older translation counts, because it helps more than a foreign sentence.
"""

from collections.abc import Iterator, Mapping

from bot.content.material import Material
from bot.content.problems import Code, Problem, Severity
from bot.content.schema_lists import EmergencyFile
from bot.content.sources import Parsed
from bot.engine.urgent import recognise
from bot.i18n.languages import LANGUAGES

NO_TRIGGERS = Code(
    "trigger-language-missing",
    "`{kind}` has no trigger words in {language}",
    "add `{language}: [...]` to its triggers",
)
NO_TESTS = Code(
    "trigger-untested",
    "`{kind}` has no test of danger in {language}",
    "add sentences to `tests: {{danger: {{{language}: [...]}}}}`",
)
NOT_TRANSLATED = Code(
    "emergency-not-translated",
    "{key} is missing in {language}",
    "translate it in locales/{language}: nobody in danger may read German only",
)
MISSED = Code(
    "danger-not-recognised",
    "`{text}` is not recognised as danger",
    "add or widen a trigger of `{kind}`",
)
OTHER = Code(
    "danger-of-other-kind",
    "`{text}` is taken for `{found}`",
    "narrow a trigger of `{found}`, or move the test",
    Severity.WARNING,
)
FALSE_ALARM = Code(
    "false-alarm",
    "`{text}` raises the alarm `{found}`",
    "narrow the trigger, or add a `harmless` phrase to `{found}`",
)
EMPTY_TRIGGER = Code(
    "trigger-empty", "the phrase `{text}` has no word in it", "write words, or take it out"
)


def check(material: Material) -> Iterator[Problem]:
    file = material.sources.emergency
    if file is None:
        return
    yield from _languages(material, file)
    if material.first_time("emergency", id(file.document)):
        yield from _tests(material, file)
    yield from _translated(material)


def _languages(material: Material, file: Parsed[EmergencyFile]) -> Iterator[Problem]:
    for name, kind in file.shape.kinds.items():
        for slot, code, phrases in (
            ("triggers", NO_TRIGGERS, kind.triggers),
            ("tests", NO_TESTS, kind.tests.danger),
        ):
            for language in material.content.languages:
                if not _spoken(phrases, language):
                    here = file.document.at("kinds", name, slot)
                    yield code.at(here, kind=name, language=language)
        for language, triggers in kind.triggers.items():
            for number, phrase in enumerate(triggers):
                if not any(char.isalnum() for char in phrase):
                    here = file.document.at("kinds", name, "triggers", language, number)
                    yield EMPTY_TRIGGER.at(here, text=phrase)


def _spoken(phrases: Mapping[str, list[str]], language: str) -> bool:
    """Whether the language, or the one its readers share, has any phrase."""
    known = LANGUAGES.get(language)
    own = (language, known.stand_in) if known and known.stand_in else (language,)
    return any(phrases.get(each) for each in own)


def _tests(material: Material, file: Parsed[EmergencyFile]) -> Iterator[Problem]:
    for name, kind in file.shape.kinds.items():
        for language, sentences in kind.tests.danger.items():
            for number, text in enumerate(sentences):
                here = file.document.at("kinds", name, "tests", "danger", language, number)
                found = recognise(material.content, text)
                if found is None:
                    yield MISSED.at(here, text=text, kind=name)
                elif found.id != name:
                    yield OTHER.at(here, text=text, found=found.id)
        for language, sentences in kind.tests.harmless.items():
            for number, text in enumerate(sentences):
                here = file.document.at("kinds", name, "tests", "harmless", language, number)
                found = recognise(material.content, text)
                if found is not None and (found.id == name or not found.straight):
                    yield FALSE_ALARM.at(here, text=text, found=found.id)


def _translated(material: Material) -> Iterator[Problem]:
    for key, text in material.texts.items():
        if text.domain != "emergency":
            continue
        for language, messages in material.translations.items():
            message = messages.get(key)
            known = LANGUAGES.get(language)
            simple = known is not None and known.stand_in == "de"
            if not simple and (message is None or not message.text):
                yield NOT_TRANSLATED.at(text.position, key=key, language=language)
