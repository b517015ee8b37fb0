"""What editors are shown of their content: findings, topics, translations, facts.

Plain values, made by `bot.content.showing` and laid out by `bot.channels.page.editors`.
Paths of files are as people write them: `content/topics/work.yaml:42`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Standing:
    """What runs, and whether what was saved since was refused.

    `edition` grows with every change of the files. The content runs since `since`;
    `refused` is when the first of the files refused since then was looked at.
    """

    edition: int
    since: datetime
    refused: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the check; `blocks` tells an error from a warning."""

    path: str
    line: int
    column: int
    code: str
    message: str
    remedy: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """The line of the checks' documentation about one code, below its heading."""

    heading: str
    code: str
    warning: bool
    example: str
    remedy: str


# --- translations -----------------------------------------------------------------------


class State(StrEnum):
    """How far a text is in one language; SOURCE is German itself."""

    SOURCE = "source"
    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Share:
    """Numbers of texts of one file in one language. `percent` is rounded down."""

    language: str
    percent: int
    fuzzy: int
    missing: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class FileShares:
    """A file of texts; `title` is that of a topic, empty for lists. By language."""

    file: str
    title: str
    shares: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Progress:
    """The table and the picture (safe SVG) of all translations. `whole` sums up each language."""

    whole: tuple[Share, ...]
    files: tuple[FileShares, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text in one language. `at` is where it stands, empty if it does not exist yet."""

    language: str
    state: State
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Place:
    """A text with its key and the places where it is written, in the languages asked for."""

    key: str
    said: tuple[Said, ...]

    @property
    def whole(self) -> bool:
        """Whether newcomers see it in all of these languages."""
        return all(one.state in {State.SOURCE, State.TRANSLATED} for one in self.said)


# --- topics -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic in the list. `review_by` is None where only the running content knows it."""

    id: str
    icon: str
    title: str
    questions: int
    cards: int
    review_by: date | None
    shares: tuple[Share, ...]
    errors: int


@dataclass(frozen=True, slots=True)
class TopicGroup:
    title: str
    topics: tuple[TopicLine, ...]


@dataclass(frozen=True, slots=True)
class TopicList:
    """All topics by group. `unreadable` are paths of topics that cannot be read at all."""

    groups: tuple[TopicGroup, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """How a topic is looked at: two languages, the picture's, a day, a town; `speak` is the page's.

    `running`: what newcomers get now, not the files as they were saved last.
    """

    languages: tuple[str, str]
    picture: str
    on: date
    municipality: str | None
    running: bool
    speak: str


@dataclass(frozen=True, slots=True)
class AskedIn:
    """A question as a newcomer of `language` sees it: all of it in the language `shown`.

    It is another one because of `missing` and `fuzzy` texts.
    """

    language: str
    shown: str
    missing: int
    fuzzy: int
    text: str
    why: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdviceIn:
    """A card as a newcomer of `language` sees it, in the language `shown`; `html` is safe.

    It is another one because of `missing` and `fuzzy` texts.
    """

    language: str
    shown: str
    missing: int
    fuzzy: int
    html: str


@dataclass(frozen=True, slots=True)
class AskedView:
    """A question: its condition in words, and how it is seen in each language."""

    id: str
    number: int
    kind: str
    when: tuple[str, ...]
    at: str
    sides: tuple[AskedIn, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where a card's advice comes from. `age` in days on the day looked at."""

    url: str
    checked: date
    age: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A card: its condition in words, and how it is seen in each language.

    `letter` is its sign in the picture, `urgency` a word for it and `tone` its name for programs.
    """

    id: str
    letter: str
    title: str
    urgency: str
    tone: str
    when: tuple[str, ...]
    at: str
    source: SourceView | None
    sides: tuple[AdviceIn, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class TopicView:
    """One topic with everything in it. `picture` is safe SVG.

    `running` tells that this is what runs, asked for or because the file cannot be read.
    """

    id: str
    icon: str
    title: str
    file: str
    owner: str
    review_by: date | None
    running: bool
    picture: str
    questions: tuple[AskedView, ...]
    cards: tuple[AdviceView, ...]


# --- facts ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatedText:
    """A value in words and the days on which it holds, both inclusive."""

    value: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Use:
    """A card that names a fact."""

    topic: str
    card: str
    title: str


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact. `now` and `then` are its value today and on the day asked for; empty for none.

    `certainty` is as in the file: known, general, moving; of the last no value is shown.
    """

    id: str
    label: str
    certainty: str
    now: str
    then: str
    values: tuple[DatedText, ...]
    review_by: date
    owner: str
    source: str
    at: str
    uses: tuple[Use, ...]
