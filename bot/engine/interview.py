"""Which question comes next, and which cards fit: all of it computed from answers.

The current question is the first relevant unanswered one. Whoever inserts,
removes or reorders questions changes nobody's answers. What a screen looks like
is in `bot.engine.questions`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from bot.engine.rules import holds, truth
from bot.model.content import (
    SKIPPED,
    Card,
    Content,
    Priority,
    Question,
    QuestionType,
    Topic,
    Urgency,
)
from bot.model.conversation import Answer, Answers, AnswerValue, Conversation

_BY_URGENCY = {Urgency.NOW: 0, Urgency.SOON: 1, Urgency.NORMAL: 2}


def walk(
    topic: Topic, answers: Answers
) -> Iterator[tuple[Question, bool | None, AnswerValue | None]]:
    """Each question of `topic` in order, whether it is asked (None: open), and its valid answer.

    Retired options count as what took their place. An answer to an earlier meaning
    of a question, or to an option that no longer exists, is no answer.
    """
    values: dict[str, AnswerValue] = {}
    for question in topic.questions:
        asked = truth(question.when, values)
        value = valid_value(question, answers.get(question.id)) if asked else None
        if value is not None:
            values[question.id] = value
        yield question, asked, value


def current_values(topic: Topic, answers: Answers) -> dict[str, AnswerValue]:
    """The valid answers to the questions of `topic` that are asked, in order."""
    return {question.id: value for question, _, value in walk(topic, answers) if value is not None}


def valid_value(question: Question, answer: Answer | None) -> AnswerValue | None:
    """What `answer` means for `question` as it is today; None if nothing."""
    if answer is None or answer.meaning != question.meaning:
        return None
    if answer.value == SKIPPED:
        return SKIPPED
    match question.type:
        case QuestionType.NUMBER:
            return answer.value if isinstance(answer.value, Decimal) else None
        case QuestionType.DATE:
            return answer.value if isinstance(answer.value, date) else None
        case QuestionType.TEXT:
            return answer.value if isinstance(answer.value, str) else None
        case QuestionType.MULTI:
            if not isinstance(answer.value, tuple):
                return None
            return living(question, answer.value) or None
        case QuestionType.CHOICE | QuestionType.YES_NO | QuestionType.PLACE:
            found = living(question, (answer.value,)) if isinstance(answer.value, str) else ()
            return found[0] if found else None


def living(question: Question, ids: Iterable[str]) -> tuple[str, ...]:
    """The options of today behind `ids`: retired ones as what took their place, others dropped."""
    found: dict[str, None] = {}
    for option_id in ids:
        option = question.option(option_id)
        if option is not None and option.retired:
            option = question.option(option.retired_as or "")
        if option is not None and not option.retired:
            found[option.id] = None
    return tuple(found)


def next_question(topic: Topic, answers: Answers) -> Question | None:
    """The first question that is asked and not answered, or None when all are answered."""
    for question, asked, value in walk(topic, answers):
        if asked and value is None:
            return question
    return None


def previous_question(topic: Topic, answers: Answers, before: str | None) -> Question | None:
    """The answered question shown before `before` (None: before the result)."""
    previous = None
    for question, _, value in walk(topic, answers):
        if question.id == before:
            break
        if value is not None:
            previous = question
    return previous


def to_confirm(topic: Topic, answers: Answers, since: datetime) -> list[Question]:
    """Shared questions answered before `since` that `topic` uses or may still use.

    They are shown together, once, before they count here.
    """
    return [
        question
        for question, asked, _ in walk(topic, answers)
        if question.shared
        and asked is not False
        and question.id in answers
        and answers[question.id].at < since
        and valid_value(question, answers[question.id]) is not None
    ]


def with_todays_ids(content: Content, conversation: Conversation) -> Conversation:
    """`conversation` with the ids that renamed questions have today; nothing else changes.

    An answer that was meanwhile given to the new id is the later one and stays.
    """
    if content.renames.keys().isdisjoint(_named(conversation)):
        return conversation
    answers: dict[str, Answer] = {}
    for field, answer in conversation.answers.items():
        name = content.renames.get(field, field)
        if name == field or name not in conversation.answers:
            answers[name] = replace(answer, field=name)
    prompt = conversation.prompt
    if prompt is not None:
        prompt = replace(prompt, field=content.renames.get(prompt.field, prompt.field))
    draft = conversation.draft
    if draft is not None:
        left_out = frozenset(content.renames.get(each, each) for each in draft.left_out)
        draft = replace(draft, left_out=left_out)
    return replace(conversation, answers=answers, prompt=prompt, draft=draft)


def _named(conversation: Conversation) -> Iterator[str]:
    yield from conversation.answers
    if conversation.prompt is not None:
        yield conversation.prompt.field
    if conversation.draft is not None:
        yield from conversation.draft.left_out


def without_expired(content: Content, answers: Answers, now: datetime) -> Answers:
    """`answers` without shared ones that are older than their question allows."""
    expired = {
        field
        for field, question in content.shared.items()
        if question.valid_for is not None
        and (answer := answers.get(field)) is not None
        and now - answer.at > question.valid_for
    }
    return {field: answer for field, answer in answers.items() if field not in expired}


def progress(topic: Topic, answers: Answers, question: Question) -> tuple[int, int]:
    """The number of `question` among those asked, and about how many there will be.

    The second number is an estimate: of the questions whose condition is still open
    half are taken to be asked, because most ways of a topic leave the others out.
    """
    walked = [(other.id, whether) for other, whether, _ in walk(topic, answers)]
    asked = [field for field, whether in walked if whether]
    open_ = sum(whether is None for _, whether in walked)
    number = asked.index(question.id) + 1 if question.id in asked else 1
    return number, max(len(asked) + (open_ + 1) // 2, number)


def fitting_cards(topic: Topic, answers: Answers) -> list[Card]:
    """The cards whose conditions hold, most urgent first, then in file order; never none."""
    values = current_values(topic, answers)
    fitting = [card for card in topic.cards if not card.otherwise and holds(card.when, values)]
    return sorted(fitting, key=lambda card: _BY_URGENCY[card.urgency]) or [topic.otherwise]


def priority(topic: Topic, answers: Answers) -> Priority:
    """P1 where the topic says this is urgent or an urgent card fits, else P2."""
    values = current_values(topic, answers)
    urgent = topic.handoff.urgent_when
    if urgent is not None and holds(urgent, values):
        return Priority.P1
    if any(card.urgency is Urgency.NOW for card in fitting_cards(topic, answers)):
        return Priority.P1
    return Priority.P2
