"""Handing over to a person: to whom, with which words, what stays out, consent.

The draft in the conversation holds only decisions; which step is open follows from
them. Nothing leaves before the newcomer has seen exactly what is sent and to whom.
"""

from dataclasses import replace

from bot.engine.danger import answered, name_of
from bot.engine.interview import (
    current_values,
    fitting_cards,
    next_question,
    priority,
    valid_value,
)
from bot.engine.questions import answer_item
from bot.engine.replies import named_by
from bot.engine.rules import holds
from bot.engine.talk import Talk, in_rows, numbered, text, title
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Emergency, Priority, Topic
from bot.model.conversation import Expecting, HandoffDraft, Prompt
from bot.model.phrases import Block, LanguageNames, Phrase, Style, Value
from bot.model.region import Queue
from bot.model.tickets import AnswerItem, CardItem, Summary
from bot.model.turns import HandOff, Message, Show, Turn

FREE_TEXT = "text"
"""The line of the summary that holds the newcomer's own words, among those to leave out."""


def begin(talk: Talk, topic: Topic | None, kind: Emergency | None, *first: Block) -> Turn:
    """Open a draft for `topic` or danger and show its first step, below the blocks `first`.

    An answer of the topic that means danger hands over that danger. Whoever only wants a
    person, about nothing in particular, goes to the queue of that kind without choosing.
    """
    danger = None if kind is None or kind.straight else kind
    if danger is None and topic is not None:
        danger = answered(talk, topic)
    draft = HandoffDraft(topic.id if topic else None, danger.id if danger else None)
    queues = fitting_queues(talk, draft)
    if danger is not None or len(queues) == 1:
        draft = replace(draft, queue=queues[0].id, text_asked=danger is not None)
    elif kind is not None and topic is None:
        draft = replace(draft, queue=kind.queue)
    return show_step(talk, draft, *first)


def show_step(talk: Talk, draft: HandoffDraft, *first: Block) -> Turn:
    """Store `draft` and show the step that is open in it, below the blocks `first`."""
    asking = draft.queue is not None and not draft.text_asked
    prompt = Prompt(Expecting.HANDOFF_TEXT) if asking else None
    moved = talk.with_(replace(talk.conversation, draft=draft, prompt=prompt, ticket=None))
    shown = step(moved, draft)
    return moved.turn(Show(replace(shown, blocks=(*first, *shown.blocks))))


def step(talk: Talk, draft: HandoffDraft) -> Message:
    """The open step of `draft`: choose who, add words, or see and agree."""
    queue = talk.content.region.queues.get(draft.queue or "")
    if queue is None:
        return _choose_queue(talk, draft)
    if not draft.text_asked:
        return _ask_text(queue, talk.content)
    return summary_screen(talk, draft, queue)


def fitting_queues(talk: Talk, draft: HandoffDraft) -> list[Queue]:
    """The queues offered, the fitting first, and one outside the authority beside them."""
    content, queues = talk.content, talk.content.region.queues
    danger = content.emergencies.get(draft.danger or "")
    topic = content.topics.get(draft.topic or "")
    if danger is not None:
        names = (
            [danger.independent, danger.queue]
            if danger.independent_first
            else [danger.queue, danger.independent]
        )
    elif topic is not None:
        names = _queues_of(talk, topic)
    else:
        names = list(queues)
    return [queues[name] for name in dict.fromkeys(names) if name is not None and name in queues]


def _queues_of(talk: Talk, topic: Topic) -> list[str | None]:
    rule = topic.handoff
    first = rule.independent_first_when
    if first is not None and holds(first, current_values(topic, talk.answers)):
        return [rule.independent, rule.queue]
    return [rule.queue, rule.independent]


