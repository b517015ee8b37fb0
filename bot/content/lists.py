"""Groups, papers, roles, emergencies, replies, headings and glossary, from their files.

One function a file; a broken file gives nothing, and its own problems say why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.content.schema_ask import QuestionsFile
from bot.content.schema_lists import (
    EmergencyFile,
    GlossaryFile,
    HomeFile,
    KindShape,
    PapersFile,
    RepliesFile,
    ReplyShape,
    RolesFile,
)
from bot.content.sources import Parsed
from bot.content.textbook import TextBook
from bot.content.texts import Kind
from bot.content.yamlfile import Path
from bot.model.content import CannedReply, Emergency, GlossaryTerm, Group, Phone, Section, Slot


def build_groups(file: Parsed[HomeFile] | None, book: TextBook) -> tuple[Group, ...]:
    """The groups of the home screen in their order."""
    if file is None:
        return ()
    groups = [
        Group(
            id=name,
            icon=shape.icon,
            title=book.add(
                f"home/{name}#title",
                shape.title,
                Kind.GROUP,
                file.document,
                ("groups", name, "title"),
            ),
            order=shape.order,
        )
        for name, shape in file.shape.groups.items()
    ]
    return tuple(sorted(groups, key=lambda group: group.order))


def build_papers(file: Parsed[PapersFile] | None, book: TextBook) -> dict[str, str]:
    """The message id of each thing to bring."""
    if file is None:
        return {}
    return {
        name: book.add(f"papers/{name}#text", text, Kind.PAPER, file.document, ("papers", name))
        for name, text in file.shape.papers.items()
    }


def build_roles(file: Parsed[RolesFile] | None, book: TextBook) -> dict[str, str]:
    """The message id of each role."""
    if file is None:
        return {}
    return {
        name: book.add(f"roles/{name}#text", text, Kind.ROLE, file.document, ("roles", name))
        for name, text in file.shape.roles.items()
    }


def build_glossary(file: Parsed[GlossaryFile] | None, book: TextBook) -> dict[str, GlossaryTerm]:
    """The German terms with their explanations."""
    if file is None:
        return {}
    return {
        name: GlossaryTerm(
            id=name,
            term=shape.term,
            explanation=book.add(
                f"glossary/{name}#explanation",
                shape.explanation,
                Kind.EXPLANATION,
                file.document,
                ("terms", name, "explanation"),
            ),
            forms=tuple(shape.forms),
        )
        for name, shape in file.shape.terms.items()
    }


def build_emergencies(
    file: Parsed[EmergencyFile] | None, phones: Mapping[str, Phone], book: TextBook
) -> dict[str, Emergency]:
    """The kinds of danger in their order, each with the region's numbers."""
    if file is None:
        return {}
    kinds = sorted(file.shape.kinds.items(), key=lambda kind: kind[1].order)
    return {
        name: replace(_emergency(file, name, shape, book), phones=_different(shape.phones, phones))
        for name, shape in kinds
    }


def _different(names: Iterable[str], phones: Mapping[str, Phone]) -> tuple[str, ...]:
    """The names without those that repeat a number: not every region has a special one."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(phones[name].number if name in phones else name, name)
    return tuple(first.values())


def _emergency(
    file: Parsed[EmergencyFile], name: str, shape: KindShape, book: TextBook
) -> Emergency:
    path: Path = ("kinds", name)
    key, document = f"emergency/{name}", file.document
    return Emergency(
        id=name,
        icon=shape.icon,
        order=shape.order,
        button=book.optional(
            f"{key}#button", shape.button, Kind.DANGER, document, (*path, "button")
        ),
        message=book.paragraphs(
            f"{key}#message", shape.message, Kind.FIRST_MESSAGE, document, (*path, "message")
        ),
        phones=tuple(shape.phones),
        hint=book.optional(f"{key}#hint", shape.hint, Kind.HINT, document, (*path, "hint")),
        priority=shape.priority,
        queue=shape.queue,
        independent=shape.independent,
        independent_first=shape.independent_first,
        ask_safe=shape.ask_safe,
        straight=shape.straight,
        triggers={language: tuple(phrases) for language, phrases in shape.triggers.items()},
        harmless={language: tuple(phrases) for language, phrases in shape.harmless.items()},
    )


def build_sections(
    file: Parsed[QuestionsFile] | Parsed[RepliesFile] | None,
    members: Mapping[str, str],
    book: TextBook,
) -> tuple[Section, ...]:
    """The headings of a file in their order. `members` maps what stands there to its heading."""
    if file is None:
        return ()
    return tuple(
        Section(
            id=name,
            title=book.add(
                f"{file.id}/group.{name}#title",
                title,
                Kind.SECTION,
                file.document,
                ("groups", name),
            ),
            items=tuple(member for member, group in members.items() if group == name),
        )
        for name, title in file.shape.groups.items()
    )


def build_replies(file: Parsed[RepliesFile] | None, book: TextBook) -> dict[str, CannedReply]:
    """The canned replies."""
    if file is None:
        return {}
    return {name: _reply(file, name, shape, book) for name, shape in file.shape.replies.items()}


def _reply(file: Parsed[RepliesFile], name: str, shape: ReplyShape, book: TextBook) -> CannedReply:
    path: Path = ("replies", name)
    key, document = f"replies/{name}", file.document
    return CannedReply(
        id=name,
        title=book.add(f"{key}#title", shape.title, Kind.REPLY_TITLE, document, (*path, "title")),
        text=book.add(f"{key}#text", shape.text, Kind.REPLY, document, (*path, "text")),
        slots=tuple(
            Slot(
                id=slot,
                type=each.type,
                label=book.add(
                    f"{key}.{slot}#label",
                    each.label,
                    Kind.SLOT,
                    document,
                    (*path, "slots", slot, "label"),
                ),
            )
            for slot, each in shape.slots.items()
        ),
    )
