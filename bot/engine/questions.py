"""Question screens: one question, the confirmation of known answers, the list to change.

Buttons always mean "this is my answer to this question", wherever the
conversation is meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.engine import glossary
from bot.engine.interview import (
    current_values,
    living,
    next_question,
    previous_question,
    progress,
    valid_value,
)
from bot.engine.once import once
from bot.engine.talk import Talk, in_rows, menu_button, numbered, title
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import SKIPPED, Content, Option, Question, QuestionType, Topic
from bot.model.conversation import AnswerValue, Expecting
from bot.model.phrases import Block, Phrase, Style, Value
from bot.model.tickets import AnswerItem
from bot.model.turns import Message

HINTS = {
    QuestionType.NUMBER: w.HINT_NUMBER,
    QuestionType.DATE: w.HINT_DATE,
    QuestionType.TEXT: w.HINT_TEXT,
    QuestionType.MULTI: w.HINT_MULTI,
}
"""How to answer what is not one press of a button."""


def question_screen(talk: Talk, topic: Topic, question: Question) -> Message:
    """`question` with its reason, its options as numbered lines and as buttons."""
    number, total = progress(topic, talk.answers, question)
    where: dict[str, Value] = {
        "topic": Phrase(topic.title),
        "number": str(number),
        "total": str(total),
    }
    reason = (Block(Phrase(question.why), Style.NOTE),) if question.why else ()
    hint = HINTS.get(question.type)
    blocks = (
        Block(Phrase(w.PROGRESS, where), Style.NOTE),
        title(question.text),
        *reason,
        *_as_offered(talk.content)[question.id].lines,
        *((Block(Phrase(hint), Style.NOTE),) if hint else ()),
    )
    decline = Button(Phrase(w.RATHER_NOT_SAY), _answer(question, SKIPPED))
    back = Button(Phrase(w.BACK), Action(Do.BACK, question.id))
    person = Button(Phrase(w.PERSON), Action(Do.PERSON, topic.id))
    menu = menu_button()
    terms = glossary.of_question(talk.content, question)
    explain = glossary.row(terms, Action(Do.QUESTION_WORDS, question.id))
    options = _option_rows(talk, question)
    return Message(blocks, (*options, (decline,), *explain, (back, person, menu)))


def _option_rows(talk: Talk, question: Question) -> tuple[tuple[Button, ...], ...]:
    chosen = chosen_options(talk, question)
    if question.type is QuestionType.MULTI:
        toggles = (
            Button(
                marked(option, chosen), Action(Do.TOGGLE, question.id, option.id, question.meaning)
            )
            for option in question.offered
        )
        done = Button(Phrase(w.DONE_CHOOSING), Action(Do.CHOSEN, question.id, "", question.meaning))
        return (*in_rows(toggles, 1), (done,))
    return _choices(question, chosen) if chosen else _as_offered(talk.content)[question.id].choices


def _choices(question: Question, chosen: tuple[str, ...]) -> tuple[tuple[Button, ...], ...]:
    buttons = (
        Button(marked(option, chosen), _answer(question, option.id)) for option in question.offered
    )
    narrow = question.type in (QuestionType.YES_NO, QuestionType.PLACE)
    return in_rows(buttons, 2 if narrow else 1)


@dataclass(frozen=True, slots=True)
class _Offered:
    """The options of a question as lines and as buttons, none of them chosen."""

    lines: tuple[Block, ...]
    choices: tuple[tuple[Button, ...], ...]


@once
def _as_offered(content: Content) -> Mapping[str, _Offered]:
    topics = (question for topic in content.topics.values() for question in topic.questions)
    return {
        question.id: _Offered(
            numbered(Phrase(option.text) for option in question.offered), _choices(question, ())
        )
        for question in (*content.shared.values(), *content.asks.values(), *topics)
    }


def _answer(question: Question, value: str) -> Action:
    return Action(Do.ANSWER, question.id, value, question.meaning)


def marked(option: Option, chosen: tuple[str, ...]) -> Phrase:
    """The label of `option`, ticked if it is among the chosen ones."""
    label = Phrase(option.text)
    return Phrase(w.CHECKED, {"label": label}) if option.id in chosen else label


def chosen_options(talk: Talk, question: Question) -> tuple[str, ...]:
    """What is marked: the choice being made, else the answer given before."""
    prompt = talk.conversation.prompt
    being_made = prompt and prompt.expecting is Expecting.ANSWER and prompt.field == question.id
    if prompt and being_made and prompt.chosen is not None:
        return living(question, prompt.chosen)
    answer = talk.answers.get(question.id)
    if answer is None or not isinstance(answer.value, str | tuple):
        return ()
    return living(question, (answer.value,) if isinstance(answer.value, str) else answer.value)


def confirm_screen(topic: Topic, talk: Talk, questions: list[Question]) -> Message:
    """What was said earlier and is used again: right, or change."""
    right = Button(Phrase(w.REUSE_RIGHT), Action(Do.REUSE, topic.id))
    changes = (_change_button(question) for question in questions)
    menu = menu_button()
    values = {
        question.id: valid_value(question, talk.answers[question.id]) for question in questions
    }
    lines = tuple(
        Block(answer_line(question, value), Style.ITEM)
        for question in questions
        if (value := values[question.id]) is not None
    )
    blocks = (title(w.REUSE_TITLE), *lines)
    return Message(blocks, ((right,), *in_rows(changes, 1), (menu,)))


def change_screen(topic: Topic, talk: Talk) -> Message:
    """All answers of the topic; pressing one asks it again."""
    values = current_values(topic, talk.answers)
    answered = [question for question in topic.questions if question.id in values]
    back = Button(Phrase(w.BACK), Action(Do.RESULT, topic.id))
    menu = menu_button()
    blocks = (title(w.CHANGE_TITLE), *answer_lines(talk, topic, answered))
    buttons = (_change_button(question) for question in answered)
    return Message(blocks, (*in_rows(buttons, 1), (back, menu)))


def _change_button(question: Question) -> Button:
    label = Phrase(w.CHANGE_ONE, {"label": Phrase(question.summary)})
    return Button(label, Action(Do.REASK, question.id))


def answer_lines(talk: Talk, topic: Topic, questions: list[Question]) -> tuple[Block, ...]:
    """Each question of `questions` with its valid answer, as one line."""
    values = current_values(topic, talk.answers)
    return tuple(
        Block(answer_line(question, values[question.id]), Style.ITEM)
        for question in questions
        if question.id in values
    )


def answer_line(question: Question, value: AnswerValue) -> Phrase:
    values: dict[str, Value] = {
        "question": Phrase(question.summary),
        "answer": answer_phrase(question, value),
    }
    return Phrase(w.ANSWER_LINE, values)


def answer_item(question: Question, value: AnswerValue) -> AnswerItem:
    """The answer as it is kept in a ticket: ids, and phrases that stay as they are today."""
    return AnswerItem(question.id, value, Phrase(question.summary), answer_phrase(question, value))


def answer_phrase(question: Question, value: AnswerValue) -> Phrase:
    """An answer value in words that read in every language."""
    if value == SKIPPED:
        return Phrase(w.NOT_SAID)
    if isinstance(value, tuple):
        chosen = tuple(_summary(question, option) for option in value)
        return Phrase(w.LISTED, {"items": chosen})
    if isinstance(value, date):
        return Phrase(w.DATED, {"date": value})
    if isinstance(value, Decimal) or question.type is QuestionType.TEXT:
        return Phrase(w.AS_WRITTEN, {"text": str(value)})
    return _summary(question, value)


def _summary(question: Question, option_id: str) -> Phrase:
    option = question.option(option_id)
    return Phrase(option.summary) if option else Phrase(w.NOT_SAID)


def pressed_value(question: Question, pressed: str) -> AnswerValue | None:
    """What a pressed option of `question` means today; None if it is none of its options."""
    if pressed == SKIPPED:
        return SKIPPED
    option = living(question, (pressed,))
    if not option:
        return None
    return option if question.type is QuestionType.MULTI else option[0]


def before(talk: Talk, topic: Topic, field_id: str) -> Question | None:
    """The question that "back" leads to from the one of `field_id`."""
    return previous_question(topic, talk.answers, field_id)


def current(talk: Talk, topic: Topic) -> Question | None:
    """The question that is open now: the one being corrected, else the next."""
    prompt = talk.conversation.prompt
    corrected = None
    if prompt and prompt.expecting is Expecting.ANSWER:
        corrected = talk.content.question(prompt.field)
    return corrected or next_question(topic, talk.answers)


def topic_of(content: Content, field_id: str, fallback: Topic | None) -> Topic | None:
    """The topic a field belongs to; a shared one belongs to the open topic."""
    owner = field_id.partition(".")[0]
    return fallback if owner == "person" else content.topics.get(owner)
