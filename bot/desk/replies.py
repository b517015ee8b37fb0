"""The canned replies as caseworkers choose them: under headings, and by words typed.

Matching is the same with and without script: the server does it. Filling the gaps and
sending is in `answers`.
"""

from dataclasses import dataclass

from bot.desk.pages import Texts
from bot.engine.spelling import folded, words
from bot.model.content import CannedReply, Content

LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One reply: its title, and its text with the names of the gaps in brackets."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The replies under one heading that a search left over."""

    title: str
    choices: tuple[Choice, ...]


def shelves(texts: Texts, content: Content, query: str = "") -> list[Shelf]:
    """Every heading with those replies whose title or text has all words of `query`.

    Parts of words count: "termi" finds appointments. Case and accents do not matter.
    """
    wanted = words(query[:LONGEST_QUERY])
    found = (
        Shelf(
            texts.plain(section.title),
            tuple(
                choice
                for reply in section.items
                if _fits(choice := _choice(texts, content.replies[reply]), wanted)
            ),
        )
        for section in content.reply_sections
    )
    return [shelf for shelf in found if shelf.choices]


def _choice(texts: Texts, reply: CannedReply) -> Choice:
    text = texts.plain(reply.text)
    for slot in reply.slots:
        text = text.replace(f"{{{slot.id}}}", f"[{texts.plain(slot.label)}]")
    return Choice(reply.id, texts.plain(reply.title), text)


def _fits(choice: Choice, wanted: tuple[str, ...]) -> bool:
    said = folded(f"{choice.title} {choice.text}")
    return all(word in said for word in wanted)
