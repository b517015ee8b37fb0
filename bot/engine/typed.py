"""Typed text and attachments: danger first, then whatever is waiting for words.

After that an option of the open question, then a search; there is always a way on.
Commands are in `commands`.
"""

from dataclasses import replace

from bot.engine import cases, danger, entrance, glossary, handoff, lookup, questions, walking
from bot.engine.greeting import greeted_in
from bot.engine.heard import written_of
from bot.engine.replies import named_by, understood
from bot.engine.talk import Talk
from bot.engine.urgent import recognise
from bot.model import wording as w
from bot.model.content import Emergency, Group, Topic
from bot.model.conversation import Expecting, Prompt
from bot.model.tickets import Case, EventItem, State, TextItem
from bot.model.turns import (
    AddToCase,
    Attached,
    Attachment,
    Count,
    RateCase,
    Say,
    Show,
    Turn,
    Typed,
)

_MAX_TEXT = 4096
"""What Telegram lets somebody write in one message."""


ATTACHMENT_NOTES = {
    Attachment.PHOTO: w.NO_PHOTO,
    Attachment.DOCUMENT: w.NO_PHOTO,
    Attachment.VOICE: w.NO_VOICE,
    Attachment.VIDEO: w.NO_VOICE,
    Attachment.STICKER: w.NO_STICKER,
    Attachment.LOCATION: w.NO_LOCATION,
    Attachment.CONTACT: w.NO_CONTACT,
    Attachment.POLL: w.NO_OTHER,
    Attachment.GAME: w.NO_OTHER,
    Attachment.OTHER: w.NO_OTHER,
}
"""The defined answer to each kind of message that is not text."""


def typed(talk: Talk, event: Typed) -> Turn:
    """The turn that follows from typed text."""
    words = event.text.strip()[:_MAX_TEXT]
    spoken = recognise(talk.content, words)
    kind = None if spoken is None or spoken.straight else spoken
    turn = _taken(talk, words, kind, edited=event.edited) or _untaken(talk, words, spoken)
    answered = turn.conversation and danger.chosen_now(talk, turn.conversation)
    if kind is None or answered:
        return turn
    return replace(turn, effects=(*danger.warning(talk, kind), *turn.effects))


def _taken(talk: Talk, words: str, kind: Emergency | None, *, edited: bool) -> Turn | None:
    """What `words` do for whoever waits for them, apart from the warning; None: nobody does."""
    prompt = talk.conversation.prompt
    case = talk.case(talk.conversation.ticket)
    if edited and not (case and case.open):
        return talk.turn() if kind else walking.here(talk, w.EDIT_NOT_READ)
    if prompt is not None and not edited:
        taken = _to_prompt(talk, prompt, words, kind)
        if taken is not None:
            return taken
    if case is not None and case.open:
        return _to_case(talk, case, words, kind, edited=edited)
    if glossary.is_asked(talk.content, words):
        return None
    return _to_queues(talk, words) or _to_question(talk, words)


def _untaken(talk: Talk, words: str, spoken: Emergency | None) -> Turn:
    """What words do that nobody waits for. Danger alone changes nothing."""
    if spoken is None:
        return _to_search(talk, words)
    return _to_person(talk, spoken) if spoken.straight else talk.turn()


def _to_person(talk: Talk, wish: Emergency) -> Turn:
    """Whoever wants a person is led to one at once, from wherever they are."""
    draft, said = talk.conversation.draft, danger.wish_heard(talk.content, wish)
    if draft is not None:
        return handoff.show_step(talk, draft, *said)
    return handoff.begin(talk, talk.topic, wish, *said)


def _to_prompt(talk: Talk, prompt: Prompt, words: str, kind: Emergency | None) -> Turn | None:
    """What a prompt takes typed words for; None if it has gone stale, or is a correction."""
    match prompt.expecting:
        case Expecting.HANDOFF_TEXT:
            return _handoff_text(talk, words, kind)
        case Expecting.RATING_SENTENCE:
            return _rating_sentence(talk, prompt, words)
        case Expecting.ASKED:
            return _asked(talk, prompt, words, kind)
        case Expecting.ANSWER | Expecting.TOPIC:
            return None


def _handoff_text(talk: Talk, words: str, kind: Emergency | None) -> Turn | None:
    """Into the summary; whoever speaks of danger there hands over a danger."""
    draft = talk.conversation.draft
    if draft is None:
        return None
    danger = kind.id if kind else draft.danger
    return handoff.show_step(talk, replace(draft, text=words, text_asked=True, danger=danger))


