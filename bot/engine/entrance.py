"""The first screens: language, notice, home.

Before consent nothing is stored, so their buttons carry the language, and a deep
link's topic and place. With a language given, `home` is that of read-only mode.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Final

from bot.engine.once import once
from bot.engine.talk import Circumstances, in_rows, numbered, person_button, text, title, with_icon
from bot.model import wording as w
from bot.model.buttons import Action, Button, Do
from bot.model.content import Content, Group, Topic
from bot.model.phrases import Block, Phrase, Style
from bot.model.turns import Message

_NUMBERS: Final = {"police": "110", "rescue": "112"}
"""They hold in all of Germany, also where the content names neither."""


def language_screen(around: Circumstances, topic: str = "", place: str = "") -> Message:
    """All offered languages by their native names, the most likely first."""
    languages = (
        Button(
            Phrase(w.AS_WRITTEN, {"text": name}), Action(Do.LANGUAGE, topic, place, language=code)
        )
        for code, name in around.languages
    )
    missing = Button(
        Phrase(w.LANGUAGE_MISSING), Action(Do.LANGUAGE_MISSING, language=around.language)
    )
    return Message((title(w.LANGUAGE_TITLE),), (*in_rows(languages, 2), (missing,)))


def language_noted(around: Circumstances) -> Message:
    """Thanks for naming a gap, and the languages that are there."""
    screen = language_screen(around)
    return Message((text(w.LANGUAGE_NOTED), *screen.blocks), screen.keyboard[:-1])


NO_WISH = Action(Do.NOTICE)
"""Somebody who came for nothing in particular."""

A_PERSON = 1
"""The number in the buttons of a notice when the visitor wished for a person."""

NOTICE_TEXTS = (
    w.NOTICE_PROGRAM,
    w.NOTICE_ANONYMOUS,
    w.NOTICE_STORED,
    w.NOTICE_PEOPLE,
    w.NOTICE_TELEGRAM,
    w.NOTICE_DELETE,
    w.NOTICE_YOUNG,
)
NOTICE_MORE_TEXTS = (
    w.NOTICE_MORE_STORED,
    w.NOTICE_MORE_PURPOSE,
    w.NOTICE_MORE_BASIS,
    w.NOTICE_MORE_READERS,
    w.NOTICE_MORE_PERIODS,
    w.NOTICE_MORE_DECISION,
    w.NOTICE_MORE_RIGHTS,
    w.NOTICE_MORE_TELEGRAM,
)


def notice(content: Content, language: str, wish: Action = NO_WISH) -> Message:
    """What people must know before anything is stored, and their three ways on.

    What they wished for travels in the buttons: a topic or danger, a municipality, a person.
    """
    blocks = (
        emergency_line(content),
        title(w.NOTICE_TITLE, county=content.region.name),
        text(w.NOTICE_PROGRAM),
        *(Block(Phrase(key), Style.ITEM) for key in NOTICE_TEXTS[1:]),
    )
    more = replace(wish, do=Do.NOTICE_MORE, language=language)
    return Message(blocks, (*_consent_rows(language, wish), (Button(Phrase(w.NOTICE_MORE), more),)))


def notice_more(content: Content, language: str, wish: Action = NO_WISH) -> Message:
    """The long version of the notice, with who is responsible and how to reach them."""
    return Message(data_blocks(content), _consent_rows(language, wish))


def data_blocks(content: Content) -> tuple[Block, ...]:
    """Who is responsible, what is kept why and how long, who reads it, and everybody's rights."""
    controller = content.region.controller
    return (
        title(w.NOTICE_MORE_TITLE),
        text(
            w.NOTICE_MORE_CONTROLLER,
            name=controller.name,
            address=controller.address,
            email=controller.email,
            phone=controller.phone,
        ),
        text(w.NOTICE_MORE_OFFICER, contact=controller.data_protection),
        *(text(key) for key in NOTICE_MORE_TEXTS),
        text(w.NOTICE_MORE_AUTHORITY, authority=controller.authority),
    )


