"""All files of a content folder, read and held against their shapes, for one region.

What a broken file would have declared stays unknown, so that one mistake does not
look like twenty: `Sources` answers None where it cannot know. What the files mean
together is for `build.py` and `checks/`.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from pydantic import BaseModel

from bot.content import schema_lists as lists
from bot.content.files import Files, Shape, Shape_co
from bot.content.problems import Code, Position, Problem, listed
from bot.content.schema import File
from bot.content.schema_ask import QuestionsFile
from bot.content.schema_region import QueuesFile, RegionFile
from bot.content.schema_topic import PeopleFile, TopicFile
from bot.content.yamlfile import Data, Document

FILE_MISSING = Code(
    "file-missing", "the file does not exist", "create it; it begins with `schema: 1`"
)
FILE_UNREADABLE = Code(
    "file-unreadable", "the file cannot be read: {reason}", "make it a readable, regular file"
)
FILE_UNKNOWN = Code(
    "file-unknown", "nothing reads this file", "move it to topics/ or regions/, or take it away"
)
NAME_DIFFERS = Code(
    "name-differs",
    "the file is called `{file}`, but `{field}` says `{value}`",
    "make both the same; ids do not change once published",
)
EXTENDS_LOOP = Code(
    "region-loop", "the regions extend each other in a circle: {chain}", "take one `extends` out"
)
EXTENDS_UNKNOWN = Code(
    "extends-unknown", "there is no region `{name}` to extend", "write one of: {known}"
)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Shape_co]):
    """A file that fits its shape. `id` is its domain: where its texts are translated."""

    id: str
    shape: Shape_co
    document: Document


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one region's content. None: the file is missing or broken.

    `regions` and `queues` go from the nearest level to the most general one.
    `topic_ids` also has the ids of topics whose file is broken. `towns` are the
    municipalities of every region of the folder, which tests beside topics may name.
    """

    people: Parsed[PeopleFile] | None
    questions: Parsed[QuestionsFile] | None
    home: Parsed[lists.HomeFile] | None
    papers: Parsed[lists.PapersFile] | None
    roles: Parsed[lists.RolesFile] | None
    phones: Parsed[lists.PhonesFile] | None
    facts: Parsed[lists.FactsFile] | None
    emergency: Parsed[lists.EmergencyFile] | None
    replies: Parsed[lists.RepliesFile] | None
    glossary: Parsed[lists.GlossaryFile] | None
    topics: Mapping[str, Parsed[TopicFile]]
    topic_ids: frozenset[str]
    regions: tuple[Parsed[RegionFile], ...] | None
    queues: tuple[Parsed[QueuesFile], ...] | None
    towns: frozenset[str]
    version: str
    problems: tuple[Problem, ...]

    @property
    def list_files(self) -> tuple[Parsed[File], ...]:
        """Every file but the topics, as far as it could be read."""
        there: tuple[Parsed[File] | None, ...] = (
            self.people,
            self.questions,
            self.home,
            self.papers,
            self.roles,
            self.phones,
            self.facts,
            self.emergency,
            self.replies,
            self.glossary,
            *(self.regions or ()),
            *(self.queues or ()),
        )
        return tuple(each for each in there if each is not None)

    @property
    def abstract(self) -> bool:
        """Whether this level is there to be extended, and runs nowhere itself."""
        return self.regions is not None and self.regions[0].shape.abstract


def region_ids(content_dir: Path) -> tuple[str, ...]:
    """The regions a content folder has, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in content_dir.glob("regions/*/region.yaml")))


def runnable_ids(content_dir: Path) -> tuple[str, ...]:
    """The regions a bot can run: all but those that are there to be extended."""
    folder = _Folder(content_dir, Files())
    return tuple(each for each in region_ids(content_dir) if not folder.is_abstract(each))


def nearest_ids(content_dir: Path, files: Files) -> tuple[str, ...]:
    """The regions that no other one extends: with them every level has been looked at."""
    folder = _Folder(content_dir, files)
    ids = region_ids(content_dir)
    extended = {folder.extends(each) for each in ids}
    return tuple(each for each in ids if each not in extended) or ids


def read_sources(content_dir: Path, region: str, files: Files | None = None) -> Sources:
    """Read every file that region's content consists of, those known to `files` not again."""
    return _Folder(content_dir, files or Files()).sources(region)


def usual_region(content_dir: Path, place: str | None = None) -> str | None:
    """The first region that people live in, or that has the municipality `place`.

    None if there is no region at all.
    """
    known = runnable_ids(content_dir)
    if place is not None:
        files = Files()
        for name in known:
            levels = read_sources(content_dir, name, files).regions or ()
            if any(place in level.shape.municipalities for level in levels):
                return name
    return next(iter(known), None)


