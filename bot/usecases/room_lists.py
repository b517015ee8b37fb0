"""Lists to press on in a case's topic: outcomes, questions, canned replies; and what is sent.

A list is a message with a button for each choice; nothing is sent to the newcomer before
it was shown in both languages. Who may press and what follows is decided in `room`.
"""

from collections.abc import Iterable

from bot.engine.talk import in_rows, numbered
from bot.model.buttons import Action, Button, Do
from bot.model.content import CannedReply, Question
from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase, Style
from bot.model.tickets import Caseworker, Outcome, Ticket
from bot.model.turns import Message
from bot.usecases import casework, refusals
from bot.usecases.notices import ROOM_LANGUAGE
from bot.usecases.refusals import Refused
from bot.usecases.unit import Unit

SHARED = "person"
"""Stands for the questions about the person where otherwise a topic is named."""

Rows = tuple[tuple[Button, ...], ...]


def say(unit: Unit, code: str | None, phrase: Phrase, rows: Rows = ()) -> None:
    put(unit, code, Message((Block(phrase),), rows))


def put(unit: Unit, code: str | None, message: Message, language: str = ROOM_LANGUAGE) -> None:
    """Post `message` in the topic of the case `code`; None: in the group's common thread."""
    delivery = Delivery(Channel.ROOM, Act.SEND, language, message, ticket=code)
    unit.work.outbox.put((delivery,), unit.now)


def offer_outcomes(unit: Unit, by: Caseworker, code: str) -> Ticket | Refused:
    """Ask how the case ended; pressing closes it."""
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    buttons = (
        _button(Phrase(f"desk/outcome.{outcome}#text"), Do.CLOSE, ticket, outcome.value)
        for outcome in Outcome
        if outcome is not Outcome.WITHDRAWN
    )
    say(unit, code, Phrase("desk/room.which_outcome#text"), in_rows(buttons, 1))
    return ticket


# --- canned replies -----------------------------------------------------------------------


def offer_replies(unit: Unit, by: Caseworker, code: str, heading: str) -> Ticket | Refused:
    """List the headings, or below one of them the replies.

    Those without gaps can be pressed, those with gaps are filled in the desk.
    """
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    section = next((one for one in unit.content.reply_sections if one.id == heading), None)
    if section is None:
        buttons = [
            _button(Phrase(one.title), Do.REPLIES, ticket, one.id)
            for one in unit.content.reply_sections
        ]
        say(unit, code, Phrase("desk/room.which_reply#text"), in_rows(buttons, 2))
        return ticket
    replies = [unit.content.replies[reply] for reply in section.items]
    ready = (
        _button(Phrase(reply.title), Do.REPLY, ticket, reply.id)
        for reply in replies
        if not reply.slots
    )
    gaps = [reply for reply in replies if reply.slots]
    blocks = (Block(Phrase(section.title), Style.HEADING), *_in_desk(gaps))
    put(unit, code, Message(blocks, (*in_rows(ready, 1), *_desk_row(unit, ticket, gaps))))
    return ticket


def _in_desk(replies: Iterable[CannedReply]) -> tuple[Block, ...]:
    titles = tuple(Phrase(reply.title) for reply in replies)
    return (Block(Phrase("desk/room.in_desk#text", {"titles": titles})),) if titles else ()


def _desk_row(unit: Unit, ticket: Ticket, replies: Iterable[CannedReply]) -> Rows:
    if unit.policy.desk_url is None or not any(replies):
        return ()
    url = f"{unit.policy.desk_url}/tickets/{ticket.code}"
    return ((Button(Phrase("desk/alarm.open#button"), url=url),),)


def preview_reply(unit: Unit, by: Caseworker, code: str, reply_id: str) -> Ticket | Refused:
    """Show a reply as the newcomer will read it and in our language, with the button to send."""
    ticket = _own(unit, by, code)
    item = casework.reply_item(unit, reply_id, {})
    if isinstance(ticket, Refused):
        return ticket
    if isinstance(item, Refused):
        return item
    _preview(unit, ticket, (Block(item.phrase, Style.QUOTE),), Do.SEND_REPLY, reply_id)
    return ticket


