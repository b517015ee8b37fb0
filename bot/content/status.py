"""`lotse i18n status`: how far each language is, counted over all files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content.extract import wanted_in
from bot.content.material import State, Translation, state, translations_of
from bot.content.texts import SourceText
from bot.i18n.catalogue import Catalogues
from bot.i18n.templates import is_wordless


@dataclass(frozen=True, slots=True)
class Status:
    """Numbers of texts. `unreviewed` are translated ones nobody has read again."""

    language: str
    translated: int
    fuzzy: int
    missing: int
    unreviewed: int

    @property
    def share(self) -> int:
        """Translated texts in percent, rounded down: 100 means all."""
        total = self.translated + self.fuzzy + self.missing
        return 100 * self.translated // total if total else 100


def status(catalogues: Catalogues, texts: Mapping[str, SourceText]) -> list[Status]:
    """One line a language but German, in the catalogues' order."""
    translations = translations_of(catalogues)
    return [
        _status(language, texts, messages, catalogues)
        for language, messages in translations.items()
    ]


def _status(
    language: str,
    texts: Mapping[str, SourceText],
    messages: Mapping[str, Translation],
    catalogues: Catalogues,
) -> Status:
    domains = wanted_in(language, dict.fromkeys(text.domain for text in texts.values()))
    wanted = [t for t in texts.values() if t.domain in domains and not is_wordless(t.german)]
    states = {text.key: state(text, messages.get(text.key)) for text in wanted}
    counted = Counter(states.values())
    reviewed = {file.path.stem for file in catalogues.files(language) if file.reviewed}
    done = [key for key, each in states.items() if each is State.TRANSLATED]
    return Status(
        language=language,
        translated=counted[State.TRANSLATED],
        fuzzy=counted[State.FUZZY],
        missing=counted[State.MISSING],
        unreviewed=sum(key.partition("/")[0] not in reviewed for key in done),
    )


def table(lines: Iterable[Status]) -> list[str]:
    """The figures as lines of text with a heading."""
    heading = f"{'language':<12}{'translated':>11}{'fuzzy':>8}{'missing':>9}{'unreviewed':>12}"
    return [
        heading,
        *(
            f"{line.language:<12}{line.translated:>6} {line.share:>3}%{line.fuzzy:>8}"
            f"{line.missing:>9}{line.unreviewed:>12}"
            for line in lines
        ),
    ]
