"""The newcomer's side of a case: what it looks like, writing to it, being asked, rating."""

from dataclasses import replace
from datetime import datetime

from bot.engine import glossary
from bot.engine.advice import timeless_phrase
from bot.engine.danger import chosen_now, warning
from bot.engine.entrance import emergency_line
from bot.engine.questions import HINTS, answer_item, answer_phrase, marked
from bot.engine.talk import (
    Talk,
    in_rows,
    kept,
    kept_button,
    menu_button,
    person_button,
    text,
    title,
)
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do, short
from bot.model.content import SKIPPED, Content, Priority, Question, QuestionType
from bot.model.conversation import AnswerValue
from bot.model.phrases import Block, Phrase, Style, Value
from bot.model.tickets import Case, State, Ticket
from bot.model.turns import AddToCase, Message, Say, Show, Turn

RATINGS = {1: w.RATE_GOOD, 2: w.RATE_PARTLY, 3: w.RATE_BAD}

_STATES = {
    State.NEW: w.CASE_NEW,
    State.CLAIMED: w.CASE_CLAIMED,
    State.WAITING_FOR_NEWCOMER: w.CASE_YOUR_TURN,
    State.WAITING_FOR_US: w.CASE_OUR_TURN,
    State.CLOSED: w.CASE_CLOSED,
}


def cases_screen(talk: Talk) -> Message:
    """All cases of the person with their state, each a button."""
    menu = menu_button()
    if not talk.around.cases:
        person = person_button()
        return Message((title(w.CASES_TITLE), text(w.CASES_NONE)), ((person,), (menu,)))
    lines = tuple(Block(case_line(talk.content, case), Style.ITEM) for case in talk.around.cases)
    buttons = (
        Button(Phrase(w.CASE_BUTTON, {"code": case.code}), Action(Do.CASE, case.code))
        for case in talk.open_cases
    )
    return Message((title(w.CASES_TITLE), *lines), (*in_rows(buttons, 1), (menu,)))


def case_line(content: Content, case: Case | Ticket) -> Phrase:
    """Code, queue and state of a case in one line."""
    queue = content.region.queues.get(case.queue)
    values: dict[str, Value] = {"code": case.code, "state": Phrase(_STATES[case.state])}
    if queue is None:
        return Phrase(w.CASE_LINE_SHORT, values)
    return Phrase(w.CASE_LINE, {**values, "queue": Phrase(queue.title)})


def writing_screen(content: Content, case: Case) -> Message:
    """The case is open for typed text: what is written now goes to the caseworker."""
    blocks = [Block(case_line(content, case), Style.HEADING), text(w.CASE_WRITE)]
    if case.state in (State.NEW, State.CLAIMED, State.WAITING_FOR_US):
        blocks.insert(1, Block(Phrase(w.CASE_DUE, {"due": case.due})))
    return Message(tuple(blocks), ((leave_button(case.code),),))


def leave_button(code: str) -> Button:
    return Button(Phrase(w.CASE_LEAVE), Action(Do.LEAVE_CASE, code))


def write_button(code: str) -> Button:
    return Button(Phrase(w.CASE_REPLY), Action(Do.CASE, code))


def handed_over(
    content: Content, ticket: Ticket, *, appended: bool, opens: datetime | None
) -> Message:
    """After the handoff: code, who, until when, and what to do meanwhile.

    `opens` says that nobody is there now and when somebody will be: then the queue's
    own honest words about the night take the place of a promise.
    """
    queue = content.region.queues[ticket.queue]
    office = content.region.offices[queue.office]
    phone = (text(w.OFFICE_PHONE, phone=office.phone),) if office.phone else ()
    night = (
        (
            Block(timeless_phrase(content, queue.night), Style.WARNING),
            text(w.SENT_OPENS, opens=opens),
        )
        if opens
        else ()
    )
    promise = (
        () if opens and ticket.priority is Priority.P0 else (text(w.SENT_DUE, due=ticket.due),)
    )
    numbers = (emergency_line(content),) if ticket.priority is Priority.P0 else ()
    blocks = (
        *numbers,
        title(w.SENT_AGAIN_TITLE if appended else w.SENT_TITLE),
        text(w.SENT_CODE, code=ticket.code),
        text(w.SENT_TO, office=office.name, queue=Phrase(queue.title)),
        *phone,
        *night,
        *promise,
        text(w.SENT_MEANWHILE),
        text(w.CASE_WRITE),
    )
    return kept(Message(blocks, ((leave_button(ticket.code),),)))


def received_message(code: str) -> Message:
    """What was typed has reached the case."""
    return kept(Message((text(w.CASE_RECEIVED),), ((leave_button(code),),)))


