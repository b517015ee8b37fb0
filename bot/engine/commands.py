"""Commands: /start /menu /language /person /status /privacy /export /delete /help.

They work anywhere. What a deep link behind /start may choose is decided here too.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.engine import cases, entrance, handoff, privacy, walking
from bot.engine.talk import Talk, menu_button, text, title
from bot.model import wording as w
from bot.model.content import Content
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Command, CommandName, Export, Message, Show, Turn

SHOWN: Final = {
    CommandName.MENU: w.COMMAND_MENU,
    CommandName.LANGUAGE: w.COMMAND_LANGUAGE,
    CommandName.PERSON: w.COMMAND_PERSON,
    CommandName.STATUS: w.COMMAND_STATUS,
    CommandName.PRIVACY: w.COMMAND_PRIVACY,
    CommandName.EXPORT: w.COMMAND_EXPORT,
    CommandName.DELETE: w.COMMAND_DELETE,
    CommandName.HELP: w.COMMAND_HELP,
}
"""The commands in Telegram's menu, with their descriptions."""

_KNOWN: Final = {name.value: name for name in CommandName}
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Telegram lets a link bring along."""


def command_of(name: str, argument: str, said: str) -> Command:
    """The command `name` with what follows it; `said` is all that was typed.

    Words count as said, and so does a command that we do not have. What a link brings along with
    /start is a code: it may choose a topic, but speaks of nothing, whatever it looks like.
    """
    known = _KNOWN.get(name)
    if known is CommandName.START and _CODE.fullmatch(argument):
        return Command(known, argument)
    words = said if argument or known is None else ""
    return Command(known, "" if known is CommandName.START else argument, words)


def command(talk: Talk, event: Command) -> Turn:
    """The turn that follows from a command; an unknown one gets the help."""
    handler = HANDLERS.get(event.name) if event.name else None
    return handler(talk, event.argument) if handler else _help(talk, "")


def link_target(content: Content, payload: str) -> tuple[str, str]:
    """Topic and municipality named by a deep link `topic[-municipality]`; empty if unknown.

    A link chooses where to begin, nothing else: it grants nothing and stores nothing.
    """
    topic, _, place = payload.partition("-")
    places = {municipality.id for municipality in content.region.municipalities}
    return topic if topic in content.topics else "", place if place in places else ""


def help_message(language: str = "") -> Message:
    """What can be done here, as the list of commands. `language`: read-only mode."""
    lines = tuple(
        Block(
            Phrase(w.COMMAND_LINE, {"command": f"/{name.value}", "what": Phrase(what)}), Style.ITEM
        )
        for name, what in SHOWN.items()
    )
    menu = menu_button(language)
    return Message((title(w.HELP_TITLE), text(w.HELP_TEXT), *lines), ((menu,),))


def _start(talk: Talk, argument: str) -> Turn:
    topic, place = link_target(talk.content, argument)
    return talk.turn(Show(entrance.language_screen(talk.around, topic, place)))


def _menu(talk: Talk, _argument: str) -> Turn:
    return walking.go_home(talk)


def _language(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Show(entrance.language_screen(talk.around)))


def _person(talk: Talk, _argument: str) -> Turn:
    return handoff.begin(talk, talk.topic, None)


def _status(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Show(cases.cases_screen(talk)))


def _privacy(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Show(privacy.privacy_screen(talk)))


def _export(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Export())


def _delete(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Show(privacy.delete_screen(talk)))


def _help(talk: Talk, _argument: str) -> Turn:
    return talk.turn(Show(help_message()))


HANDLERS: Final[Mapping[CommandName, Callable[[Talk, str], Turn]]] = {
    CommandName.START: _start,
    CommandName.MENU: _menu,
    CommandName.LANGUAGE: _language,
    CommandName.PERSON: _person,
    CommandName.STATUS: _status,
    CommandName.PRIVACY: _privacy,
    CommandName.EXPORT: _export,
    CommandName.DELETE: _delete,
    CommandName.HELP: _help,
}