def queue_named(talk: Talk, draft: HandoffDraft, words: str) -> Queue | None:
    """The queue whose number or title was typed, where `draft` asks for one."""
    if draft.queue in talk.content.region.queues:
        return None
    queues = fitting_queues(talk, draft)
    titles = [queue.title for queue in queues]
    place = named_by(titles, words, talk.conversation.language, talk.around.wording)
    return None if place is None else queues[place]


def _choose_queue(talk: Talk, draft: HandoffDraft) -> Message:
    queues = fitting_queues(talk, draft)
    lines = numbered(reader(talk.content, queue) for queue in queues)
    buttons = (Button(Phrase(queue.title), Action(Do.QUEUE, queue.id)) for queue in queues)
    stop = Button(Phrase(w.HANDOFF_STOP), Action(Do.NO_HANDOFF))
    blocks = (title(w.HANDOFF_TITLE), text(w.HANDOFF_CHOOSE), *lines)
    return Message(blocks, (*in_rows(buttons, 1), (stop,)))


def reader(content: Content, queue: Queue) -> Phrase:
    """Who will read it: queue, office, town, and whether it belongs to the authority."""
    office = content.region.offices[queue.office]
    kind = Phrase(w.AUTHORITY if office.authority else w.INDEPENDENT)
    values: dict[str, Value] = {
        "queue": Phrase(queue.title),
        "office": office.name,
        "town": office.town,
        "kind": kind,
    }
    return Phrase(w.HANDOFF_READER, values)


def _ask_text(queue: Queue, content: Content) -> Message:
    no_text = Button(Phrase(w.NO_TEXT), Action(Do.NO_TEXT))
    stop = Button(Phrase(w.HANDOFF_STOP), Action(Do.NO_HANDOFF))
    reads = Block(reader(content, queue), Style.ITEM)
    return Message(
        (title(w.HANDOFF_TEXT_TITLE), reads, text(w.HANDOFF_TEXT_HINT)), ((no_text,), (stop,))
    )


def summary_screen(talk: Talk, draft: HandoffDraft, queue: Queue) -> Message:
    """The summary exactly as it will be sent, and to whom."""
    send = Button(Phrase(w.SUMMARY_SEND), Action(Do.SEND))
    change = (
        Button(Phrase(w.SUMMARY_LEAVE_OUT), Action(Do.LEAVING_OUT)),
        Button(Phrase(w.SUMMARY_OTHER), Action(Do.QUEUE)),
    )
    stop = Button(Phrase(w.HANDOFF_STOP), Action(Do.NO_HANDOFF))
    blocks = (title(w.SUMMARY_TITLE), *_to_be_sent(talk, draft, queue), text(w.SUMMARY_ASK))
    return Message(blocks, ((send,), change, (stop,)))


def sent_summary(talk: Talk, draft: HandoffDraft) -> Message:
    """The summary after it was sent: what was said stays readable, nothing can be pressed."""
    queue = talk.content.region.queues[draft.queue or ""]
    return Message((title(w.SUMMARY_SENT), *_to_be_sent(talk, draft, queue)))


def _to_be_sent(talk: Talk, draft: HandoffDraft, queue: Queue) -> tuple[Block, ...]:
    lines = summary_blocks(talk.conversation.language, summarise(talk, draft))
    return (text(w.SUMMARY_TO, reader=reader(talk.content, queue)), *lines)


def summary_blocks(language: str, summary: Summary) -> tuple[Block, ...]:
    """The lines of a summary; the same for newcomer and caseworker, each in their language."""
    lines = list(summary_head(language, summary.danger, summary.topic))
    lines.extend(_line(item.question, item.answer) for item in summary.answers)
    lines.extend(_line(Phrase(w.CARD_LABEL), item.title) for item in summary.cards)
    if summary.text:
        lines.append(Block(Phrase(w.AS_WRITTEN, {"text": summary.text}), Style.QUOTE))
    return tuple(lines)


