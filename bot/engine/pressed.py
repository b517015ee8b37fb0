"""A pressed button, decided by what it does. One small function an action.

Buttons can be old, doubled or forged: each handler looks up what it names and
falls back to showing where the conversation is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.engine import (
    danger,
    entrance,
    explaining,
    handoff,
    pressed_cases,
    privacy,
    questions,
    results,
    walking,
)
from bot.engine.interview import living
from bot.engine.talk import Talk
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Question, QuestionType, Topic
from bot.model.conversation import Expecting, Prompt
from bot.model.phrases import Phrase
from bot.model.turns import (
    Count,
    Export,
    Forget,
    LanguageChosen,
    Say,
    Show,
    Toast,
    Turn,
)

Handler = Callable[[Talk, Action], Turn]


def press(talk: Talk, action: Action | None) -> Turn:
    """The turn that follows from pressing a button with `action` (None: unknown)."""
    handler = HANDLERS.get(action.do) if action else None
    return walking.stale(talk) if action is None or handler is None else handler(talk, action)


# --- entrance ---------------------------------------------------------------------


def _language(talk: Talk, action: Action) -> Turn:
    if action.language not in talk.content.languages:
        return walking.stale(talk)
    speaking = talk.with_(replace(talk.conversation, language=action.language))
    moved = walking.living_in(speaking, action.value)
    topic = talk.content.topics.get(action.target)
    turn = walking.open_topic(moved, topic) if topic else walking.here(moved)
    changed = (LanguageChosen(action.language), Count(f"language.{action.language}"))
    return replace(turn, effects=(*turn.effects, *changed))


def _languages(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(entrance.language_screen(talk.around)))


def _language_missing(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(entrance.language_noted(talk.around)), Count("language.missing"))


def _here(talk: Talk, _action: Action) -> Turn:
    return walking.here(talk)


# --- danger -----------------------------------------------------------------------


def _urgent(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(danger.urgent_screen(talk.content)))


def _danger(talk: Talk, action: Action) -> Turn:
    kind = talk.content.emergencies.get(action.target)
    if kind is None:
        return _urgent(talk, action)
    return talk.turn(*danger.warning(talk, kind))


def _safe(talk: Talk, action: Action) -> Turn:
    kind = talk.content.emergencies.get(action.target)
    if kind is None:
        return _urgent(talk, action)
    safe = action.do is Do.SAFE
    answer = danger.safe_message(talk.content, kind, safe=safe, topic=talk.waiting)
    return talk.turn(Say(answer, urgent=True))


# --- topics and answers -------------------------------------------------------------


def _group(talk: Talk, action: Action) -> Turn:
    group = next((one for one in talk.content.groups if one.id == action.target), None)
    return walking.open_group(talk, group) if group else walking.stale(talk)


def _topic(talk: Talk, action: Action) -> Turn:
    topic = talk.content.topics.get(action.target)
    return walking.open_topic(talk, topic) if topic else walking.stale(talk)


def _go_on(talk: Talk, action: Action) -> Turn:
    topic = talk.content.topics.get(action.target)
    return walking.go_on(talk, topic) if topic else walking.stale(talk)


def _asked_for(talk: Talk, action: Action) -> tuple[Question, Topic | None] | None:
    """The question a button is about, and the topic to go on in."""
    question = talk.content.question(action.target)
    if question is None or (action.number and action.number != question.meaning):
        return None
    return question, questions.topic_of(talk.content, question.id, talk.topic)


def _answer(talk: Talk, action: Action) -> Turn:
    asked = _asked_for(talk, action)
    if asked is None:
        return walking.stale(talk)
    question, topic = asked
    value = questions.pressed_value(question, action.value)
    return walking.stale(talk) if value is None else walking.give(talk, topic, question, value)


def _toggle(talk: Talk, action: Action) -> Turn:
    asked = _asked_for(talk, action)
    option = living(asked[0], (action.value,)) if asked else ()
    if asked is None or asked[1] is None or not option or asked[0].type is not QuestionType.MULTI:
        return walking.stale(talk)
    question = asked[0]
    before = questions.chosen_options(talk, question)
    rest = tuple(other for other in before if other not in option)
    chosen = rest if len(rest) < len(before) else (*before, *option)
    choosing = Prompt(Expecting.ANSWER, field=question.id, chosen=chosen)
    entered = walking.entered(talk, asked[1])
    moved = entered.with_(replace(entered.conversation, prompt=choosing))
    shown = walking.here(moved)
    kind = danger.chosen_now(talk, moved.conversation)
    said = danger.warning(moved, kind) if kind else ()
    return replace(shown, effects=(*shown.effects, *said))


def _chosen(talk: Talk, action: Action) -> Turn:
    asked = _asked_for(talk, action)
    if asked is None or asked[0].type is not QuestionType.MULTI:
        return walking.stale(talk)
    question, topic = asked
    chosen = questions.chosen_options(talk, question)
    if not chosen:
        return talk.turn(Toast(Phrase(w.CHOOSE_ONE)))
    return walking.give(talk, topic, question, chosen)


def _back(talk: Talk, action: Action) -> Turn:
    topic = questions.topic_of(talk.content, action.target, talk.topic)
    return walking.step_back(talk, topic, action.target) if topic else walking.go_home(talk)


def _reask(talk: Talk, action: Action) -> Turn:
    asked = _asked_for(talk, action)
    if asked is None or asked[1] is None:
        return walking.stale(talk)
    return walking.ask_again(talk, asked[1], asked[0])


def _reuse(talk: Talk, action: Action) -> Turn:
    topic = talk.content.topics.get(action.target)
    if topic is None:
        return walking.stale(talk)
    return walking.confirm_known(walking.entered(talk, topic), topic)


def _change(talk: Talk, action: Action) -> Turn:
    topic = talk.content.topics.get(action.target)
    if topic is None:
        return walking.stale(talk)
    entered = walking.entered(talk, topic)
    return entered.turn(Show(questions.change_screen(topic, entered)))


def _result(talk: Talk, _action: Action) -> Turn:
    """Back to where the conversation was before something else was looked at."""
    draft = talk.conversation.draft
    if draft is not None:
        return handoff.show_step(talk, draft)
    return walking.here(talk.with_(replace(talk.conversation, prompt=None)))


def _card(talk: Talk, action: Action) -> Turn:
    card = talk.content.card(action.target)
    if card is None:
        return walking.stale(talk)
    return talk.turn(Say(results.card_message(talk, card)), Count(f"card.{card.id}"))


def _helpful(talk: Talk, action: Action) -> Turn:
    if action.target not in talk.content.topics:
        return walking.stale(talk)
    word = "helpful" if action.do is Do.HELPFUL else "unhelpful"
    return talk.turn(Toast(Phrase(w.THANKS)), Count(f"{word}.{action.target}"))


# --- handing over -------------------------------------------------------------------


def _person(talk: Talk, action: Action) -> Turn:
    kind = talk.content.emergencies.get(action.target)
    topic = talk.content.topics.get(action.target)
    if kind is not None and talk.topic is not None and danger.answered(talk, talk.topic) == kind:
        topic = talk.topic
    return handoff.begin(talk, topic, kind)


def _queue(talk: Talk, action: Action) -> Turn:
    draft = talk.conversation.draft
    if draft is None:
        return walking.stale(talk)
    known = action.target in talk.content.region.queues
    return handoff.show_step(talk, replace(draft, queue=action.target if known else None))


def _no_text(talk: Talk, _action: Action) -> Turn:
    draft = talk.conversation.draft
    return (
        handoff.show_step(talk, replace(draft, text_asked=True)) if draft else walking.stale(talk)
    )


def _leaving_out(talk: Talk, _action: Action) -> Turn:
    draft = talk.conversation.draft
    if draft is None:
        return walking.stale(talk)
    return talk.turn(Show(handoff.leaving_out_screen(talk, draft)))


def _leave_out(talk: Talk, action: Action) -> Turn:
    draft = talk.conversation.draft
    if draft is None:
        return walking.stale(talk)
    line = handoff.FREE_TEXT if action.do is Do.LEAVE_OUT_TEXT else action.target
    changed = replace(draft, left_out=draft.left_out.symmetric_difference({line}))
    moved = talk.with_(replace(talk.conversation, draft=changed))
    return moved.turn(Show(handoff.leaving_out_screen(moved, changed)))


def _summary(talk: Talk, _action: Action) -> Turn:
    draft = talk.conversation.draft
    return handoff.show_step(talk, draft) if draft else walking.stale(talk)


def _send(talk: Talk, _action: Action) -> Turn:
    draft = talk.conversation.draft
    if draft is None or draft.queue not in talk.content.region.queues:
        return walking.stale(talk)
    done = replace(talk.conversation, draft=None, prompt=None, topic=None, topic_since=None)
    shown = Show(handoff.sent_summary(talk, draft))
    return Turn(done, (shown, handoff.send(talk, draft), Count(f"handoff.{draft.queue}")))


def _no_handoff(talk: Talk, _action: Action) -> Turn:
    """Nothing is sent. After a danger the advice of the topic is still to come."""
    draft = talk.conversation.draft
    left = talk.with_(replace(talk.conversation, draft=None, prompt=None))
    if draft is not None and draft.danger is not None and left.topic is not None:
        return walking.go_on(left, left.topic, w.HANDOFF_STOPPED)
    return walking.here(left, w.HANDOFF_STOPPED)


# --- data -----------------------------------------------------------------------------


def _privacy(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(privacy.privacy_screen(talk)))


def _export(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Export())


def _delete(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(privacy.delete_screen(talk)))


def _delete_now(talk: Talk, _action: Action) -> Turn:
    language = talk.conversation.language
    return Turn(None, (Forget(), Show(privacy.deleted_message())), language)


def _home(talk: Talk, _action: Action) -> Turn:
    return walking.go_home(talk)


HANDLERS: Final[Mapping[Do, Handler]] = {
    Do.LANGUAGE: _language,
    Do.LANGUAGES: _languages,
    Do.LANGUAGE_MISSING: _language_missing,
    Do.NOTICE: _here,
    Do.NOTICE_MORE: _privacy,
    Do.AGREE: _here,
    Do.READ_ONLY: _here,
    Do.HOME: _home,
    Do.URGENT: _urgent,
    Do.DANGER: _danger,
    Do.SAFE: _safe,
    Do.NOT_SAFE: _safe,
    Do.GROUP: _group,
    Do.TOPIC: _topic,
    Do.GO_ON: _go_on,
    Do.ANSWER: _answer,
    Do.TOGGLE: _toggle,
    Do.CHOSEN: _chosen,
    Do.BACK: _back,
    Do.REASK: _reask,
    Do.REUSE: _reuse,
    Do.CHANGE: _change,
    Do.RESULT: _result,
    Do.CARD: _card,
    Do.CARD_WORDS: explaining.of_card,
    Do.QUESTION_WORDS: explaining.of_question,
    Do.REPLY_WORDS: explaining.of_reply,
    Do.HERE: _here,
    Do.HELPFUL: _helpful,
    Do.UNHELPFUL: _helpful,
    Do.PERSON: _person,
    Do.QUEUE: _queue,
    Do.NO_TEXT: _no_text,
    Do.LEAVING_OUT: _leaving_out,
    Do.LEAVE_OUT: _leave_out,
    Do.LEAVE_OUT_TEXT: _leave_out,
    Do.SUMMARY: _summary,
    Do.SEND: _send,
    Do.NO_HANDOFF: _no_handoff,
    Do.CASES: pressed_cases.overview,
    Do.CASE: pressed_cases.write_to,
    Do.LEAVE_CASE: _home,
    Do.ASKED: pressed_cases.answer,
    Do.ASKED_TOGGLE: pressed_cases.toggle,
    Do.ASKED_CHOSEN: pressed_cases.chosen,
    Do.RATE: pressed_cases.rate,
    Do.NO_SENTENCE: _home,
    Do.EXPORT: _export,
    Do.DELETE: _delete,
    Do.DELETE_NOW: _delete_now,
}
"""What newcomers' buttons do. Caseworkers' buttons are decided in `bot.usecases.room`."""
