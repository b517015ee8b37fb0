"""What new content does to people in the middle of a topic: every way they can be on, replayed.

A conversation is its answers, so it is enough to hold the answers of the old
content against the new one. Ways that neither content can tell apart come once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice

from bot.content.compare import questions_of
from bot.content.paths import conditions_of, ways
from bot.engine.interview import current_values, fitting_cards, next_question, with_todays_ids
from bot.model.conditions import Condition, Is
from bot.model.content import Content, Topic
from bot.model.conversation import Answer, Answers, AnswerValue, Consent, Conversation

MOST_WAYS = 2_000
"""Ways tried a topic; each way stands for as many open conversations as it has questions."""

_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


class Fate(StrEnum):
    """What becomes of an open conversation, the most disturbing first."""

    TOPIC_GONE = "the topic is gone; the newcomer comes to the menu"
    ASKED_AGAIN = "an answer counts no more and is asked again"
    REOPENED = "was at the result, is asked one more question"
    EARLIER = "is asked another question next"
    FINISHED = "was asked a question, comes to the result at once"
    OTHER_CARDS = "gets other cards"
    SAME = "notices nothing"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many open conversations of a topic meet which fate, with an example for each."""

    topic: str
    fates: Counter[Fate] = field(default_factory=Counter)
    examples: dict[Fate, str] = field(default_factory=dict)

    @property
    def conversations(self) -> int:
        return self.fates.total()


def replayed(before: Content, after: Content) -> Iterator[Replayed]:
    """Each topic of `before` whose conversations `after` can touch, with what becomes of them."""
    for topic in before.topics.values():
        successor = after.topics.get(topic.id)
        if successor is not None and _asks_alike(topic, successor, after):
            continue
        result = Replayed(topic.id)
        for values in open_conversations(topic, successor, after):
            fate, example = _fate(values, topic, successor, (before, after))
            result.fates[fate] += 1
            result.examples.setdefault(fate, example)
        yield result


def open_conversations(
    topic: Topic, successor: Topic | None, after: Content
) -> Iterator[Mapping[str, AnswerValue]]:
    """The answers somebody in `topic` can have given so far, once each."""
    told_apart = [*conditions_of(topic), *_changed_options(topic, after)]
    if successor is not None:
        told_apart += conditions_of(successor)
        told_apart += [question.when for question in successor.questions]
    seen = set()
    for way in islice(ways(topic.questions, told_apart), MOST_WAYS):
        given = list(way.items())
        for length in range(len(given) + 1):
            so_far = tuple(given[:length])
            if so_far not in seen:
                seen.add(so_far)
                yield dict(so_far)


def _asks_alike(topic: Topic, successor: Topic, after: Content) -> bool:
    """Whether nothing that decides questions or cards differs."""
    renamed = any(question.id in after.renames for question in topic.questions)
    cards = [(card.id, card.when, card.urgency, card.otherwise) for card in topic.cards]
    theirs = [(card.id, card.when, card.urgency, card.otherwise) for card in successor.cards]
    return not renamed and topic.questions == successor.questions and cards == theirs


def _changed_options(topic: Topic, after: Content) -> Iterator[Condition]:
    """Conditions that tell apart each option that is retired or gone."""
    new = questions_of(after)
    for question in topic.questions:
        successor = new.get(after.renames.get(question.id, question.id))
        for option in question.options:
            there = successor.option(option.id) if successor is not None else None
            if there is None or there.retired != option.retired:
                yield Is(question.id, frozenset({option.id}))


def _fate(
    values: Mapping[str, AnswerValue],
    topic: Topic,
    successor: Topic | None,
    contents: tuple[Content, Content],
) -> tuple[Fate, str]:
    before, after = contents
    said = ", ".join(f"{field} = {_shown(value)}" for field, value in values.items()) or "nothing"
    if successor is None:
        return Fate.TOPIC_GONE, f"said {said}"
    old = _answers(values, before)
    new = carried_over(old, after)
    was, now = next_question(topic, old), next_question(successor, new)
    gone = _lost(current_values(topic, old), current_values(successor, new), after)
    where = f"said {said}; now asked {now.id}" if now else f"said {said}; now at the result"
    was_id = after.renames.get(was.id, was.id) if was else None
    if now is not None and now.id in gone:
        return Fate.ASKED_AGAIN, where
    if was_id != (now.id if now else None):
        fate = Fate.REOPENED if was is None else Fate.EARLIER if now else Fate.FINISHED
        return fate, where
    return (
        (Fate.OTHER_CARDS, where)
        if now is None and _other_cards(topic, successor, old, new, after)
        else (Fate.SAME, where)
    )


def carried_over(answers: Answers, after: Content) -> Answers:
    """The answers as the engine takes them under the content `after`."""
    consent = Consent("", "de", _WHEN)
    return with_todays_ids(after, Conversation("replayed", "de", consent, answers)).answers


def _answers(values: Mapping[str, AnswerValue], content: Content) -> Answers:
    questions = questions_of(content)
    return {
        field: Answer(field, value, questions[field].meaning, _WHEN)
        for field, value in values.items()
    }


def _lost(
    before: Mapping[str, AnswerValue], after: Mapping[str, AnswerValue], content: Content
) -> set[str]:
    """The fields of today whose answer counted and counts no more."""
    return {content.renames.get(field, field) for field in before} - set(after)


def _other_cards(
    topic: Topic, successor: Topic, old: Answers, new: Answers, after: Content
) -> bool:
    shown = [after.renames.get(card.id, card.id) for card in fitting_cards(topic, old)]
    return shown != [card.id for card in fitting_cards(successor, new)]


def _shown(value: AnswerValue) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)
