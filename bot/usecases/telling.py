"""What a newcomer receives from a caseworker, as a message without language.

The desk previews exactly these messages before they are sent. What a case looks like
to its newcomer is in `bot.engine.cases`; putting a message into the outbox is
`bot.usecases.notices`.
"""

from datetime import date

from bot.engine import glossary
from bot.engine.advice import card_blocks
from bot.engine.cases import (
    answer_from_caseworker,
    asked_message,
    office_name,
    write_button,
)
from bot.engine.results import words_row
from bot.engine.talk import kept
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import CardItem, ItemBody, QuestionItem, ReplyItem, TextItem, Ticket
from bot.model.turns import Message


def answer(content: Content, ticket: Ticket, body: ItemBody, today: date) -> Message:
    """Return what the newcomer of `ticket` sees of an answer given on the day `today`.

    Raises ValueError for a kind of item that is never sent to newcomers, and for a
    card or question that the content does not have.
    """
    blocks: tuple[Block, ...]
    explain: tuple[tuple[Button, ...], ...] = ()
    match body:
        case TextItem(text):
            blocks = (Block(Phrase(w.AS_WRITTEN, {"text": text}), Style.QUOTE),)
        case ReplyItem(reply_id, phrase):
            blocks = (Block(phrase),)
            explain = _reply_words(content, reply_id)
        case CardItem(card_id, _) if card := content.card(card_id):
            blocks = card_blocks(content, card, today, ticket.municipality)
            explain = words_row(content, card)
        case QuestionItem(field, _) if question := content.question(field):
            return asked_message(content, ticket.code, question)
        case _:
            raise ValueError(f"{type(body).__name__} is not for newcomers")
    return answer_from_caseworker(content, ticket, blocks, explain)


def _reply_words(content: Content, reply_id: str) -> tuple[tuple[Button, ...], ...]:
    reply = content.replies.get(reply_id)
    terms = glossary.of_reply(content, reply) if reply else ()
    return glossary.row(terms, Action(Do.REPLY_WORDS, reply_id))


def passed_on(content: Content, ticket: Ticket) -> Message:
    """Who reads the case from now on."""
    return _notice(w.CASE_PASSED_ON, content, ticket)


def reopened(content: Content, ticket: Ticket) -> Message:
    """Somebody works on the case again."""
    return _notice(w.CASE_REOPENED, content, ticket)


def _notice(key: str, content: Content, ticket: Ticket) -> Message:
    values = {"code": ticket.code, "office": office_name(content, ticket)}
    return kept(Message((Block(Phrase(key, values)),), ((write_button(ticket.code),),)))