class _Folder:
    """One reading of the folder: collects problems and what the version is made of."""

    def __init__(self, content_dir: Path, files: Files) -> None:
        self.root = content_dir
        self.files = files
        self.problems: list[Problem] = []
        self.digest = hashlib.blake2b(digest_size=16)

    def sources(self, region: str) -> Sources:
        topics, topic_ids = self._topics()
        regions = self._levels(region)
        queues = self._queues(regions)
        return Sources(
            people=self._read("people.yaml", PeopleFile),
            questions=self._read("questions.yaml", QuestionsFile),
            home=self._read("home.yaml", lists.HomeFile),
            papers=self._read("papers.yaml", lists.PapersFile),
            roles=self._read("roles.yaml", lists.RolesFile),
            phones=self._read("phones.yaml", lists.PhonesFile),
            facts=self._read("facts.yaml", lists.FactsFile),
            emergency=self._read("emergency.yaml", lists.EmergencyFile),
            replies=self._read("replies.yaml", lists.RepliesFile),
            glossary=self._read("glossary.yaml", lists.GlossaryFile),
            topics=topics,
            topic_ids=topic_ids,
            regions=regions,
            queues=queues,
            towns=frozenset(self._towns()),
            version=self.digest.hexdigest(),
            problems=tuple(self.problems),
        )

    def is_abstract(self, region: str) -> bool:
        """Whether a region says so; one that cannot be read is reported when it is loaded."""
        file = self._read(f"regions/{region}/region.yaml", RegionFile)
        return file is not None and file.shape.abstract

    def extends(self, region: str) -> str | None:
        """The region that this one extends; one that cannot be read extends nothing."""
        file = self._read(f"regions/{region}/region.yaml", RegionFile)
        return None if file is None else file.shape.extends

    def _topics(self) -> tuple[dict[str, Parsed[TopicFile]], frozenset[str]]:
        parsed: dict[str, Parsed[TopicFile]] = {}
        names = list(self._names("topics"))
        for name in names:
            file = self._read(f"topics/{name}.yaml", TopicFile)
            if file is not None and self._same_name(file, "topic", name, file.shape.topic):
                parsed[name] = file
        return parsed, frozenset(names)

    def _names(self, folder: str) -> Iterator[str]:
        for path in sorted((self.root / folder).glob("*")):
            if path.suffix == ".yaml":
                yield path.stem
            elif not path.name.startswith("."):
                self.problems.append(FILE_UNKNOWN.at(Position(str(path))))

    def _levels(self, region: str) -> tuple[Parsed[RegionFile], ...] | None:
        """The region and all it extends, nearest first; None if one of them cannot be read."""
        chain: list[Parsed[RegionFile]] = []
        following: str | None = region
        while following is not None:
            if chain and not self._can_follow(chain, following):
                return None
            name = f"regions/{following}/region.yaml"
            level = self._read(name, RegionFile, id_=following)
            if level is None or not self._same_name(level, "region", following, level.shape.region):
                return None
            chain.append(level)
            following = level.shape.extends
        return tuple(chain)

    def _can_follow(self, chain: list[Parsed[RegionFile]], parent: str) -> bool:
        here = chain[-1].document.at("extends")
        if any(level.id == parent for level in chain):
            names = " > ".join([*(level.id for level in chain), parent])
            self.problems.append(EXTENDS_LOOP.at(here, chain=names))
            return False
        if parent not in region_ids(self.root):
            known = listed(each for each in region_ids(self.root) if each != chain[-1].id)
            self.problems.append(EXTENDS_UNKNOWN.at(here, name=parent, known=known))
            return False
        return True

    def _queues(
        self, levels: tuple[Parsed[RegionFile], ...] | None
    ) -> tuple[Parsed[QueuesFile], ...] | None:
        """The queues of each level that has any; a level that is only extended needs none."""
        if levels is None:
            return None
        written = [each.id for each in levels if self._queues_of(each.id).exists()]
        if not written and not levels[0].shape.abstract:
            written = [levels[0].id]
        files = [self._read(f"regions/{id_}/queues.yaml", QueuesFile, id_) for id_ in written]
        whole = [file for file in files if file is not None]
        return tuple(whole) if whole and len(whole) == len(files) else None

    def _queues_of(self, region: str) -> Path:
        return self.root / "regions" / region / "queues.yaml"

    def _towns(self) -> Iterator[str]:
        """The municipalities of every region; a broken file is told of where it is run."""
        for region in region_ids(self.root):
            path = self.root / "regions" / region / "region.yaml"
            with contextlib.suppress(OSError):
                document = self.files.read(path, RegionFile).document
                towns = document.data.get("municipalities") if document else None
                yield from towns if isinstance(towns, dict) else ()

    def _read(self, name: str, shape: type[Shape], id_: str | None = None) -> Parsed[Shape] | None:
        path = self.root / name
        if not path.exists():
            self.problems.append(FILE_MISSING.at(Position(str(path))))
            return None
        try:
            file = self.files.read(path, shape)
        except OSError as error:
            self.problems.append(FILE_UNREADABLE.at(Position(str(path)), reason=error.strerror))
            return None
        self.digest.update(f"{name}\0{len(file.raw)}\0".encode() + file.raw)
        self.problems.extend(file.problems)
        if file.shape is None or file.document is None:
            return None
        return Parsed(id_ or path.stem, file.shape, file.document)

    def _same_name(self, file: Parsed[BaseModel], field: str, name: str, value: Data) -> bool:
        if name != value:
            position = file.document.at(field)
            self.problems.append(NAME_DIFFERS.at(position, file=name, field=field, value=value))
        return name == value
