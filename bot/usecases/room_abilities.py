"""What the bot is able to do in the caseworkers' group, as far as anybody was told.

It may be allowed one thing there and not another: write, but make no topics; edit what stands
there, but write nothing. What failed counts as failing until that very thing is done again, or
until Telegram says what the bot may do now. All replicas work in that group: it is in the store.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

from bot.usecases.notices import TROUBLE
from bot.usecases.ports import Work


class Ability(StrEnum):
    """What may be allowed or not by itself.

    TOPICS is to make them. SWITCH is to close and reopen them, which needs no right in those the
    bot made itself.
    """

    WRITE = "write"
    EDIT = "edit"
    TOPICS = "topics"
    SWITCH = "switch"
    DELETE = "delete"


Failing = Mapping[Ability, str]
"""Why each of these fails, as a short code."""

Tried = tuple[Ability, str]
"""What was tried, and why it failed: empty if it did not."""

THROWN_OUT: Final = "thrown_out"
NO_RIGHTS: Final = "no_rights"

_OUT: Final = frozenset({"unreachable", THROWN_OUT})


def failing(work: Work) -> dict[Ability, str]:
    """What fails in the group; nothing if all is well."""
    return _read(work.notes.get(TROUBLE))


def held(work: Work) -> dict[Ability, str]:
    """As `failing`, for a change of it: what another replica heard meanwhile is not overwritten."""
    return _read(work.notes.held(TROUBLE))


def _read(noted: str | None) -> dict[Ability, str]:
    pairs = (one.split(":") for one in (noted or "").split())
    return {Ability(ability): reason for ability, reason in pairs}


def note(work: Work, now: Failing) -> None:
    """Keep what fails in the group from now on."""
    work.notes.put(TROUBLE, " ".join(f"{ability}:{reason}" for ability, reason in now.items()))


def after(before: Failing, tried: Iterable[Tried]) -> dict[Ability, str]:
    """What fails after all that was tried, in order.

    Whatever is done shows that the bot is in the group, but for editing: that goes on outside.
    """
    now = dict(before)
    for ability, reason in tried:
        if reason:
            now[ability] = reason
            continue
        now.pop(ability, None)
        if ability is not Ability.EDIT:
            now = {other: why for other, why in now.items() if why not in _OUT}
    return now


def hinders(now: Failing) -> bool:
    """Whether cases cannot be shown: not being allowed to delete keeps nothing else from it."""
    return any(one != (Ability.DELETE, NO_RIGHTS) for one in now.items())


def stops(now: Failing, needed: Collection[Ability]) -> bool:
    """Whether something that needs these is certain to fail: one is missing, or the bot is out."""
    return any(ability in needed or why in _OUT for ability, why in now.items())


def keeps(now: Failing) -> bool:
    """Whether topics stay that have to go."""
    return now.get(Ability.DELETE) == NO_RIGHTS