def _consent_rows(language: str, wish: Action) -> tuple[tuple[Button, ...], ...]:
    agree = replace(wish, do=Do.AGREE, language=language)
    read_only = Action(Do.READ_ONLY, wish.target, language=language)
    return (Button(Phrase(w.AGREE), agree),), (Button(Phrase(w.READ_ONLY), read_only),)


def emergency_line(content: Content) -> Block:
    """The two emergency numbers, and that nobody reads this chat all the time."""
    numbers = {key: phone.number for key, phone in content.phones.items() if key in _NUMBERS}
    return Block(Phrase(w.EMERGENCY_NUMBERS, {**_NUMBERS, **numbers}), Style.WARNING)


def home(content: Content, language: str = "") -> Message:
    """Danger first, then the groups of topics, then people, cases and languages.

    `language` is set in read-only mode.
    """
    return _home(content, language) if language else _everybodys_home(content)


@once
def _everybodys_home(content: Content) -> Message:
    return _home(content, "")


def _home(content: Content, language: str) -> Message:
    offered = entries(content)
    urgent = Button(Phrase(w.URGENT), Action(Do.URGENT, language=language))
    person = person_button(language)
    other = (
        Button(Phrase(w.START_WITH_QUESTIONS), Action(Do.NOTICE, language=language))
        if language
        else Button(Phrase(w.MY_CASES), Action(Do.CASES))
    )
    languages = Button(Phrase(w.CHANGE_LANGUAGE), Action(Do.LANGUAGES, language=language))
    introduction = text(w.HOME_READ_ONLY) if language else text(w.HOME_TEXT)
    # Of a visitor we remember no screen: a number they type is that of a language.
    lines = () if language else numbered(_named(content, entry) for entry in offered)
    blocks = (title(w.HOME_TITLE), introduction, *lines)
    rows = in_rows((_entry_button(entry, language) for entry in offered), 2)
    return Message(blocks, ((urgent,), *rows, (person, other), (languages,)))


def group_screen(content: Content, group: Group, language: str = "") -> Message:
    """The topics of one group, and the way back. `language`: read-only mode."""
    known = None if language else _everybodys_groups(content).get(group)
    return known or _group(content, group, language)


@once
def _everybodys_groups(content: Content) -> Mapping[Group, Message]:
    return {group: _group(content, group, "") for group in content.groups}


def _group(content: Content, group: Group, language: str) -> Message:
    topics = content.in_group(group.id)
    back = Button(Phrase(w.BACK), Action(Do.HOME, language=language))
    introduction = text(w.HOME_READ_ONLY) if language else text(w.HOME_TEXT)
    lines = () if language else numbered(Phrase(topic.title) for topic in topics)
    blocks = (title(group.title), introduction, *lines)
    rows = in_rows((_entry_button(topic, language) for topic in topics), 1)
    return Message(blocks, (*rows, (back, person_button(language))))


def entries(content: Content) -> list[Group | Topic]:
    """What the home screen offers, in order: groups, and topics that are alone in theirs."""
    offered: list[Group | Topic] = []
    for group in sorted(content.groups, key=lambda group: (group.order, group.id)):
        topics = content.in_group(group.id)
        offered.extend([group] if len(topics) > 1 else topics)
    return offered


def _entry_button(entry: Group | Topic, language: str) -> Button:
    do = Do.GROUP if isinstance(entry, Group) else Do.TOPIC
    label = with_icon(entry.icon, Phrase(entry.title))
    return Button(label, Action(do, entry.id, language=language))


def _named(content: Content, entry: Group | Topic) -> Phrase:
    """An entry by its name, a group with what is in it."""
    name = Phrase(entry.title)
    if isinstance(entry, Topic):
        return name
    titles = (Phrase(topic.title) for topic in content.in_group(entry.id))
    topics = reduce(lambda some, one: Phrase(w.BESIDE, {"some": some, "one": one}), titles)
    return Phrase(w.GROUP_LINE, {"group": name, "topics": topics})
