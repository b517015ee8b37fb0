"""Danger: numbers first, no question before them, then a human.

The menu of dangers is always the first button; words lead here too (`urgent`).
"""

from bot.engine.advice import timeless_phrase
from bot.engine.entrance import emergency_line
from bot.engine.talk import in_rows, kept, menu_button, person_button, text, title, with_icon
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Emergency
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message


def urgent_screen(content: Content, language: str = "") -> Message:
    """The emergency numbers and the kinds of danger. `language` is set in read-only mode."""
    kinds = sorted(content.emergencies.values(), key=lambda kind: kind.order)
    buttons = (
        Button(
            with_icon(kind.icon, Phrase(kind.button)), Action(Do.DANGER, kind.id, language=language)
        )
        for kind in kinds
        if kind.button
    )
    person = person_button(language)
    menu = menu_button(language)
    blocks = (emergency_line(content), title(w.URGENT_TITLE))
    return Message(blocks, (*in_rows(buttons, 1), (person, menu)))


def first_message(content: Content, kind: Emergency, language: str = "") -> Message:
    """What is said at once. It is never edited away, so that the numbers stay."""
    hint = (Block(Phrase(kind.hint), Style.NOTE),) if kind.hint else ()
    ask = (text(w.SAFE_ASK),) if kind.ask_safe else ()
    safe = (
        Button(Phrase(w.SAFE_YES), Action(Do.SAFE, kind.id, language=language)),
        Button(Phrase(w.SAFE_NO), Action(Do.NOT_SAFE, kind.id, language=language)),
    )
    person = Button(Phrase(w.HELP_BY_A_PERSON), Action(Do.PERSON, kind.id, language=language))
    menu = menu_button(language)
    rows = ((safe,) if kind.ask_safe else ()) + ((person,), (menu,))
    return kept(Message((*_sentences(content, kind), *_numbers(content, kind), *hint, *ask), rows))


def name_of(kind: Emergency) -> Phrase:
    """The danger in a word, for those who read the case."""
    return Phrase(kind.button or w.DANGER_UNNAMED)


def _sentences(content: Content, kind: Emergency) -> tuple[Block, ...]:
    """The first message; its first sentence carries the warning sign."""
    styles = (Style.WARNING, *(Style.TEXT for _ in kind.message[1:]))
    return tuple(
        Block(timeless_phrase(content, sentence), style)
        for sentence, style in zip(kind.message, styles, strict=True)
    )


def _numbers(content: Content, kind: Emergency) -> tuple[Block, ...]:
    phones = (content.phones[key] for key in kind.phones)
    return tuple(
        Block(
            Phrase(w.PHONE_LINE, {"number": phone.number, "name": Phrase(phone.name)}), Style.ITEM
        )
        for phone in phones
    )


def safe_message(content: Content, kind: Emergency, *, safe: bool, language: str = "") -> Message:
    """The answer to "are you safe now?": a human, and if not safe the number again."""
    person = Button(Phrase(w.HELP_BY_A_PERSON), Action(Do.PERSON, kind.id, language=language))
    menu = menu_button(language)
    blocks = (text(w.SAFE_GOOD),) if safe else (emergency_line(content), text(w.SAFE_CALL_NOW))
    return kept(Message(blocks, ((person,), (menu,))))
