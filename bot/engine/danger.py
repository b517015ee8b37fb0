"""Danger: numbers first, no question before them, then a human.

The menu of dangers is always the first button; words lead here too (`urgent`), and
so do answers whose option means danger.
"""

from bot.engine.advice import timeless_phrase
from bot.engine.entrance import emergency_line
from bot.engine.interview import current_values, living, valid_value
from bot.engine.talk import (
    Talk,
    go_on_row,
    in_rows,
    kept,
    menu_button,
    person_button,
    text,
    title,
    with_icon,
)
from bot.engine.urgent import most_serious
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Emergency, Question, Topic
from bot.model.conversation import AnswerValue, Conversation, Expecting
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Count, Effect, Message, Say


def urgent_screen(content: Content, language: str = "") -> Message:
    """The emergency numbers and the kinds of danger. `language` is set in read-only mode."""
    kinds = sorted(content.emergencies.values(), key=lambda kind: kind.order)
    buttons = (
        Button(
            with_icon(kind.icon, Phrase(kind.button)), Action(Do.DANGER, kind.id, language=language)
        )
        for kind in kinds
        if kind.button
    )
    person = person_button(language)
    menu = menu_button(language)
    blocks = (emergency_line(content), title(w.URGENT_TITLE))
    return Message(blocks, (*in_rows(buttons, 1), (person, menu)))


def warning(talk: Talk, kind: Emergency) -> tuple[Effect, ...]:
    """What is said at once, with the way back into the topic that waits meanwhile."""
    said = first_message(talk.content, kind, topic=talk.waiting)
    return Say(said, urgent=True), Count(f"danger.{kind.id}")


def chosen_now(talk: Talk, after: Conversation) -> Emergency | None:
    """The most serious danger that is chosen `after` a step and was not chosen before it.

    An answer that is confirmed or shown again is no news.
    """
    later = talk.with_(after)
    changed = {
        field
        for field, answer in after.answers.items()
        if talk.conversation.answers.get(field) != answer
    }
    if after.prompt is not None:
        changed.add(after.prompt.field)
    questions = [question for field in changed if (question := talk.content.question(field))]
    kinds = (
        _meant(talk.content, question, _chosen(later, question) - _chosen(talk, question))
        for question in questions
    )
    return most_serious(kind for each in kinds for kind in each)


def answered(talk: Talk, topic: Topic) -> Emergency | None:
    """The most serious danger among the answers that count in `topic`."""
    values = current_values(topic, talk.answers)
    kinds = (
        _meant(talk.content, question, _ids(values.get(question.id)))
        for question in topic.questions
    )
    return most_serious(kind for each in kinds for kind in each)


def _meant(content: Content, question: Question, chosen: frozenset[str]) -> list[Emergency]:
    """The dangers that the options `chosen` mean."""
    return [
        content.emergencies[option.danger]
        for option in question.options
        if option.id in chosen and option.danger is not None
    ]


def _chosen(talk: Talk, question: Question) -> frozenset[str]:
    """The options that are chosen: those being collected, else those of a valid answer."""
    prompt = talk.conversation.prompt
    being_made = prompt and prompt.expecting is Expecting.ANSWER and prompt.field == question.id
    if prompt and being_made and prompt.chosen is not None:
        return frozenset(living(question, prompt.chosen))
    return _ids(valid_value(question, talk.answers.get(question.id)))


def _ids(value: AnswerValue | None) -> frozenset[str]:
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset((value,)) if isinstance(value, str) else frozenset()


def first_message(
    content: Content, kind: Emergency, language: str = "", topic: Topic | None = None
) -> Message:
    """What is said at once. It is never edited away, so that the numbers stay.

    `language` is set in read-only mode; `topic` waits meanwhile.
    """
    hint = (Block(Phrase(kind.hint), Style.NOTE),) if kind.hint else ()
    ask = (text(w.SAFE_ASK),) if kind.ask_safe else ()
    safe = (
        Button(Phrase(w.SAFE_YES), Action(Do.SAFE, kind.id, language=language)),
        Button(Phrase(w.SAFE_NO), Action(Do.NOT_SAFE, kind.id, language=language)),
    )
    person = Button(Phrase(w.HELP_BY_A_PERSON), Action(Do.PERSON, kind.id, language=language))
    rows = (safe,) if kind.ask_safe else ()
    rows = (*rows, (person,), *go_on_row(topic), (menu_button(language),))
    return kept(Message((*_sentences(content, kind), *_numbers(content, kind), *hint, *ask), rows))


def wish_heard(content: Content, wish: Emergency) -> tuple[Block, ...]:
    """The friendly words above the handoff of somebody who wants a person."""
    return tuple(Block(timeless_phrase(content, sentence)) for sentence in wish.message)


def name_of(kind: Emergency) -> Phrase:
    """The danger in a word, for those who read the case."""
    return Phrase(kind.button or w.DANGER_UNNAMED)


def _sentences(content: Content, kind: Emergency) -> tuple[Block, ...]:
    """The first message; its first sentence carries the warning sign."""
    styles = (Style.WARNING, *(Style.TEXT for _ in kind.message[1:]))
    return tuple(
        Block(timeless_phrase(content, sentence), style)
        for sentence, style in zip(kind.message, styles, strict=True)
    )


def _numbers(content: Content, kind: Emergency) -> tuple[Block, ...]:
    phones = (content.phones[key] for key in kind.phones)
    return tuple(
        Block(
            Phrase(w.PHONE_LINE, {"number": phone.number, "name": Phrase(phone.name)}), Style.ITEM
        )
        for phone in phones
    )


def safe_message(
    content: Content,
    kind: Emergency,
    *,
    safe: bool,
    language: str = "",
    topic: Topic | None = None,
) -> Message:
    """The answer to "are you safe now?": a human, and if not safe the number again."""
    person = Button(Phrase(w.HELP_BY_A_PERSON), Action(Do.PERSON, kind.id, language=language))
    blocks = (text(w.SAFE_GOOD),) if safe else (emergency_line(content), text(w.SAFE_CALL_NOW))
    return kept(Message(blocks, ((person,), *go_on_row(topic), (menu_button(language),))))
