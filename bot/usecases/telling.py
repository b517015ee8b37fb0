"""What a newcomer receives from a caseworker, as a message without language.

The desk previews exactly these messages before they are sent. How they look is
decided by the engine; putting a message into the outbox is `bot.usecases.notices`.
"""

from datetime import date

from bot.engine import cases
from bot.engine.advice import card_blocks
from bot.model import wording as w
from bot.model.content import Content
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import CardItem, ItemBody, QuestionItem, ReplyItem, TextItem, Ticket
from bot.model.turns import Message


def answer(content: Content, ticket: Ticket, body: ItemBody, today: date) -> Message:
    """Return what the newcomer of `ticket` sees of an answer given on the day `today`.

    Raises ValueError for a kind of item that is never sent to newcomers.
    """
    match body:
        case TextItem(text):
            written = Block(Phrase(w.AS_WRITTEN, {"text": text}), Style.QUOTE)
            return cases.answer_from_caseworker(content, ticket, (written,))
        case ReplyItem(_, phrase):
            return cases.answer_from_caseworker(content, ticket, (Block(phrase),))
        case CardItem(card_id, _):
            card = content.card(card_id)
            advice = () if card is None else card_blocks(content, card, today, ticket.municipality)
            return cases.answer_from_caseworker(content, ticket, advice)
        case QuestionItem(field, question):
            asked = content.question(field)
            if asked is None:
                return cases.answer_from_caseworker(content, ticket, (Block(question),))
            return cases.asked_message(ticket.code, asked)
        case _:
            raise ValueError(f"{type(body).__name__} is not for newcomers")


def passed_on(content: Content, ticket: Ticket) -> Message:
    """Who reads the case from now on."""
    values = {"code": ticket.code, "office": cases.office_name(content, ticket)}
    return Message((Block(Phrase(w.CASE_PASSED_ON, values)),))


def closed(ticket: Ticket) -> Message:
    """The case is closed; how was it?"""
    return cases.closed_message(ticket.code)


def reopened(content: Content, ticket: Ticket) -> Message:
    """The case is worked on again."""
    values = {"code": ticket.code, "office": cases.office_name(content, ticket)}
    return Message((Block(Phrase(w.CASE_REOPENED, values)),))
