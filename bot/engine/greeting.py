"""Greetings: whoever says hello is greeted and shown where they are.

The words of greeting are a text of the program in each language. All languages are
tried: people greet in German who write in their own language afterwards.
"""

import re

from bot.engine.spelling import words
from bot.engine.talk import Circumstances
from bot.model.wording import GREETINGS


def greeted_in(said: str, around: Circumstances) -> str | None:
    """The language of a text that is nothing but a greeting; the most likely one, or None."""
    spoken = set(words(said))
    if not spoken:
        return None
    codes = (around.language, *(code for code, _ in around.languages))
    return next((code for code in codes if spoken <= _greetings(code, around)), None)


def _greetings(language: str, around: Circumstances) -> set[str]:
    written = around.wording.text(GREETINGS, language) or ""
    return {word for greeting in re.split("[,،]", written) for word in words(greeting)}
