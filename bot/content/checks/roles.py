"""Roles: named ones exist, and each that is needed has an office in the region."""

from collections.abc import Iterator

from bot.content.material import Material
from bot.content.problems import Code, Position, Problem, Severity, listed

UNKNOWN = Code("role-unknown", "there is no role `{name}`", "write one of roles.yaml: {known}")
EMPTY = Code(
    "role-without-office",
    "nobody fills the role `{name}` in {region}, but `{card}` needs it",
    "add `{name}: office` to `roles` of region.yaml",
)
UNUSED = Code(
    "role-unused",
    "no card of this region needs the role `{name}`",
    "leave it for cards to come, or take it out",
    Severity.WARNING,
)

OFFICE_UNUSED = Code(
    "office-unused",
    "no role and no queue names the office `{name}`, so nobody sees it",
    "name it in `roles`, or take it out",
    Severity.WARNING,
)


def check(material: Material) -> Iterator[Problem]:
    if material.sources.roles is None:
        return
    known = material.content.roles
    for _, shape, document, path in material.written():
        places: list[tuple[str, Position]] = [
            (role, document.at(*path, "offices", number))
            for number, role in enumerate(shape.offices)
        ]
        places += [
            (step.office, document.at(*path, "steps", name, "office"))
            for name, step in shape.steps.items()
            if step.office is not None
        ]
        for role, here in places:
            if role not in known:
                yield UNKNOWN.at(here, name=role, known=listed(known, near=role))
    yield from _filled(material)
    yield from _unseen(material)


def _filled(material: Material) -> Iterator[Problem]:
    """Every role that a card of this region names has an office for everybody."""
    region, known = material.content.region, material.content.roles
    levels = material.sources.regions or ()
    roles_at = levels[0].document.at("roles")
    needed: dict[str, str] = {}
    for topic in material.content.topics.values():
        for card in topic.cards:
            for role in card.roles:
                needed.setdefault(role, card.id)
    towns = ["", *(town.id for town in region.municipalities)]
    for role, card_id in needed.items():
        offices = [
            region.local_roles.get(role, {}).get(t or "", region.roles.get(role)) for t in towns
        ]
        if role in known and None in offices and not material.sources.abstract:
            yield EMPTY.at(roles_at, name=role, region=region.name, card=card_id)
    for level in levels:
        for role in level.shape.roles:
            here = level.document.at_key("roles", role)
            if role not in known:
                yield UNKNOWN.at(here, name=role, known=listed(known, near=role))
            elif role not in needed and level is levels[0]:
                yield UNUSED.at(here, name=role)


def _unseen(material: Material) -> Iterator[Problem]:
    """Offices of the region that nothing leads to; those of farther levels are for others too."""
    region, levels = material.content.region, material.sources.regions or ()
    local = (office for offices in region.local_roles.values() for office in offices.values())
    named = {*region.roles.values(), *local, *(queue.office for queue in region.queues.values())}
    for name in levels[0].shape.offices:
        if name not in named and not material.sources.abstract:
            yield OFFICE_UNUSED.at(levels[0].document.at_key("offices", name), name=name)
