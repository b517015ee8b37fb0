"""`lotse content stale`: what is due for review as a to-do list, one list an owner.

What is due is found in `due.py`. Owners may get their lists by mail, which is why a list
is made of phrases like every message; sending is `bot.reminders`'s.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.content.due import Due, What, due
from bot.content.extract import DESK_LANGUAGES
from bot.content.printed import Listing, Printed
from bot.content.problems import listed
from bot.content.sources import region_ids, runnable_ids
from bot.i18n.catalogue import Catalogues
from bot.i18n.languages import SOURCE
from bot.i18n.render import Renderer
from bot.model.phrases import Block, Phrase, Style, Value
from bot.model.turns import Message

Say = Callable[[Phrase], str]

SOON = (30, 60)
"""How many days ahead the lists look."""

TASKS: Mapping[What, str] = {
    What.ENDS: "workshop/due.ends#text",
    What.REVIEW: "workshop/due.review#text",
    What.SOURCE: "workshop/due.source#text",
    What.FACT: "workshop/due.fact#text",
    What.PHONE: "workshop/due.phone#text",
    What.OFFICE: "workshop/due.office#text",
    What.OFFICES: "workshop/due.offices#text",
    What.MOVING: "workshop/due.moving#text",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks that are due at about the same time. `name` is for programs."""

    name: str
    heading: Phrase
    tasks: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The list of one owner; sections without tasks are left out."""

    owner: str
    sections: tuple[Section, ...]

    def count(self, name: str) -> int:
        return sum(len(section.tasks) for section in self.sections if section.name == name)

    @property
    def total(self) -> int:
        return sum(len(section.tasks) for section in self.sections)


def stale(
    content_dir: Path,
    locales_dir: Path,
    region: str | None,
    on: date,
    shown: tuple[Listing, str] = (Listing.TEXT, SOURCE),
) -> Printed:
    """The to-do lists of all owners on the day `on`; `shown` is form and language."""
    known = region_ids(content_dir)
    if region is not None and region not in known:
        return 2, [f"there is no region `{region}` -> write one of: {listed(known)}"]
    form, language = shown
    if language not in (SOURCE, *DESK_LANGUAGES):
        return 2, [f"the lists are in: {listed((SOURCE, *DESK_LANGUAGES))}"]
    regions = runnable_ids(content_dir) if region is None else (region,)
    found = digests(content_dir, regions, on)
    renderer = wording(locales_dir)
    return 0, list(_FORMS[form](found, on, lambda phrase: renderer.plain(phrase, language)))


def digests(content_dir: Path, regions: Sequence[str], on: date) -> tuple[Digest, ...]:
    """The lists of all owners with something to do, the one with most overdue first."""
    by_owner: dict[str, list[Due]] = {}
    for task in due(content_dir, regions):
        by_owner.setdefault(task.owner, []).append(task)
    made = (Digest(owner, tuple(_sections(tasks, on))) for owner, tasks in by_owner.items())
    return tuple(
        sorted(
            (digest for digest in made if digest.total),
            key=lambda digest: (-digest.count("overdue"), -digest.total, digest.owner),
        )
    )


def message_of(digest: Digest) -> Message:
    """The list as a mail: the first block is its subject. It names files, never people."""
    counts: dict[str, Value] = {
        "count": str(digest.total),
        "overdue": str(digest.count("overdue")),
    }
    blocks = [
        Block(Phrase("workshop/mail.subject#text", counts)),
        Block(Phrase("workshop/mail.why#text")),
    ]
    for section in digest.sections:
        blocks.append(Block(section.heading, Style.HEADING))
        blocks += [Block(_task_phrase(task), Style.ITEM) for task in section.tasks]
    blocks.append(Block(Phrase("workshop/mail.how#text"), Style.NOTE))
    return Message(tuple(blocks))


def wording(locales_dir: Path) -> Renderer:
    """The words of the lists in German and English."""
    return Renderer(Catalogues.load(locales_dir, (SOURCE, *DESK_LANGUAGES)), {})


def _sections(tasks: Sequence[Due], on: date) -> Iterator[Section]:
    near, far = (on + timedelta(days=days) for days in SOON)
    overdue = [task for task in tasks if task.day < on]
    ahead = [task for task in tasks if task.day >= on and task.what is not What.MOVING]
    sections = (
        ("overdue", Phrase("workshop/overdue#text"), overdue),
        ("within_30", _within(SOON[0]), [task for task in ahead if task.day <= near]),
        ("within_60", _within(SOON[1]), [task for task in ahead if near < task.day <= far]),
        (
            "moving",
            Phrase("workshop/moving#text"),
            [task for task in tasks if task.what is What.MOVING and task.day >= on],
        ),
    )
    for name, heading, found in sections:
        if found:
            worst_first = sorted(found, key=lambda task: (task.what is not What.ENDS, *task.rank))
            yield Section(name, heading, tuple(worst_first))


def _within(days: int) -> Phrase:
    return Phrase("workshop/within#text", {"days": str(days)})


def _what(task: Due) -> Phrase:
    return Phrase(TASKS[task.what], {"name": task.name})


def _task_phrase(task: Due) -> Phrase:
    values: dict[str, Value] = {
        "day": task.day.isoformat(),
        "what": _what(task),
        "place": _place(task),
    }
    return Phrase("workshop/task#text", values)


def _place(task: Due) -> str:
    """Where to correct it and where to compare it."""
    return " ".join(filter(None, (f"{task.position.path}:{task.position.line}", task.link)))


# --- forms ------------------------------------------------------------------------------


def _as_text(found: Sequence[Digest], on: date, say: Say) -> Iterator[str]:
    if not found:
        yield say(_nothing(on))
    for digest in found:
        yield _head(digest, say)
        for section in digest.sections:
            yield f"  {say(section.heading)}"
            for task in section.tasks:
                sign = "!" if task.what is What.ENDS else " "
                yield f"    [{sign}] {task.day}  {say(_what(task))}"
                yield f"        {_place(task)}"
        yield ""


def _as_markdown(found: Sequence[Digest], on: date, say: Say) -> Iterator[str]:
    if not found:
        yield say(_nothing(on))
    for digest in found:
        yield f"## {_head(digest, say)}"
        for section in digest.sections:
            yield f"### {say(section.heading)}"
            for task in section.tasks:
                told = say(_what(task))
                told = f"**{told}**" if task.what is What.ENDS else told
                link = f" <{task.link}>" if task.link.startswith("http") else ""
                place = f"`{task.position.path}:{task.position.line}`"
                yield f"- [ ] {task.day} {told} ({place}){link}"
        yield ""


def _as_json(found: Sequence[Digest], on: date, _: Say) -> Iterator[str]:
    rows = [
        {
            "owner": digest.owner,
            "when": section.name,
            "day": task.day.isoformat(),
            "days": (task.day - on).days,
            "what": task.what.value,
            "name": task.name,
            "path": task.position.path,
            "line": task.position.line,
            "column": task.position.column,
            "link": task.link,
        }
        for digest in found
        for section in digest.sections
        for task in section.tasks
    ]
    yield json.dumps(rows, ensure_ascii=False, indent=1)


def _head(digest: Digest, say: Say) -> str:
    overdue = digest.count("overdue")
    values: dict[str, Value] = {
        "owner": digest.owner or Phrase("workshop/nobody#text"),
        "overdue": str(overdue),
        "later": str(digest.total - overdue),
    }
    return say(Phrase("workshop/owner#text", values))


def _nothing(on: date) -> Phrase:
    until = on + timedelta(days=SOON[1])
    return Phrase("workshop/nothing#text", {"day": until.isoformat()})


_FORMS: Mapping[Listing, Callable[[Sequence[Digest], date, Say], Iterator[str]]] = {
    Listing.TEXT: _as_text,
    Listing.JSON: _as_json,
    Listing.MARKDOWN: _as_markdown,
}
