"""From files to `Content`: everything built, put together and given its short hashes.

Building goes as far as it can: a problem in one place leaves the neighbours whole,
so that `checks/` can look at them too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.content.facts import build_facts, build_phones
from bot.content.lists import (
    build_emergencies,
    build_glossary,
    build_groups,
    build_papers,
    build_replies,
    build_roles,
    build_sections,
)
from bot.content.overlay import Overlay
from bot.content.problems import Code, Position, Problem
from bot.content.regions import RegionBuilder
from bot.content.sources import Sources
from bot.content.textbook import TextBook
from bot.content.topics import QuestionBuilder, Shared, TopicBuilder, build_asks, build_shared
from bot.model.buttons import short
from bot.model.content import SKIPPED, Content, Question, Section, Topic
from bot.model.region import Region

COLLISION = Code(
    "id-collision",
    "the ids `{first}` and `{second}` get the same short hash in buttons",
    "rename the younger of the two",
)


@dataclass(frozen=True, slots=True)
class Built:
    """What could be built. `content` is None when the region could not."""

    content: Content | None
    book: TextBook
    problems: tuple[Problem, ...]


def build(sources: Sources, languages: tuple[str, ...]) -> Built:
    """Build the content of one region from its files."""
    book = TextBook()
    if sources.regions is None:
        return Built(None, book, ())
    region_builder = RegionBuilder(sources, sources.regions, book)
    region = region_builder.build()
    questions = QuestionBuilder(book, region_builder.municipalities, region_builder.id)
    shared = _shared(sources, questions)
    written = {
        name: TopicBuilder(file, Shared(shared), questions).build()
        for name, file in sources.topics.items()
    }
    overlay = Overlay(sources, sources.regions, book)
    topics = overlay.applied(written)
    if region is None:
        return Built(None, book, tuple(book.problems))
    asks = build_asks(sources.questions, questions)
    content = _content(sources, book, region, topics, shared or {}, asks, languages)
    position = Position(sources.regions[0].document.name)
    ids, collisions = short_ids(button_ids(content), position)
    renames = dict(renamed(sources))
    ids = {short(old): new for old, new in renames.items()} | ids
    finished = replace(content, ids=ids, renames=renames, hidden=frozenset(overlay.hidden))
    return Built(finished, book, (*book.problems, *collisions))


def _shared(sources: Sources, questions: QuestionBuilder) -> dict[str, Question] | None:
    if sources.people is None:
        return None
    return build_shared(sources.people, questions)


def _content(
    sources: Sources,
    book: TextBook,
    region: Region,
    topics: Mapping[str, Topic],
    shared: Mapping[str, Question],
    asks: Mapping[str, Question],
    languages: tuple[str, ...],
) -> Content:
    groups = build_groups(sources.home, book)
    place = {group.id: group.order for group in groups}
    ordered = sorted(topics.values(), key=lambda t: (place.get(t.group, 0), t.order, t.id))
    phones = build_phones(sources.phones, sources.regions or (), book)
    return Content(
        version=sources.version,
        region=region,
        groups=groups,
        topics={topic.id: topic for topic in ordered},
        shared=shared,
        facts=build_facts(sources.facts, sources.regions or (), book),
        papers=build_papers(sources.papers, book),
        roles=build_roles(sources.roles, book),
        phones=phones,
        emergencies=build_emergencies(sources.emergency, phones, book),
        replies=build_replies(sources.replies, book),
        glossary=build_glossary(sources.glossary, book),
        languages=languages,
        ids={},
        asks=asks,
        ask_sections=_ask_sections(sources, book),
        reply_sections=_reply_sections(sources, book),
    )


def _ask_sections(sources: Sources, book: TextBook) -> tuple[Section, ...]:
    shapes = sources.questions.shape.questions if sources.questions else {}
    groups = {f"ask.{name}": shape.group for name, shape in shapes.items()}
    return build_sections(sources.questions, groups, book)


def _reply_sections(sources: Sources, book: TextBook) -> tuple[Section, ...]:
    shapes = sources.replies.shape.replies if sources.replies else {}
    groups = {name: shape.group for name, shape in shapes.items()}
    return build_sections(sources.replies, groups, book)


def button_ids(content: Content) -> Iterator[str]:
    """Every id that may stand in a button, in a stable order, some of them twice."""
    yield from (SKIPPED, "yes", "no", "outside", "person")
    yield from content.languages
    yield from (group.id for group in content.groups)
    for topic in content.topics.values():
        yield topic.id
        for question in topic.questions:
            yield question.id
            yield from (option.id for option in question.options)
        yield from (card.id for card in topic.cards)
    for question in (*content.shared.values(), *content.asks.values()):
        yield question.id
        yield from (option.id for option in question.options)
    region = content.region
    yield from (town.id for town in region.municipalities)
    yield from (*region.offices, *region.queues, *content.emergencies, *content.replies)
    yield from (*content.glossary, *content.papers)
    yield from (section.id for section in (*content.ask_sections, *content.reply_sections))


def renamed(sources: Sources) -> Iterator[tuple[str, str]]:
    """Old and new ids of renamed questions and cards: answers and buttons outlive a name."""
    for topic, file in sources.topics.items():
        for old, new in file.shape.renames.items():
            yield f"{topic}.{old}", f"{topic}.{new}"
    for owner, lists in (("person", sources.people), ("ask", sources.questions)):
        for old, new in lists.shape.renames.items() if lists else ():
            yield f"{owner}.{old}", f"{owner}.{new}"


def short_ids(
    names: Iterable[str], position: Position, shortened: Callable[[str], str] = short
) -> tuple[dict[str, str], list[Problem]]:
    """The id behind each short hash, and a problem for ids that share one."""
    ids: dict[str, str] = {}
    problems: list[Problem] = []
    for name in names:
        taken = ids.setdefault(shortened(name), name)
        if taken != name:
            problems.append(COLLISION.at(position, first=taken, second=name))
    return ids, problems
