"""Values for the tests of stores: small, complete, and easy to tell apart."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bot.model.content import Priority
from bot.model.conversation import Answer, Consent, Conversation, HandoffDraft
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase
from bot.model.tickets import Author, Caseworker, Item, ItemBody, Outcome, State, TextItem, Ticket
from bot.model.turns import Message
from bot.usecases.ports import Store, Work

NOW: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)


def conversation(person: str, **changes: Any) -> Conversation:
    """A conversation with an answer and a draft."""
    answers = {"work.hours": Answer("work.hours", Decimal("7.5"), 1, NOW)}
    whole = Conversation(
        person=person,
        language="uk",
        consent=Consent("notice-hash", "uk", NOW),
        answers=answers,
        draft=HandoffDraft(topic="work", text="please call me"),
    )
    return replace(whole, **changes)


def ticket(code: str, **changes: Any) -> Ticket:
    """An open ticket of the team `work`."""
    whole = Ticket(
        code=code,
        queue="work",
        team="work",
        priority=Priority.P2,
        state=State.NEW,
        version=1,
        created=NOW,
        changed=NOW,
        due=NOW + 24 * HOUR,
        language="uk",
        person=None,
        content="content-hash",
        topic="work",
        municipality="berg",
    )
    return replace(whole, **changes)


def closed(whole: Ticket, at: datetime) -> Ticket:
    return replace(whole, state=State.CLOSED, closed=at, outcome=Outcome.ADVISED, rating=1)


def item(number: int, text: str = "hello", body: ItemBody | None = None) -> Item:
    return Item(number, NOW, Author.NEWCOMER, body or TextItem(text))


def message(text: str = "hello") -> Message:
    return Message((Block(Phrase("bot/said#text", {"text": text})),))


def delivery(chat: int, text: str = "hello", **changes: Any) -> Delivery:
    """A message to a newcomer's chat."""
    return replace(
        Delivery(Channel.CHAT, Act.SEND, "uk", message(text), chat=chat),
        **changes,
    )


def edit(chat: int, message_id: int, text: str) -> Delivery:
    return delivery(chat, text, act=Act.EDIT, message_id=message_id)


def caseworker(login: str, **changes: Any) -> Caseworker:
    whole = Caseworker(f"id-of-{login}", login, login.title(), frozenset({"work", "berg"}))
    return replace(whole, **changes)


def words(deliveries: Iterable[Delivery]) -> list[object]:
    """What each delivery says."""
    return [
        block.phrase.values["text"]
        for one in deliveries
        if one.message is not None
        for block in one.message.blocks
    ]


class Broken(Exception):
    """Raised by a test at the end of a unit of work, which must then leave nothing."""


@contextmanager
def undone(store: Store) -> Iterator[Work]:
    """A unit of work that fails in the end."""
    with suppress(Broken), store.transaction() as work:
        yield work
        raise Broken


def committed(store: Store, *tickets: Ticket) -> None:
    """Save `tickets` in a unit of their own."""
    with store.transaction() as work:
        for one in tickets:
            work.tickets.save(one)


def load(work: Work, code: str) -> Ticket | None:
    return work.tickets.load([code], None).get(code)
