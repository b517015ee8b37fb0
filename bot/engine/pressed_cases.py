"""Pressed buttons about the newcomer's cases: looking, writing, being asked, rating.

What is shown is in `cases`; all other presses are in `pressed`.
"""

from dataclasses import replace

from bot.engine import cases, questions, walking
from bot.engine.interview import living
from bot.engine.talk import Talk
from bot.model import wording as w
from bot.model.buttons import Action, Do
from bot.model.content import Question, QuestionType
from bot.model.conversation import AnswerValue, Expecting, Prompt
from bot.model.phrases import Phrase
from bot.model.tickets import Case
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
    asked = _asked_for(talk, action)
    value = questions.pressed_value(asked[1], action.value) if asked else None
    return walking.stale(talk) if asked is None or value is None else _given(talk, *asked, value)


def toggle(talk: Talk, action: Action) -> Turn:
    """One more option of several, or one less.

    Whoever is preparing a handoff answers with the one: their next words are for others.
    """
    asked = _asked_for(talk, action)
    option = living(asked[1], (action.value,)) if asked else ()
    if asked is None or not option:
        return walking.stale(talk)
    case, question = asked
    if talk.conversation.draft is not None or not case.open:
        return _given(talk, case, question, option)
    before = _chosen(talk, case, question)
    rest = tuple(other for other in before if other not in option)
    chosen = rest if len(rest) < len(before) else (*before, *option)
    prompt = Prompt(Expecting.ASKED, question.id, case.code, chosen)
    moved = talk.with_(replace(talk.conversation, prompt=prompt))
    return moved.turn(Show(cases.asked_message(talk.content, case.code, question, chosen)))


def chosen(talk: Talk, action: Action) -> Turn:
    """All the options that were chosen are the answer."""
    asked = _asked_for(talk, action)
    if asked is None:
        return walking.stale(talk)
    options = _chosen(talk, *asked)
    return _given(talk, *asked, options) if options else talk.turn(Toast(Phrase(w.CHOOSE_ONE)))


def _asked_for(talk: Talk, action: Action) -> tuple[Case, Question] | None:
    """The case and the question of a button below a caseworker's question."""
    code, question = cases.asked_target(talk.content, action.target)
    case = talk.case(code)
    several = question is not None and question.type is QuestionType.MULTI
    if case is None or question is None or action.number != question.meaning:
        return None
    return (case, question) if several or action.do is Do.ASKED else None


def _chosen(talk: Talk, case: Case, question: Question) -> tuple[str, ...]:
    """What is being chosen in answer to this asking, if it still can be."""
    prompt = talk.conversation.prompt
    here = Prompt(Expecting.ASKED, question.id, case.code)
    if prompt is None or replace(prompt, chosen=None) != here:
        return ()
    return living(question, prompt.chosen or ())


def _given(talk: Talk, case: Case, question: Question, value: AnswerValue) -> Turn:
    if not case.open:
        return talk.turn(Toast(Phrase(w.CASE_IS_CLOSED)))
    shown = Show(cases.asked_done(case.code, question, value))
    return cases.answered(talk, case, question, value, shown)


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
