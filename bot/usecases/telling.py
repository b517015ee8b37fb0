"""What a newcomer receives from a caseworker, as a message without language.

The desk previews exactly these messages before they are sent. How a question or
a card looks is decided by the engine; putting a message into the outbox is
`bot.usecases.notices`.
"""

from datetime import date
from typing import Final

from bot.engine.advice import card_blocks
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Question
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import CardItem, ItemBody, QuestionItem, ReplyItem, TextItem, Ticket
from bot.model.turns import Message

RATINGS: Final = (1, 2, 3)
"""1 helped, 2 helped a little, 3 did not help."""


def answer(content: Content, ticket: Ticket, body: ItemBody, today: date) -> Message:
    """Return what the newcomer of `ticket` sees of an answer given on the day `today`.

    Raises ValueError for a kind of item that is never sent to newcomers.
    """
    heading = Block(
        Phrase("bot/case.answer_from#heading", {"office": office_name(content, ticket)}),
        Style.HEADING,
    )
    hint = Block(Phrase("bot/case.answer_here#text", {"code": ticket.code}), Style.NOTE)
    match body:
        case TextItem(text):
            return Message((heading, Block(_as_written(text), Style.QUOTE), hint))
        case ReplyItem(_, phrase):
            return Message((heading, Block(phrase), hint))
        case CardItem(card_id, _):
            card = content.card(card_id)
            advice = () if card is None else card_blocks(content, card, today, ticket.municipality)
            return Message((heading, *advice, hint))
        case QuestionItem(field, question):
            asked = content.question(field)
            rows = () if asked is None else _options(ticket.code, asked)
            return Message((heading, Block(question), hint), rows)
        case _:
            raise ValueError(f"{type(body).__name__} is not for newcomers")


def passed_on(content: Content, ticket: Ticket) -> Message:
    """Who reads the case from now on."""
    values = {"code": ticket.code, "office": office_name(content, ticket)}
    return Message((Block(Phrase("bot/case.passed_on#text", values)),))


def closed(ticket: Ticket) -> Message:
    """The case is closed; how was it?"""
    rows = tuple(
        (
            Button(
                Phrase(f"bot/case.rate.{rating}#button"),
                Action(Do.RATE, ticket.code, number=rating),
            ),
        )
        for rating in RATINGS
    )
    told = Block(Phrase("bot/case.closed#text", {"code": ticket.code}))
    return Message((told, Block(Phrase("bot/case.rate#text"))), rows)


def reopened(content: Content, ticket: Ticket) -> Message:
    values = {"code": ticket.code, "office": office_name(content, ticket)}
    return Message((Block(Phrase("bot/case.reopened#text", values)),))


def office_name(content: Content, ticket: Ticket) -> str:
    """The office that answers for the ticket's queue; the county if the queue is gone."""
    region = content.region
    queue = region.queues.get(ticket.queue)
    return region.name if queue is None else region.offices[queue.office].name


def _as_written(text: str) -> Phrase:
    return Phrase(w.AS_WRITTEN, {"text": text})


def _options(code: str, question: Question) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (
            Button(
                Phrase(option.text),
                Action(Do.ASKED, code, value=option.id, number=question.meaning),
            ),
        )
        for option in question.offered
    )
