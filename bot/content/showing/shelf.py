"""One reading of the content with all that editors ask of its texts: how far, where, in what words.

There are two of them: the files as they were saved last, and what runs. What is made of
them is in the modules beside this one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.content.extract import program_texts
from bot.content.material import Translations, state, translations_of
from bot.content.problems import Position
from bot.content.schema import File
from bot.content.sources import Parsed, Sources
from bot.content.status import Status, by_file
from bot.content.texts import Kind, SourceText
from bot.i18n.languages import SOURCE
from bot.i18n.render import Renderer
from bot.i18n.templates import is_wordless
from bot.model.content import Content
from bot.model.editing import Place, Said, Share, State


@dataclass(frozen=True)
class Shelf:
    """Content with its wording. `sources` are None for what runs: its files may be gone."""

    content: Content
    texts: Mapping[str, SourceText]
    renderer: Renderer
    folders: tuple[Path, Path]
    sources: Sources | None = None

    @cached_property
    def known(self) -> Mapping[str, SourceText]:
        """The German texts of the program and of the content."""
        return {**program_texts(self.renderer.catalogues), **self.texts}

    @cached_property
    def translations(self) -> Translations:
        return translations_of(self.renderer.catalogues)

    @cached_property
    def progress(self) -> Mapping[str, tuple[Status, ...]]:
        """For each language one line a file."""
        return by_file(self.renderer.catalogues, self.known)

    def shares(self, domain: str) -> dict[str, Share]:
        """How far one file is, by language."""
        lines = (line for each in self.progress.values() for line in each)
        return {line.language: share(line) for line in lines if line.domain == domain}

    def file(self, topic: str) -> Parsed[File] | None:
        """The file of a topic, where files are known."""
        return None if self.sources is None else self.sources.topics.get(topic)

    def at(self, position: Position) -> str:
        """A place as people write it."""
        return f"{self.path(position.path)}:{position.line}"

    def path(self, path: str) -> str:
        return short_path(path, self.folders)

    def written_at(self, key: str) -> str:
        """Where the German text of `key` stands; empty if nowhere."""
        source = self.known.get(key)
        return "" if source is None else self.at(source.position)

    def places(self, keys: Iterable[str], languages: Iterable[str]) -> tuple[Place, ...]:
        """The texts with their places, those first that are not whole in these languages.

        The program's own are only there if they are not whole.
        """
        found = self._places(dict.fromkeys(keys), tuple(dict.fromkeys(languages)))
        return tuple(sorted(found, key=lambda place: place.whole))

    def lacking(self, keys: Iterable[str], language: str) -> tuple[int, int]:
        """How many of the texts are missing and fuzzy in `language`."""
        known = (self.known[key] for key in set(keys) if key in self.known)
        counted = Counter(self._said(source, language).state for source in known)
        return counted[State.MISSING], counted[State.FUZZY]

    def _places(self, keys: Iterable[str], languages: tuple[str, ...]) -> Iterator[Place]:
        for key in keys:
            source = self.known.get(key)
            if source is not None:
                place = Place(key, tuple(self._said(source, each) for each in languages))
                if source.kind is not Kind.PROGRAM or not place.whole:
                    yield place

    def _said(self, source: SourceText, language: str) -> Said:
        if language == SOURCE or is_wordless(source.german):
            return Said(language, State.SOURCE, source.german, self.at(source.position))
        message = self.translations.get(language, {}).get(source.key)
        how = State(state(source, message).value)
        at = "" if message is None else self.at(message.position)
        return Said(language, how, "" if message is None else message.text, at)


def share(line: Status) -> Share:
    """The figures of a file, or of a whole language, as the page shows them."""
    return Share(line.language, line.share, line.fuzzy, line.missing, line.unreviewed)


def short_path(path: str, folders: tuple[Path, ...]) -> str:
    """A path from where the folders of content and translations stand."""
    for folder in folders:
        if Path(path).is_relative_to(folder):
            return str(Path(path).relative_to(folder.parent))
    return path
