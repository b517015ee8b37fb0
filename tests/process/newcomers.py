"""Newcomers in front of the real command: they press what they read, in their own language.

They know the bot only by its buttons; what a button says is looked up in the county's texts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.botapi import BotApiServer
from tests.botapi.people import Press, User
from tests.botapi.screen import Button, Screen, Shown
from tests.playing.house import county
from tests.playing.newcomer import plain

PATIENCE = 60.0
CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{6}\b")
LANGUAGE = "the newcomer's language"
"""Stands for the button with the language's own name, which no catalogue has."""

TO_THE_SUMMARY = ("bot/to_a_person#text", "musterkreis/queue.work#title", "bot/no_text#text")
"""From the menu or a result to the summary of a case, one press before it is sent."""

NATIVE_NAMES = {"de": "Deutsch", "en": "English", "uk": "Українська", "ar": "العربية"}


@dataclass(frozen=True)
class Newcomer:
    """A person with a phone, who reads one language."""

    user: User
    language: str

    @classmethod
    def arrived(cls, telegram: BotApiServer, name: str, language: str) -> "Newcomer":
        return cls(telegram.user(name, language_code=language), language)

    def press(self, key: str) -> Press:
        """Press the newest button with the text `key`, as soon as there is one."""
        shown, button = found(self.offered(key), self.label(key))
        assert button.data is not None, f"{key} is a link"
        return self.user.forge(button.data, message=shown.id)

    def offered(self, key: str) -> Screen:
        """The screen, as soon as it has a button with the text `key`."""
        return self.user.wait_for(lambda seen: found(seen, self.label(key)), PATIENCE)

    def label(self, key: str) -> str:
        return NATIVE_NAMES[self.language] if key == LANGUAGE else words(key, self.language)

    def shown(self, key: str) -> Shown:
        """The message of the bot that contains the text `key`, as soon as there is one."""
        text = words(key, self.language)

        def telling(screen: Screen) -> list[Shown]:
            return [message for message in screen.from_bot if text in plain(message.text)]

        return telling(self.user.wait_for(telling, PATIENCE))[-1]

    def ticket_code(self) -> str:
        """The number of the case, as soon as the bot tells it."""
        code = CODE.search(self.shown("bot/sent.title#text").text)
        assert code is not None
        return code.group()


def words(key: str, language: str) -> str:
    """What the county's texts say for `key` in exactly this language."""
    text = county().renderer.text(key, language)
    assert text is not None, key
    return text


def found(screen: Screen, label: str) -> tuple[Shown, Button]:
    """The newest button that reads `label`, with its message. LookupError if there is none."""
    for shown in reversed(screen.messages):
        for button in shown.buttons:
            if label in plain(button.text):
                return shown, button
    raise LookupError(label)


def begin(newcomers: Sequence[Newcomer], start: str = "") -> None:
    """Begin (with a deep link's code), choose everybody's language and agree to the notice."""
    for one in newcomers:
        one.user.start(start)
    walk(newcomers, LANGUAGE, "bot/agree#text")


def walk(newcomers: Sequence[Newcomer], *keys: str) -> None:
    """Press one button after the other, each when the screen has followed the one before.

    Everybody presses a button before anybody presses the next.
    """
    for key in keys:
        before = [str(one.offered(key)) for one in newcomers]
        presses = [one.press(key) for one in newcomers]
        for one, press, old in zip(newcomers, presses, before, strict=True):
            press.wait_answered(PATIENCE)
            one.user.wait_for(lambda seen, old=old: str(seen) != old, PATIENCE)  # type: ignore[misc]