def _rating_sentence(talk: Talk, prompt: Prompt, words: str) -> Turn | None:
    """Beside the rating, unless somebody works on the case again."""
    case = talk.case(prompt.ticket)
    if case is None or case.open:
        return None
    rated = talk.with_(replace(talk.conversation, prompt=None))
    turn = walking.here(rated, w.THANKS)
    return replace(turn, effects=(RateCase(case.code, sentence=words), *turn.effects))


def _asked(talk: Talk, prompt: Prompt, words: str, kind: Emergency | None) -> Turn | None:
    """To the caseworker who asked, as data; as written where it is no answer."""
    case = talk.case(prompt.ticket)
    question = talk.content.question(prompt.field)
    if case is None or not case.open or question is None:
        return None
    value = understood(question, words, talk.conversation.language, talk.around.wording)
    if value is None:
        return _to_case(talk, case, words, kind)
    shown = Say(cases.asked_done(case.code, question, value))
    return cases.answered(talk, case, question, value, shown, kind.id if kind else None)


def _to_case(
    talk: Talk, case: Case, words: str, kind: Emergency | None, *, edited: bool = False
) -> Turn:
    """To the caseworker. Once they are in the conversation, the bot is silent."""
    added = AddToCase(case.code, TextItem(words), kind.id if kind else None, edited)
    if case.state is State.WAITING_FOR_US and kind is None:
        return talk.turn(added)
    return talk.turn(added, Say(cases.received_message(case.code)))


def _to_queues(talk: Talk, words: str) -> Turn | None:
    """To whom the handoff goes, where that is the question on the screen."""
    draft = talk.conversation.draft
    queue = handoff.queue_named(talk, draft, words) if draft is not None else None
    if draft is None or queue is None:
        return None
    return handoff.show_step(talk, replace(draft, queue=queue.id))


def _to_question(talk: Talk, words: str) -> Turn | None:
    topic = talk.topic
    question = questions.current(talk, topic) if topic and talk.conversation.draft is None else None
    if topic is None or question is None or not walking.is_asked(talk, topic):
        return None
    value = understood(question, words, talk.conversation.language, talk.around.wording)
    return None if value is None else walking.give(talk, topic, question, value)


def _to_search(talk: Talk, words: str) -> Turn:
    elsewhere = talk.topic is not None or talk.conversation.draft is not None
    named = None if elsewhere else _entry_named(talk, words)
    if named is not None:
        return walking.open_entry(talk, named)
    if greeted_in(words, talk.around) is not None:
        return walking.here(talk, w.GREETING)
    language = talk.conversation.language
    found = lookup.find(talk.content, words, (language,), talk.around.wording)[language]
    counted = Count("search.found" if found.any else "search.nothing")
    return talk.turn(Show(lookup.suggestions(found, resume=elsewhere)), counted)


def _entry_named(talk: Talk, words: str) -> Group | Topic | None:
    """The group or topic on the screen whose number or name was typed."""
    group = talk.group
    offered = talk.content.in_group(group.id) if group else entrance.entries(talk.content)
    titles = [entry.title for entry in offered]
    place = named_by(titles, words, talk.conversation.language, talk.around.wording)
    return None if place is None else offered[place]


def attached(talk: Talk, event: Attached) -> Turn:
    """Attachments are neither fetched nor passed on; each kind is told what to do instead.

    An album is told once, but each of its captions is read for danger; and so are words in the
    thing itself.
    """
    kind = written_of(talk.content, event.written)
    if event.edited:
        return _hidden(talk, kind) if kind else talk.turn()
    known = event.album is not None and event.album == talk.conversation.album
    remembered = talk.with_(replace(talk.conversation, album=event.album))
    if recognise(talk.content, event.caption):
        turn = typed(remembered, Typed(event.caption))
    elif kind is not None:
        turn = _hidden(remembered, kind)
    elif known:
        return talk.turn()
    else:
        turn = walking.here(remembered, ATTACHMENT_NOTES[event.kind])
    if known:
        return turn
    return replace(turn, effects=(*turn.effects, Count(f"attachment.{event.kind.value}")))


def _hidden(talk: Talk, kind: Emergency) -> Turn:
    """Danger in words that are not passed on: the case hears of it, but not the words."""
    said = danger.warning(talk, kind)
    case = talk.case(talk.conversation.ticket)
    if case is None or not case.open:
        return talk.turn(*said)
    return talk.turn(*said, AddToCase(case.code, EventItem("not_passed_on", {}), kind.id))