def summary_head(language: str, danger: Phrase | None, topic: Phrase | None) -> tuple[Block, ...]:
    """What a case is about: the newcomer's language, the danger, the topic."""
    name = Phrase(w.LANGUAGE_NAME, {"name": LanguageNames((language,))})
    labelled = (
        (w.LANGUAGE_LABEL, name),
        (w.DANGER_LABEL, danger),
        (w.TOPIC_LABEL, topic),
    )
    return tuple(_line(Phrase(label), said) for label, said in labelled if said is not None)


def _line(label: Phrase, words: Phrase) -> Block:
    return Block(Phrase(w.ANSWER_LINE, {"question": label, "answer": words}), Style.ITEM)


def leaving_out_screen(talk: Talk, draft: HandoffDraft) -> Message:
    """Every line that may stay out, marked as it is now."""
    everything = replace(draft, left_out=frozenset())
    summary = summarise(talk, everything)
    buttons = [
        Button(_kept(item.question, item.field, draft), Action(Do.LEAVE_OUT, item.field))
        for item in summary.answers
    ]
    if draft.text:
        label = _kept(Phrase(w.OWN_WORDS), FREE_TEXT, draft)
        buttons.append(Button(label, Action(Do.LEAVE_OUT_TEXT)))
    done = Button(Phrase(w.SUMMARY_BACK), Action(Do.SUMMARY))
    return Message(
        (title(w.LEAVE_OUT_TITLE), text(w.LEAVE_OUT_HINT)), (*in_rows(buttons, 1), (done,))
    )


def _kept(label: Phrase, line: str, draft: HandoffDraft) -> Phrase:
    return Phrase(w.LINE_OUT if line in draft.left_out else w.CHECKED, {"label": label})


def summarise(talk: Talk, draft: HandoffDraft) -> Summary:
    """The handoff as structured items, without what the newcomer leaves out."""
    topic = talk.content.topics.get(draft.topic or "")
    danger = talk.content.emergencies.get(draft.danger or "")
    answers = tuple(item for item in _answer_items(talk, topic) if item.field not in draft.left_out)
    words = draft.text if FREE_TEXT not in draft.left_out else None
    cards = _cards_shown(talk, topic, draft) if topic else ()
    named = Phrase(topic.title) if topic else None
    return Summary(answers, cards, words, named, name_of(danger) if danger else None)


def _cards_shown(talk: Talk, topic: Topic, draft: HandoffDraft) -> tuple[CardItem, ...]:
    """The advice that was given: none before the last answer, none that tells one left out."""
    answered = current_values(topic, talk.answers)
    if next_question(topic, talk.answers) is not None or draft.left_out.intersection(answered):
        return ()
    fitting = fitting_cards(topic, talk.answers)
    return tuple(CardItem(card.id, Phrase(card.title)) for card in fitting)


def _answer_items(talk: Talk, topic: Topic | None) -> list[AnswerItem]:
    """Shared answers first, then those of the topic; what was not said is not listed."""
    values = dict(current_values(topic, talk.answers)) if topic else {}
    for question in talk.content.shared.values():
        value = valid_value(question, talk.answers.get(question.id))
        if value is not None:
            values.setdefault(question.id, value)
    ordered = sorted(values, key=lambda field: not field.startswith("person."))
    questions = {field: talk.content.question(field) for field in ordered}
    return [
        answer_item(question, values[field])
        for field, question in questions.items()
        if question is not None
    ]


def send(talk: Talk, draft: HandoffDraft) -> HandOff:
    """What is handed over, with how soon somebody must look at it."""
    topic = talk.content.topics.get(draft.topic or "")
    danger = talk.content.emergencies.get(draft.danger or "")
    urgency = min(
        danger.priority if danger else Priority.P2,
        priority(topic, talk.answers) if topic else Priority.P2,
    )
    return HandOff(
        draft.queue or "",
        urgency,
        summarise(talk, draft),
        topic.id if topic else None,
        danger.id if danger else None,
        None if "person.place" in draft.left_out else talk.municipality,
    )
