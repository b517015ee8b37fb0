"""Pressed buttons about the newcomer's cases: looking, writing, being asked, rating.

What is shown is in `cases`; all other presses are in `pressed`.
"""

from dataclasses import replace

from bot.engine import cases, questions, walking
from bot.engine.talk import Talk
from bot.model import wording as w
from bot.model.buttons import Action
from bot.model.conversation import Expecting, Prompt
from bot.model.phrases import Phrase
from bot.model.turns import RateCase, Say, Show, Toast, Turn


def overview(talk: Talk, _action: Action) -> Turn:
    return talk.turn(Show(cases.cases_screen(talk)))


def write_to(talk: Talk, action: Action) -> Turn:
    """From now on typed words go to the case."""
    case = talk.case(action.target)
    if case is None or not case.open:
        return overview(talk, action)
    moved = talk.with_(replace(talk.conversation, ticket=case.code, draft=None, prompt=None))
    return moved.turn(Say(cases.writing_screen(talk.content, case)))


def answer(talk: Talk, action: Action) -> Turn:
    """The answer to a caseworker's question."""
    code, question = cases.asked_target(talk.content, action.target)
    case = talk.case(code)
    if case is None or question is None or action.number != question.meaning:
        return walking.stale(talk)
    value = questions.pressed_value(question, action.value)
    if value is None:
        return walking.stale(talk)
    if not case.open:
        return talk.turn(Toast(Phrase(w.CASE_IS_CLOSED)))
    return cases.answered(
        talk, case, question, value, Show(cases.asked_done(case.code, question, value))
    )


def rate(talk: Talk, action: Action) -> Turn:
    """How a closed case was; one that is open again is shown instead."""
    case = talk.case(action.target)
    if case is None or action.number not in cases.RATINGS:
        return walking.stale(talk)
    if case.open:
        return write_to(talk, action)
    prompt = Prompt(Expecting.RATING_SENTENCE, ticket=case.code)
    moved = talk.with_(replace(talk.conversation, prompt=prompt, ticket=None))
    return moved.turn(RateCase(case.code, action.number), Show(cases.rated_message(case.code)))
