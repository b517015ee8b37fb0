"""All files of a content folder, read and held against their shapes, for one region.

What a broken file would have declared stays unknown, so that one mistake does not
look like twenty: `Sources` answers None where it cannot know. What the files mean
together is for `build.py` and `checks/`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.content import schema_lists as lists
from bot.content.problems import Code, Position, Problem
from bot.content.schema_region import QueuesFile, RegionFile
from bot.content.schema_topic import PeopleFile, TopicFile
from bot.content.validate import validate
from bot.content.yamlfile import Data, Document, parse

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

Shape = TypeVar("Shape", bound=BaseModel)
Shape_co = TypeVar("Shape_co", bound=BaseModel, covariant=True)


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
    `topic_ids` also has the ids of topics whose file is broken.
    """

    people: Parsed[PeopleFile] | None
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
    version: str
    problems: tuple[Problem, ...]


def region_ids(content_dir: Path) -> tuple[str, ...]:
    """The regions a content folder has, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in content_dir.glob("regions/*/region.yaml")))


def read_sources(content_dir: Path, region: str) -> Sources:
    """Read every file that region's content consists of."""
    return _Folder(content_dir).sources(region)


class _Folder:
    """One reading of the folder: collects problems and what the version is made of."""

    def __init__(self, content_dir: Path) -> None:
        self.root = content_dir
        self.problems: list[Problem] = []
        self.digest = hashlib.blake2b(digest_size=16)

    def sources(self, region: str) -> Sources:
        topics, topic_ids = self._topics()
        regions, queues = self._regions(region)
        return Sources(
            people=self._read("people.yaml", PeopleFile),
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
            version=self.digest.hexdigest(),
            problems=tuple(self.problems),
        )

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

    def _regions(
        self, region: str
    ) -> tuple[tuple[Parsed[RegionFile], ...] | None, tuple[Parsed[QueuesFile], ...] | None]:
        chain: list[Parsed[RegionFile]] = []
        queues: list[Parsed[QueuesFile]] = []
        complete = True
        following: str | None = region
        while following is not None:
            if any(level.id == following for level in chain):
                names = " > ".join([*(level.id for level in chain), following])
                self.problems.append(EXTENDS_LOOP.at(chain[-1].document.at("extends"), chain=names))
                return None, None
            folder = f"regions/{following}"
            level = self._read(f"{folder}/region.yaml", RegionFile, id_=following)
            if level is None or not self._same_name(level, "region", following, level.shape.region):
                return None, None
            chain.append(level)
            if following == region or (self.root / folder / "queues.yaml").exists():
                line = self._read(f"{folder}/queues.yaml", QueuesFile, id_=following)
                complete = complete and line is not None
                queues.extend([line] if line is not None else [])
            following = level.shape.extends
        return tuple(chain), tuple(queues) if complete else None

    def _read(self, name: str, shape: type[Shape], id_: str | None = None) -> Parsed[Shape] | None:
        path = self.root / name
        if not path.exists():
            self.problems.append(FILE_MISSING.at(Position(str(path))))
            return None
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.problems.append(FILE_UNREADABLE.at(Position(str(path)), reason=error.strerror))
            return None
        self.digest.update(f"{name}\0{len(raw)}\0".encode() + raw)
        document, problems = parse(str(path), raw)
        self.problems.extend(problems)
        if document is None:
            return None
        parsed, faults = validate(shape, document)
        self.problems.extend(faults)
        return None if parsed is None else Parsed(id_ or path.stem, parsed, document)

    def _same_name(self, file: Parsed[BaseModel], field: str, name: str, value: Data) -> bool:
        if name != value:
            position = file.document.at(field)
            self.problems.append(NAME_DIFFERS.at(position, file=name, field=field, value=value))
        return name == value
