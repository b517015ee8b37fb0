"""One turn of a conversation: what came in, and what follows from it.

Read this first. No IO here, no clock, no language: time and ids arrive as values,
sentences leave as message ids, and the same arguments always give the same turn.
Storing and sending belong to `bot.usecases.converse`.
"""

from bot.engine.commands import command
from bot.engine.heard import as_typed, by_visitor
from bot.engine.interview import with_todays_ids
from bot.engine.pressed import press
from bot.engine.talk import Circumstances, Talk
from bot.engine.typed import attached, typed
from bot.engine.visiting import visit
from bot.model.content import Content
from bot.model.conversation import Conversation
from bot.model.turns import (
    Attached,
    Command,
    Event,
    Ignored,
    Press,
    Reachable,
    SetReachable,
    Turn,
    Typed,
)


def advance(
    content: Content, before: Conversation | None, event: Event, around: Circumstances
) -> Turn:
    """Return the conversation after `event` and the effects, in order.

    Without a conversation (before consent, read-only) the turn stores nothing unless
    `event` is the consent itself. A reply that fits nothing is a reply like any other:
    there is a way on. Content that passed its checks cannot make this raise.
    """
    if before is None:
        return visit(content, by_visitor(content, event), around)
    talk = Talk(content, with_todays_ids(content, before), around)
    match as_typed(content, event):
        case Press(action, _):
            return press(talk, action)
        case Command() as ordered:
            return command(talk, ordered)
        case Typed() as said:
            return typed(talk, said)
        case Attached() as sent:
            return attached(talk, sent)
        case Reachable(now):
            return talk.turn(SetReachable(now))
        case Ignored():
            return talk.turn()
