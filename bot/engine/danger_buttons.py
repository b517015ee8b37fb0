"""Which presses are about danger, so that they are carried out where others have to wait."""

from typing import Final

from bot.engine.cases import asked_target
from bot.engine.interview import living
from bot.engine.urgent import most_serious
from bot.model.buttons import Action, Do
from bot.model.content import Content, Question

MENU: Final = "urgent"
"""Stands for the menu of dangers, which is of no kind."""

_SAFETY: Final = frozenset({Do.SAFE, Do.NOT_SAFE})
_ANSWERS: Final = frozenset({Do.ANSWER, Do.TOGGLE})
_ASKED: Final = frozenset({Do.ASKED, Do.ASKED_TOGGLE})


def alarming(content: Content, action: Action) -> str | None:
    """What a press is about: the menu, a kind, or how safe somebody is who is in danger of a kind.

    Each has a name of its own, so that who was shown the menu is still shown the kind. An answer
    is about the kind that its option means; one that is taken back again counts too.
    """
    if action.do is Do.URGENT:
        return MENU
    if action.do is Do.DANGER:
        return action.target if action.target in content.emergencies else MENU
    if action.do in _SAFETY:
        known = action.target in content.emergencies
        return f"{action.target} {action.do.name}" if known else MENU
    if action.do in _ANSWERS:
        return _meant(content, content.question(action.target), action.value)
    if action.do in _ASKED:
        return _meant(content, asked_target(content, action.target)[1], action.value)
    return None


def _meant(content: Content, question: Question | None, value: str) -> str | None:
    """The kind of danger that choosing the option `value` means."""
    if question is None:
        return None
    options = [question.option(option) for option in living(question, (value,))]
    dangers = [option.danger for option in options if option is not None]
    kind = most_serious(content.emergencies[danger] for danger in dangers if danger is not None)
    return None if kind is None else kind.id