def answer_from_caseworker(
    content: Content,
    ticket: Ticket,
    blocks: tuple[Block, ...],
    explain: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    """An answer of the caseworker, under the name of the office that gives it."""
    office = office_name(content, ticket)
    heading = Block(Phrase(w.CASE_ANSWER_FROM, {"office": office}), Style.HEADING)
    return in_case(ticket.code, (heading, *blocks), explain)


def office_name(content: Content, ticket: Ticket) -> str:
    """The office that answers for the ticket's queue; the county if the queue is gone."""
    queue = content.region.queues.get(ticket.queue)
    return content.region.offices[queue.office].name if queue else content.region.name


def asked_action(code: str, question: Question, option_id: str, do: Do = Do.ASKED) -> Action:
    """Answering `question` that a caseworker asked in the ticket `code`."""
    return Action(do, f"{code}~{short(question.id)}", option_id, question.meaning)


def asked_target(content: Content, target: str) -> tuple[str, Question | None]:
    """The ticket code and the question behind the target of a button of `asked_message`."""
    code, _, field_hash = target.partition("~")
    return code, content.question(content.ids.get(field_hash, ""))


def asked_message(
    content: Content, code: str, question: Question, chosen: tuple[str, ...] = ()
) -> Message:
    """A caseworker's question, with buttons in the newcomer's language.

    Of several options those that are `chosen` so far are ticked. What has to be typed comes
    with a way back into the case: the newcomer may be elsewhere.
    """
    decline = Button(Phrase(w.RATHER_NOT_SAY), asked_action(code, question, SKIPPED))
    hint = HINTS.get(question.type)
    blocks = (
        Block(Phrase(w.CASE_ASKS), Style.HEADING),
        Block(Phrase(question.text)),
        *((Block(Phrase(question.why), Style.NOTE),) if question.why else ()),
        *((Block(Phrase(hint), Style.NOTE),) if hint else ()),
    )
    typed = hint is not None and question.type is not QuestionType.MULTI
    last = (decline, kept_button(write_button(code))) if typed else (decline,)
    terms = glossary.of_question(content, question)
    explain = glossary.row(terms, Action(Do.QUESTION_WORDS, question.id, below=True))
    return Message(blocks, (*_asked_rows(code, question, chosen), last, *explain))


def _asked_rows(
    code: str, question: Question, chosen: tuple[str, ...]
) -> tuple[tuple[Button, ...], ...]:
    several = question.type is QuestionType.MULTI
    do = Do.ASKED_TOGGLE if several else Do.ASKED
    options = (
        Button(marked(option, chosen), asked_action(code, question, option.id, do))
        for option in question.offered
    )
    done = Button(Phrase(w.DONE_CHOOSING), asked_action(code, question, "", Do.ASKED_CHOSEN))
    return (*in_rows(options, 1), *(((done,),) if several else ()))


def answered(
    talk: Talk,
    case: Case,
    question: Question,
    value: AnswerValue,
    shown: Show | Say,
    danger: str | None = None,
) -> Turn:
    """The turn that brings the answer to a caseworker's question into their case.

    The newcomer is in that case from then on, unless they are preparing a handoff: its next
    words are for others. `danger` is the kind that the answer's words speak of; an option
    that means danger is answered at once, too.
    """
    inside = talk.conversation
    if inside.draft is None:
        inside = replace(inside, prompt=None, ticket=case.code)
    told = inside.answered(question, value, talk.around.now)
    kind = chosen_now(talk, told)
    said = warning(talk.with_(told), kind) if kind else ()
    added = AddToCase(case.code, answer_item(question, value), kind.id if kind else danger)
    return Turn(told, (*said, shown, added))


def asked_done(code: str, question: Question, value: AnswerValue) -> Message:
    """The caseworker's question with the answer in place of its buttons, and the ways on."""
    given = Block(Phrase(w.YOUR_ANSWER, {"answer": answer_phrase(question, value)}))
    blocks = (Block(Phrase(w.CASE_ASKS), Style.HEADING), Block(Phrase(question.text)), given)
    return in_case(code, blocks)


def in_case(
    code: str, blocks: tuple[Block, ...], explain: tuple[tuple[Button, ...], ...] = ()
) -> Message:
    """A message about a case: it stays readable while the newcomer writes or goes back.

    `explain` is the row that leads to the meaning of its German words.
    """
    return kept(Message(blocks, (*explain, (write_button(code), leave_button(code)))))


def closed_message(code: str) -> Message:
    """The case was closed: told, with a one-tap rating."""
    ratings = tuple(
        Button(Phrase(label), Action(Do.RATE, code, number=number))
        for number, label in RATINGS.items()
    )
    blocks = (title(w.CASE_ENDED, code=code), text(w.CASE_ENDED_TEXT), text(w.RATE_ASK))
    return Message(blocks, in_rows(ratings, 1))


def rated_message(code: str) -> Message:
    """Thanks, and room for one sentence."""
    no = Button(Phrase(w.NO_SENTENCE), Action(Do.NO_SENTENCE, code))
    return Message((text(w.RATED), text(w.RATE_SENTENCE)), ((no,),))