# --- questions ------------------------------------------------------------------------------


def offer_questions(unit: Unit, by: Caseworker, code: str, heading: str) -> Ticket | Refused:
    """List the headings, those of caseworkers first, or the questions below one of these."""
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    content = unit.content
    section = next((one for one in content.ask_sections if one.id == heading), None)
    if section is not None:
        found = [content.asks[field] for field in section.items]
        return _listed(unit, ticket, Phrase(section.title), found)
    ours = [
        _button(Phrase(one.title), Do.QUESTIONS, ticket, one.id) for one in content.ask_sections
    ]
    theirs = [
        _button(Phrase("desk/answer.shared#text"), Do.TOPIC_QUESTIONS, ticket, SHARED),
        *(
            _button(Phrase(topic.title), Do.TOPIC_QUESTIONS, ticket, topic.id)
            for topic in content.topics.values()
        ),
    ]
    rows = (*in_rows(ours, 2), *in_rows(theirs, 2))
    say(unit, code, Phrase("desk/room.which_question#text"), rows)
    return ticket


def offer_topic_questions(unit: Unit, by: Caseworker, code: str, topic_id: str) -> Ticket | Refused:
    """List the questions of a topic, or those about the person."""
    ticket = _own(unit, by, code)
    if isinstance(ticket, Refused):
        return ticket
    if topic_id == SHARED:
        shared = unit.content.shared.values()
        return _listed(unit, ticket, Phrase("desk/answer.shared#text"), shared)
    topic = unit.content.topics.get(topic_id)
    if topic is None:
        return refusals.UNKNOWN_QUESTION
    own = (question for question in topic.questions if not question.shared)
    return _listed(unit, ticket, Phrase(topic.title), own)


def _listed(unit: Unit, ticket: Ticket, heading: Phrase, questions: Iterable[Question]) -> Ticket:
    buttons = (
        _button(Phrase(question.summary), Do.QUESTION, ticket, question.id)
        for question in questions
    )
    put(unit, ticket.code, Message((Block(heading, Style.HEADING),), in_rows(buttons, 1)))
    return ticket


def preview_question(unit: Unit, by: Caseworker, code: str, field_id: str) -> Ticket | Refused:
    """Show a question with its options in both languages, with the button to ask it."""
    ticket = _own(unit, by, code)
    question = unit.content.question(field_id)
    if isinstance(ticket, Refused):
        return ticket
    if question is None:
        return refusals.UNKNOWN_QUESTION
    options = numbered(Phrase(option.text) for option in question.offered)
    blocks = (Block(Phrase(question.text), Style.QUOTE), *options)
    _preview(unit, ticket, blocks, Do.SEND_QUESTION, question.id)
    return ticket


# --- how it is done ---------------------------------------------------------------------------


def _preview(unit: Unit, ticket: Ticket, blocks: tuple[Block, ...], do: Do, chosen: str) -> None:
    send = _button(Phrase("desk/room.send_reply#button"), do, ticket, chosen)
    lead = Block(Phrase("desk/room.preview#text"), Style.NOTE)
    if ticket.language != ROOM_LANGUAGE:
        put(unit, ticket.code, Message(blocks), ticket.language)
    put(unit, ticket.code, Message((lead, *blocks), ((send,),)))


def _button(label: Phrase, do: Do, ticket: Ticket, value: str) -> Button:
    return Button(label, Action(do, ticket.code, value, ticket.version))


def _own(unit: Unit, by: Caseworker, code: str) -> Ticket | Refused:
    found = unit.work.tickets.load((code,), by.teams).get(code)
    return refusals.UNKNOWN_CASE if found is None else found
