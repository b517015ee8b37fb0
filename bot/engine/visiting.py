"""Visitors: before consent, and in read-only mode. Nothing about them is stored.

Language and mode travel in the buttons. Cards are browsed and danger is answered;
questions are asked only after consent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.engine import commands, danger, entrance, glossary, handoff, lookup, privacy, walking
from bot.engine.advice import card_blocks
from bot.engine.greeting import greeted_in
from bot.engine.results import words_row
from bot.engine.spelling import number_in, words
from bot.engine.talk import Circumstances, Talk, in_rows, menu_button, person_button, text, title
from bot.engine.typed import ATTACHMENT_NOTES
from bot.engine.urgent import recognise
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content
from bot.model.conversation import Consent, Conversation
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import (
    Attached,
    Command,
    CommandName,
    Count,
    Effect,
    Event,
    Ignored,
    LanguageChosen,
    Message,
    Press,
    Reachable,
    Say,
    Show,
    Turn,
    Typed,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Someone without a stored conversation. `language` is chosen, or our best guess."""

    content: Content
    around: Circumstances

    @property
    def language(self) -> str:
        return self.around.language

    def reading(self, language: str) -> "Visit":
        return replace(self, around=replace(self.around, language=language))

    def turn(self, *effects: Effect) -> Turn:
        return Turn(None, effects, self.language)


def visit(content: Content, event: Event, around: Circumstances) -> Turn:
    """The turn of somebody who has not agreed to anything yet."""
    guest = Visit(content, around)
    match event:
        case Press(None, _):
            return guest.turn(Show(entrance.language_screen(around)))
        case Press(Action() as action, _):
            chosen = action.language if action.language in content.languages else around.language
            handler = HANDLERS.get(action.do, _needs_consent)
            return handler(guest.reading(chosen), action)
        case Command(name, argument):
            return _command(guest, name, argument)
        case Typed(said):
            return _typed(guest, said)
        case Attached(kind, caption):
            return _attached(guest, Attached(kind, caption))
        case Press() | Reachable() | Ignored():
            return guest.turn()


# --- buttons ------------------------------------------------------------------------


def _languages(guest: Visit, _action: Action) -> Turn:
    return guest.turn(Show(entrance.language_screen(guest.around)))


def _language_missing(guest: Visit, _action: Action) -> Turn:
    return guest.turn(Show(entrance.language_noted(guest.around)), Count("language.missing"))


def _notice(guest: Visit, action: Action) -> Turn:
    return guest.turn(Show(entrance.notice(guest.content, guest.language, action)))


def _notice_more(guest: Visit, action: Action) -> Turn:
    return guest.turn(Show(entrance.notice_more(guest.content, guest.language, action)))


def _agree(guest: Visit, action: Action) -> Turn:
    """Consent: the conversation begins, and goes on where the visitor wanted to go."""
    around = guest.around
    consent = Consent(around.notice, guest.language, around.now)
    begun = Conversation(around.person, guest.language, consent)
    turn = _onward(walking.living_in(Talk(guest.content, begun, around), action.value), action)
    counted = (LanguageChosen(guest.language), Count(f"language.{guest.language}"))
    return replace(turn, effects=(*turn.effects, *counted))


def _onward(talk: Talk, action: Action) -> Turn:
    topic = talk.content.topics.get(action.target)
    kind = talk.content.emergencies.get(action.target)
    if kind is not None or action.number == entrance.A_PERSON:
        return handoff.begin(talk, topic, kind)
    return walking.open_topic(talk, topic) if topic else walking.go_home(talk)


def _read_only(guest: Visit, action: Action) -> Turn:
    if action.target in guest.content.topics:
        return _topic(guest, action)
    return _home(guest, action)


def _home(guest: Visit, _action: Action) -> Turn:
    return guest.turn(Show(entrance.home(guest.content, guest.language)))


def _group(guest: Visit, action: Action) -> Turn:
    content = guest.content
    group = next((one for one in content.groups if one.id == action.target), None)
    topics = content.in_group(group.id) if group else []
    if group is None or not topics:
        return _home(guest, action)
    if len(topics) == 1:
        return _topic(guest, replace(action, target=topics[0].id))
    return guest.turn(Show(entrance.group_screen(content, group, guest.language)))


def _topic(guest: Visit, action: Action) -> Turn:
    """All cards of a topic to browse: nothing is asked."""
    topic = guest.content.topics.get(action.target)
    if topic is None:
        return _home(guest, action)
    cards = (
        Button(Phrase(card.title), Action(Do.CARD, card.id, language=guest.language))
        for card in topic.cards
    )
    rows = (*in_rows(cards, 1), _way_back(guest))
    return guest.turn(Show(Message((title(topic.title), text(w.BROWSE_TEXT)), rows)))


def _card(guest: Visit, action: Action) -> Turn:
    card = guest.content.card(action.target)
    if card is None:
        return _home(guest, action)
    back = Button(Phrase(w.BACK), Action(Do.TOPIC, card.topic, language=guest.language))
    blocks = card_blocks(guest.content, card, guest.around.today, None)
    explain = words_row(guest.content, card, guest.language)
    message = Message(blocks, (*explain, (back,), _way_back(guest)))
    return guest.turn(Show(message), Count(f"card.{card.id}"))


def _card_words(guest: Visit, action: Action) -> Turn:
    card = guest.content.card(action.target)
    terms = glossary.of_card(guest.content, card) if card else ()
    if card is None or not terms:
        return _home(guest, action)
    back = Button(Phrase(w.BACK), Action(Do.CARD, card.id, language=guest.language))
    return guest.turn(Show(glossary.screen(terms, back)), Count("words"))


