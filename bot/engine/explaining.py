"""German words explained on a press: those of a question, a card, or a canned reply.

The way back leads to where the conversation is; nothing of it changes. For visitors see
`visiting`; which words there are is in `glossary`.
"""

from bot.engine import glossary, walking
from bot.engine.talk import Talk
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import GlossaryTerm
from bot.model.phrases import Phrase
from bot.model.turns import Count, Show, Turn


def of_question(talk: Talk, action: Action) -> Turn:
    question = talk.content.question(action.target)
    terms = glossary.of_question(talk.content, question) if question else ()
    return _explained(talk, terms, w.BACK if action.below else w.BACK_TO_QUESTION)


def of_card(talk: Talk, action: Action) -> Turn:
    card = talk.content.card(action.target)
    return _explained(talk, glossary.of_card(talk.content, card) if card else ())


def of_reply(talk: Talk, action: Action) -> Turn:
    reply = talk.content.replies.get(action.target)
    return _explained(talk, glossary.of_reply(talk.content, reply) if reply else ())


def _explained(talk: Talk, terms: tuple[GlossaryTerm, ...], back: str = w.BACK) -> Turn:
    """The meaning of `terms`; without any, the button is an old one."""
    if not terms:
        return walking.stale(talk)
    button = Button(Phrase(back), Action(Do.HERE))
    return talk.turn(Show(glossary.screen(terms, button)), Count("words"))
