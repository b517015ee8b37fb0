"""All translations by message id, and which language stands in where one is missing.

A catalogue never changes: newly published content makes a new one. How texts are
filled and shown is in `bot.i18n.render`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Self

from bot.i18n.languages import BRIDGE, LANGUAGES, SOURCE
from bot.i18n.pofile import Entry, PoFile, PoProblem, read
from bot.i18n.templates import is_wordless

PROGRAM_DOMAINS: Final = ("bot", "desk", "editors", "picture", "workshop")
"""Domains whose German is in their own PO files; all others are content."""

_EMERGENCY: Final = "emergency/"


@dataclass(frozen=True, slots=True)
class Found:
    """A text and the language it is in."""

    text: str
    language: str


class Shown(NamedTuple):
    """The texts people are shown, by message id: the German ones, and those of each language."""

    german: Mapping[str, str]
    by_language: Mapping[str, Mapping[str, str]]


class Catalogues:
    """The texts of all loaded languages. `problems` are mistakes in the PO files."""

    def __init__(
        self,
        files: Mapping[str, Sequence[PoFile]],
        sources: Mapping[str, str],
        offered: Sequence[str] | None = None,
        formerly: Mapping[str, str] | None = None,
    ) -> None:
        """`files` by language, `sources` the German texts of the content by message id.

        `offered` are the languages people can choose, in the county's order: all loaded
        ones unless given. `formerly` maps beginnings of earlier message ids to those of
        today: what a case keeps from before a renaming reads on.
        """
        self._files = files
        self.offered = tuple(files if offered is None else offered)
        german = {**_program_texts(files.get(SOURCE, ())), **sources}
        by_language = {
            language: german if language == SOURCE else dict(_current(german, of_language))
            for language, of_language in files.items()
        }
        for texts in by_language.values():
            texts.update(dict(_under_former_keys(texts, formerly or {})))
        self.shown = Shown(german, by_language)
        self.problems = tuple(_problems(files))

    @classmethod
    def load(
        cls, locales_dir: Path, languages: Iterable[str], sources: Mapping[str, str] | None = None
    ) -> Self:
        """Read every PO file of the languages below `locales_dir`. German is always read.

        Nothing raises for a file that cannot be read: see `problems`.
        """
        offered = tuple(languages)
        files = {
            language: tuple(read(path) for path in _paths(locales_dir, language))
            for language in dict.fromkeys((SOURCE, *offered))
        }
        return cls(files, sources or {}, offered)

    def with_sources(
        self, sources: Mapping[str, str], formerly: Mapping[str, str] | None = None
    ) -> "Catalogues":
        """Return the same translations for other German content texts."""
        return Catalogues(self._files, sources, self.offered, formerly)

    def settled(self) -> "Catalogues":
        """Return the texts that are shown, without the files: for what only reads them."""
        bare = Catalogues({}, {}, self.offered)
        bare.shown = self.shown
        return bare

    def with_former(self, keys: Iterable[str], former: "Catalogues") -> "Catalogues":
        """Return these texts and those of `keys` that are gone, as `former` showed them.

        Messages that were sent before still name them.
        """
        gone = [key for key in keys if key not in self.shown.german]
        both, before = copy(self), former.shown.by_language
        both.shown = Shown(
            {**_some(former.shown.german, gone), **self.shown.german},
            {
                language: {**_some(before.get(language, {}), gone), **texts}
                for language, texts in self.shown.by_language.items()
            },
        )
        return both

    def __getstate__(self) -> dict[str, object]:
        """What is copied and kept: everything but what is only remembered."""
        return {name: value for name, value in self.__dict__.items() if name != "chain"}

    @cached_property
    def chain(self) -> Callable[[str], tuple[str, ...]]:
        """Give the languages to look in for a reader's language, the best first."""
        return lru_cache(maxsize=1024)(self._chain)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.shown.by_language)

    def text(self, key: str, language: str) -> str | None:
        """Return the text of `key` in exactly this language, None where it may not be shown."""
        return self.shown.by_language.get(language, {}).get(key)

    def find(self, key: str, language: str) -> Found | None:
        """Return the text of `key` in the first language of the reader's chain that has it."""
        for candidate in self.chain(language):
            text = self.shown.by_language[candidate].get(key)
            if text is not None:
                return Found(text, candidate)
        return None

    def complete(self, keys: Iterable[str], language: str) -> bool:
        """Tell whether all `keys` can be shown in `language`."""
        texts = self.shown.by_language.get(language, {})
        return all(key in texts for key in keys)

    def shown_language(self, keys: Sequence[str], language: str) -> str:
        """Return the first language of the reader's chain that has all `keys`.

        What is shown together falls back together, but where danger is spoken of only
        the texts about it decide: an untranslated button must not take them along. A key
        without a German text is a mistake of ours and takes no part in the choice.
        """
        chain = self.chain(language)
        keys = [key for key in keys if key.startswith(_EMERGENCY)] or keys
        for candidate in chain:
            if self.complete(keys, candidate):
                return candidate
        known = [key for key in keys if key in self.shown.german]
        return next((one for one in chain if self.complete(known, one)), SOURCE)

    def entries(self, language: str) -> tuple[Entry, ...]:
        """Every message of a language's files, fuzzy and outdated ones too."""
        return tuple(entry for file in self._files.get(language, ()) for entry in file.entries)

    def files(self, language: str) -> tuple[PoFile, ...]:
        """The files of a language with their headers."""
        return tuple(self._files.get(language, ()))

    def _chain(self, language: str) -> tuple[str, ...]:
        known = LANGUAGES.get(language)
        stand_in = None if known is None else known.stand_in
        wanted = (language, stand_in, BRIDGE, SOURCE)
        return tuple(dict.fromkeys(one for one in wanted if one and one in self.shown.by_language))


def _current(german: Mapping[str, str], files: Sequence[PoFile]) -> Iterator[tuple[str, str]]:
    """What may be shown: translations of the German sentence as it is today.

    A text about danger keeps its last translation: an older sentence in one's own
    language helps more than the newest in a foreign one. What has no words in German
    is the same in every language.
    """
    for key, text in german.items():
        if is_wordless(text):
            yield key, text
    for file in files:
        for entry in file.entries:
            current = not entry.fuzzy and german.get(entry.key) == entry.source
            if entry.translation and (current or entry.key.startswith(_EMERGENCY)):
                yield entry.key, entry.translation


def _some(texts: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    return {key: texts[key] for key in keys if key in texts}


def _under_former_keys(
    texts: Mapping[str, str], formerly: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for old, new in formerly.items():
        for key, text in texts.items():
            if key.startswith((f"{new}#", f"{new}.")):
                former = old + key.removeprefix(new)
                if former not in texts:
                    yield former, text


def _paths(locales_dir: Path, language: str) -> list[Path]:
    known = LANGUAGES.get(language)
    folder = language if known is None else known.folder
    return sorted((locales_dir / folder / "LC_MESSAGES").glob("*.po"))


def _program_texts(files: Sequence[PoFile]) -> dict[str, str]:
    return {
        entry.key: entry.source
        for file in files
        if file.path.stem in PROGRAM_DOMAINS
        for entry in file.entries
    }


def _problems(files: Mapping[str, Sequence[PoFile]]) -> Iterator[PoProblem]:
    for of_language in files.values():
        for file in of_language:
            yield from file.problems
            for entry in file.entries:
                if entry.key.partition("/")[0] != file.path.stem:
                    message = f"{entry.key} belongs to another file than {file.path.name}"
                    yield PoProblem(file.path, entry.line, message)