def _way_back(guest: Visit) -> tuple[Button, ...]:
    person = person_button(guest.language)
    return person, menu_button(guest.language)


def _urgent(guest: Visit, _action: Action) -> Turn:
    return guest.turn(Show(danger.urgent_screen(guest.content, guest.language)))


def _danger(guest: Visit, action: Action) -> Turn:
    kind = guest.content.emergencies.get(action.target)
    if kind is None:
        return _urgent(guest, action)
    said = danger.first_message(guest.content, kind, guest.language)
    return guest.turn(Say(said, urgent=True), Count(f"danger.{kind.id}"))


def _safe(guest: Visit, action: Action) -> Turn:
    kind = guest.content.emergencies.get(action.target)
    if kind is None:
        return _urgent(guest, action)
    safe = action.do is Do.SAFE
    answer = danger.safe_message(guest.content, kind, safe=safe, language=guest.language)
    return guest.turn(Say(answer, urgent=True))


def _needs_consent(guest: Visit, action: Action, *first: Block) -> Turn:
    """Whatever has to be stored needs consent first; the wish travels in the button."""
    to_a_person = Action(Do.PERSON, action.target, number=entrance.A_PERSON)
    wish = to_a_person if action.do is Do.PERSON else entrance.NO_WISH
    notice = entrance.notice(guest.content, guest.language, wish)
    note = Block(Phrase(w.CONSENT_FIRST), Style.NOTE)
    return guest.turn(Show(replace(notice, blocks=(*first, note, *notice.blocks))))


def _deleted(guest: Visit, _action: Action) -> Turn:
    return guest.turn(Show(privacy.deleted_message()))


HANDLERS: Final[Mapping[Do, Callable[[Visit, Action], Turn]]] = {
    Do.LANGUAGE: _notice,
    Do.LANGUAGES: _languages,
    Do.LANGUAGE_MISSING: _language_missing,
    Do.NOTICE: _notice,
    Do.NOTICE_MORE: _notice_more,
    Do.AGREE: _agree,
    Do.READ_ONLY: _read_only,
    Do.HOME: _home,
    Do.GROUP: _group,
    Do.TOPIC: _topic,
    Do.CARD: _card,
    Do.CARD_WORDS: _card_words,
    Do.QUESTION_WORDS: _home,
    Do.REPLY_WORDS: _home,
    Do.HERE: _home,
    Do.URGENT: _urgent,
    Do.DANGER: _danger,
    Do.SAFE: _safe,
    Do.NOT_SAFE: _safe,
    Do.PERSON: _needs_consent,
    Do.DELETE_NOW: _deleted,
}


# --- words --------------------------------------------------------------------------


def _command(guest: Visit, name: CommandName | None, argument: str) -> Turn:
    match name:
        case CommandName.HELP:
            return guest.turn(Show(commands.help_message(guest.language)))
        case CommandName.PRIVACY:
            return guest.turn(Show(entrance.notice_more(guest.content, guest.language)))
        case CommandName.PERSON:
            return _needs_consent(guest, Action(Do.PERSON))
        case CommandName.STATUS | CommandName.EXPORT | CommandName.DELETE:
            return guest.turn(Show(Message((text(w.NOTHING_STORED),), (_way_back(guest),))))
        case _:
            topic, place = commands.link_target(guest.content, argument)
            return guest.turn(Show(entrance.language_screen(guest.around, topic, place)))


def _typed(guest: Visit, said: str) -> Turn:
    kind = recognise(guest.content, said)
    if kind is not None and kind.straight:
        wish = Action(Do.PERSON, kind.id)
        return _needs_consent(guest, wish, *danger.wish_heard(guest.content, kind))
    if kind is not None:
        return _danger(guest, Action(Do.DANGER, kind.id))
    language = _language_named(guest, said)
    if language is not None:
        return _notice(guest.reading(language), Action(Do.NOTICE, language=language))
    language = greeted_in(said, guest.around)
    if language is not None:
        return _languages_below(guest.reading(language), w.GREETING)
    return _found(guest, said) or _languages_below(guest, w.NOTHING_FOUND)


def _found(guest: Visit, said: str) -> Turn | None:
    """What was found, in the language that fits best: of somebody who reads we remember none."""
    codes = dict.fromkeys((guest.language, *(code for code, _ in guest.around.languages)))
    found = lookup.find(guest.content, said, codes, guest.around.wording)
    language = max(codes, key=lambda code: found[code].weight)
    if not found[language].any:
        return None
    shown = Show(lookup.suggestions(found[language], language))
    return guest.reading(language).turn(shown)


def _languages_below(guest: Visit, key: str) -> Turn:
    """The languages once more, below a sentence in the most likely one; and a person."""
    screen = entrance.language_screen(guest.around)
    rows = (*screen.keyboard, (person_button(guest.language),))
    return guest.turn(Show(Message((text(key), *screen.blocks), rows)))


def _language_named(guest: Visit, said: str) -> str | None:
    """The language whose number on the screen, native name or code was typed."""
    number = number_in(said)
    languages = guest.around.languages
    if number is not None:
        return languages[number - 1][0] if 1 <= number <= len(languages) else None
    spoken = words(said)
    named = (code for code, name in languages if spoken in (words(name), words(code)))
    return next(named, None)


def _attached(guest: Visit, event: Attached) -> Turn:
    if recognise(guest.content, event.caption) is not None:
        return _typed(guest, event.caption)
    screen = entrance.language_screen(guest.around)
    note = Block(Phrase(ATTACHMENT_NOTES[event.kind]), Style.NOTE)
    return guest.turn(Show(replace(screen, blocks=(note, *screen.blocks))))
