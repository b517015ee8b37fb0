"""Names that lead nowhere: papers, groups, topics, dangers, queues, phones and offices."""

from collections.abc import Collection, Iterator

from bot.content.material import Material
from bot.content.problems import Code, Position, Problem, listed

PAPER = Code("paper-unknown", "there is no paper `{name}`", "write one of papers.yaml: {known}")
GROUP = Code("group-unknown", "there is no group `{name}`", "write one of {file}: {known}")
TOPIC = Code("topic-unknown", "there is no topic `{name}`", "write one of: {known}")
OWN_TOPIC = Code("related-to-itself", "the card points to its own topic", "take the line out")
DANGER = Code("danger-unknown", "there is no danger `{name}`", "write one of: {known}")
QUEUE = Code("queue-unknown", "there is no queue `{name}`", "write one of queues.yaml: {known}")
PHONE = Code("phone-unknown", "there is no phone `{name}`", "write one of phones.yaml: {known}")
OFFICE = Code("office-unknown", "there is no office `{name}`", "write one of region.yaml: {known}")
TOWN = Code("town-unknown", "there is no municipality `{name}`", "write default or one of: {known}")


def check(material: Material) -> Iterator[Problem]:
    yield from _of_topics(material)
    yield from _of_answers(material)
    yield from _of_headings(material)
    yield from _of_cards(material)
    yield from _of_emergencies(material)
    yield from _of_region(material)


def _missing(
    code: Code,
    name: str | None,
    known: Collection[str] | None,
    position: Position,
    **values: str,
) -> Iterator[Problem]:
    """A problem if `name` is not `known`; nobody can tell if the file with them is broken."""
    if name is not None and known is not None and name not in known:
        yield code.at(position, name=name, known=listed(known, near=name), **values)


def _of_topics(material: Material) -> Iterator[Problem]:
    sources, content = material.sources, material.content
    groups = [group.id for group in content.groups] if sources.home else None
    queues = content.region.queues if sources.queues is not None else None
    for topic, file in material.topics():
        here = file.document.at("group")
        yield from _missing(GROUP, topic.group, groups, here, file="home.yaml")
        for slot, queue in (
            ("queue", topic.handoff.queue),
            ("independent", topic.handoff.independent),
        ):
            yield from _missing(QUEUE, queue, queues, file.document.at("handoff", slot))


def _of_answers(material: Material) -> Iterator[Problem]:
    """Options that mean a danger which is not there."""
    kinds = material.content.emergencies if material.sources.emergency else None
    for _, shape, document, path in material.questions():
        if shape.danger is not None:
            for answer, kind in (("yes", shape.danger.yes), ("no", shape.danger.no)):
                yield from _missing(DANGER, kind, kinds, document.at(*path, "danger", answer))
        for name, option in (shape.options or {}).items():
            here = document.at(*path, "options", name, "danger")
            yield from _missing(DANGER, option.danger, kinds, here)


def _of_headings(material: Material) -> Iterator[Problem]:
    """Headings over what caseworkers choose from."""
    asks, replies = material.sources.questions, material.sources.replies
    for name, ask in asks.shape.questions.items() if asks else ():
        if asks:
            here = asks.document.at("questions", name, "group")
            yield from _missing(GROUP, ask.group, asks.shape.groups, here, file="`groups`")
    for name, reply in replies.shape.replies.items() if replies else ():
        if replies:
            here = replies.document.at("replies", name, "group")
            yield from _missing(GROUP, reply.group, replies.shape.groups, here, file="`groups`")


def _of_cards(material: Material) -> Iterator[Problem]:
    papers = material.content.papers if material.sources.papers else None
    for card_id, shape, document, path in material.written():
        for number, paper in enumerate(shape.bring):
            yield from _missing(PAPER, paper, papers, document.at(*path, "bring", number))
        for topic in shape.related:
            here = document.at_key(*path, "related", topic)
            yield from _missing(TOPIC, topic, material.sources.topic_ids, here)
            if topic == card_id.partition(".")[0]:
                yield OWN_TOPIC.at(here)


def _of_emergencies(material: Material) -> Iterator[Problem]:
    file = material.sources.emergency
    if file is None:
        return
    phones = material.content.phones if material.sources.phones else None
    queues = material.content.region.queues if material.sources.queues is not None else None
    for name, kind in file.shape.kinds.items():
        for number, phone in enumerate(kind.phones):
            here = file.document.at("kinds", name, "phones", number)
            yield from _missing(PHONE, phone, phones, here)
        for slot, queue in (("queue", kind.queue), ("independent", kind.independent)):
            yield from _missing(QUEUE, queue, queues, file.document.at("kinds", name, slot))


def _of_region(material: Material) -> Iterator[Problem]:
    offices = material.content.region.offices
    towns = [town.id for town in material.content.region.municipalities]
    for level in material.sources.regions or ():
        for role, filled in level.shape.roles.items():
            by_town = {"default": filled} if isinstance(filled, str) else filled
            for town, office in by_town.items():
                path = ("roles", role) if isinstance(filled, str) else ("roles", role, town)
                yield from _missing(OFFICE, office, offices, level.document.at(*path))
                if town != "default":
                    yield from _missing(TOWN, town, towns, level.document.at_key(*path))
    for queues in material.sources.queues or ():
        for name, queue in queues.shape.queues.items():
            here = queues.document.at("queues", name, "office")
            yield from _missing(OFFICE, queue.office, offices, here)
