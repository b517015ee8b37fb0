"""What Telegram shows of the bot before anybody wrote to it: commands and descriptions.

Told in every offered language that Telegram's profile knows (two-letter codes), and only when
it changed. Other languages get their commands in the chat, after the choice of language.
"""

import logging
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import Any, Final

from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import NotSent, Refused, Uncertain
from bot.channels.telegram.outgoing import command_list
from bot.i18n.render import Renderer
from bot.model import wording
from bot.model.phrases import Phrase
from bot.usecases.ports import Runner

NOTE: Final = "telegram/profile/"
DEFAULT: Final = ""
"""Telegram's word for everybody whose language has no texts of its own."""

_FALLBACKS: Final = ("en", "de")
_CODE_LENGTH: Final = 2

log = logging.getLogger(__name__)

Calls = Mapping[str, Mapping[str, Any]]


async def tell_profile(
    cable: Cable, renderer: Renderer, runner: Runner, languages: Sequence[str]
) -> None:
    """Bring the profile up to date. What fails is tried again at the next start."""
    profiles = {code: code for code in languages if len(code) == _CODE_LENGTH}
    profiles[DEFAULT] = next((code for code in _FALLBACKS if code in languages), languages[0])
    for code, language in profiles.items():
        calls = _calls(renderer, code, language)
        digest = blake2s(repr(calls).encode(), digest_size=8).hexdigest()
        known = await runner.run(lambda work, code=code: work.notes.get(NOTE + code))  # type: ignore[misc]
        if known == digest:
            continue
        try:
            for method, parameters in calls.items():
                await cable.call(method, **parameters)
        except (NotSent, Uncertain, Refused) as failure:
            log.warning("the bot's profile could not be told: %s", failure)
            return
        await runner.run(lambda work, code=code, digest=digest: work.notes.put(NOTE + code, digest))  # type: ignore[misc]


def _calls(renderer: Renderer, code: str, language: str) -> Calls:
    long = renderer.plain(Phrase(wording.PROFILE_TEXT), language)
    short = renderer.plain(Phrase(wording.PROFILE_SHORT), language)
    return {
        "setMyCommands": {"commands": command_list(renderer, language), "language_code": code},
        "setMyDescription": {"description": long[:512], "language_code": code},
        "setMyShortDescription": {"short_description": short[:120], "language_code": code},
    }
