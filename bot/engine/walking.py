"""Moving through the conversation: home, a topic, an answer, and where we are now.

Every function returns the turn that follows; none of them looks at what kind of
event led here.
"""

from dataclasses import replace

from bot.engine import cases, danger, entrance, handoff, questions, results
from bot.engine.interview import next_question, to_confirm, valid_value
from bot.engine.talk import Talk, with_block_first
from bot.model import wording as w
from bot.model.content import Group, Question, Topic
from bot.model.conversation import AnswerValue, Expecting, Prompt
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Count, Message, Show, Turn


def go_home(talk: Talk) -> Turn:
    """Leave topic, draft and case conversation; nothing said is forgotten."""
    left = replace(
        talk.conversation, topic=None, topic_since=None, draft=None, prompt=None, ticket=None
    )
    return Turn(left, (Show(entrance.home(talk.content)),))


def open_entry(talk: Talk, entry: Group | Topic) -> Turn:
    """Open what stands on the home screen or in a group."""
    return open_group(talk, entry) if isinstance(entry, Group) else open_topic(talk, entry)


def open_group(talk: Talk, group: Group) -> Turn:
    """Show the topics of `group` and wait for one; the only one is opened at once."""
    topics = talk.content.in_group(group.id)
    if len(topics) == 1:
        return open_topic(talk, topics[0])
    home = go_home(talk)
    if not topics or home.conversation is None:
        return home
    choosing = Prompt(Expecting.TOPIC, field=group.id)
    shown = Show(entrance.group_screen(talk.content, group))
    return Turn(replace(home.conversation, prompt=choosing), (shown,))


def open_topic(talk: Talk, topic: Topic) -> Turn:
    """Open `topic` where its answers leave off: confirmation, a question or the result."""
    turn = go_on(talk.with_(replace(talk.conversation, topic=None)), topic)
    return replace(turn, effects=(*turn.effects, Count(f"topic.{topic.id}")))


def go_on(talk: Talk, topic: Topic, note: str | None = None) -> Turn:
    """Go on in `topic`: confirmation, its next question or its cards, below `note` if given."""
    moved = entered(talk, topic)
    first = (Block(Phrase(note), Style.NOTE),) if note else ()
    shown = screen(moved, topic)
    if shown is None:
        return moved.turn(*results.result(moved, topic, *first))
    return moved.turn(Show(replace(shown, blocks=(*first, *shown.blocks))))


def entered(talk: Talk, topic: Topic) -> Talk:
    """The talk in `topic`, opened now unless it is open already; nothing else is begun."""
    moved = replace(talk.conversation, draft=None, prompt=None, ticket=None)
    if moved.topic != topic.id:
        moved = replace(moved, topic=topic.id, topic_since=talk.around.now)
    return talk.with_(moved)


def screen(talk: Talk, topic: Topic) -> Message | None:
    """What `topic` shows now: a question or a confirmation; None if all is answered."""
    known = _known(talk, topic)
    if known:
        return questions.confirm_screen(topic, talk, known)
    question = questions.current(talk, topic)
    return questions.question_screen(talk, topic, question) if question else None


def is_asked(talk: Talk, topic: Topic) -> bool:
    """Whether `topic` shows a question, not the confirmation of known answers."""
    return not _known(talk, topic)


def _known(talk: Talk, topic: Topic) -> list[Question]:
    """What was said before `topic` was opened and has to be confirmed first."""
    since = talk.conversation.topic_since
    return to_confirm(topic, talk.answers, since) if since else []


def living_in(talk: Talk, place_id: str) -> Talk:
    """The talk of somebody whom a link says to live in `place_id`, unless they said where."""
    place = talk.content.shared.get("person.place")
    if place is None or place.option(place_id) is None or place.id in talk.answers:
        return talk
    return talk.with_(talk.conversation.answered(place, place_id, talk.around.now))


def confirm_known(talk: Talk, topic: Topic) -> Turn:
    """The known answers are right: they count as said now."""
    answers = dict(talk.conversation.answers)
    for question in _known(talk, topic):
        answers[question.id] = replace(answers[question.id], at=talk.around.now)
    return go_on(talk.with_(replace(talk.conversation, answers=answers)), topic)


def give(talk: Talk, topic: Topic | None, question: Question, value: AnswerValue) -> Turn:
    """Take `value` as the answer to `question`, now or as a correction, and go on.

    An option that means danger comes before everything else; the topic waits.
    """
    known = talk.answers.get(question.id)
    repeated = known is not None and valid_value(question, known) == value
    finished = topic is not None and next_question(topic, talk.answers) is None
    left = replace(talk.conversation, draft=None, prompt=None, ticket=None)
    moved = entered(talk, topic) if topic is not None else talk.with_(left)
    moved = moved.with_(moved.conversation.answered(question, value, talk.around.now))
    kind = danger.chosen_now(talk, moved.conversation)
    if kind is not None:
        return moved.turn(*danger.warning(moved, kind))
    if topic is None:
        return here(moved)
    following = screen(moved, topic)
    if following is not None:
        return moved.turn(Show(following))
    if repeated and finished:
        return moved.turn(Show(results.ways_on(moved, topic)))
    return moved.turn(*results.result(moved, topic))


def ask_again(talk: Talk, topic: Topic, question: Question) -> Turn:
    """Show `question` once more, whatever was answered; the next reply corrects it."""
    inside = entered(talk, topic)
    correcting = Prompt(Expecting.ANSWER, field=question.id)
    moved = inside.with_(replace(inside.conversation, prompt=correcting))
    return moved.turn(Show(questions.question_screen(moved, topic, question)))


def step_back(talk: Talk, topic: Topic, field_id: str) -> Turn:
    """One question back from the one of `field_id`; before the first lies home."""
    previous = questions.before(talk, topic, field_id)
    return ask_again(talk, topic, previous) if previous else go_home(talk)


def here(talk: Talk, note: str | None = None) -> Turn:
    """Show where the conversation is, below `note` if there is something to say first."""
    message = _where(talk)
    if note is not None:
        message = with_block_first(message, Block(Phrase(note), Style.NOTE))
    return talk.turn(Show(message))


def _where(talk: Talk) -> Message:
    case = talk.case(talk.conversation.ticket)
    if case is not None and case.open:
        return cases.writing_screen(talk.content, case)
    if talk.conversation.draft is not None:
        return handoff.step(talk, talk.conversation.draft)
    topic = talk.topic
    if topic is None:
        group = talk.group
        return entrance.group_screen(talk.content, group) if group else entrance.home(talk.content)
    return screen(talk, topic) or results.ways_on(talk, topic)


def stale(talk: Talk) -> Turn:
    """A button that means nothing any more: said kindly, with the way on."""
    return here(talk, w.STALE_BUTTON)
