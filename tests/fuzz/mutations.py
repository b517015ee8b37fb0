"""Updates that are nearly right: valid samples with values exchanged, left out, added and nested.

Structure-aware, so most of them get far into the program before something is odd. Whatever comes
out can be written as JSON, as everything that Telegram sends. What is done with them is in
`intake`.
"""

import copy
from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded, repeatable
from typing import Any, Final

Json = Any
_Site = tuple[Any, Any]
"""A dict or list, and the key or index of a value in it."""

WHOLE_NUMBERS: Final = (0, -1, 1, 2**31, 2**52, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 2**64)
HUGE: Final = 10**400

TEXTS: Final = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udfffy",
    "\udfff\ud800",
    "\u202eevil\u202c",
    "\u2066" * 50,
    "e\u0301" * 300,
    "Z\u0336\u0321\u031b" * 40,
    "\ufeff\u200b\u200d",
    "\U0001f1e9\U0001f1ea" * 20,
    "\U0010ffff\ufffe",
    "<b>&amp;</i>",
    "%s%n{0}{text}",
    "'; DROP TABLE people; --",
    "/start " + "A" * 64,
    "/start ../../etc",
    "/delete",
    "/bind x",
    "/bindroom x",
    "/note x",
    "/close advised",
    "-5",
    "٣",
    "3" * 5000,
    "a" * 4097,
    "ж" * 20_000,
    "NaN",
    "private",
    "kicked",
    "callback_query",
)


def mutated(body: Json, strangers: list[Json], chance: Random) -> Json:
    """A copy of `body` with one to four changes; `strangers` are other bodies to graft from."""
    changed = copy.deepcopy(body)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        sites = _sites(changed)
        if not sites:
            break
        chance.choice(_CHANGES)(*chance.choice(sites), strangers, chance)
    return changed


def nested(depth: int, leaf: Json = 1) -> Json:
    """Lists and objects in turn, `depth` levels of them."""
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def odd(chance: Random) -> Json:
    """A value that is likely to be wrong where it is put."""
    match chance.randrange(8):
        case 0 | 1:
            return chance.choice(TEXTS)
        case 2 | 3:
            return chance.choice((*WHOLE_NUMBERS, HUGE, -HUGE, chance.randrange(-(2**66), 2**66)))
        case 4:
            return chance.choice((None, True, False))
        case 5:
            return chance.choice((0.5, -0.0, 1e308, float("inf"), float("nan"), 5.0))
        case 6:
            return chance.choice(([], {}, [[]], {"": None}, [1, "a", None], {"id": 1}))
        case _:
            return nested(chance.choice((3, 30, 120)), chance.choice(TEXTS))


def _sites(body: Json) -> list[_Site]:
    found: list[_Site] = []
    waiting = [body]
    while waiting:
        value = waiting.pop()
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in list(inner):
            found.append((value, key))
            if isinstance(below, dict | list):
                waiting.append(below)
    return found


def _exchange(place: Any, key: Any, _: list[Json], chance: Random) -> None:
    place[key] = odd(chance)


def _leave_out(place: Any, key: Any, _: list[Json], chance: Random) -> None:
    del place[key]


def _another_type(place: Any, key: Any, _: list[Json], chance: Random) -> None:
    """The same value as something else: a text for a number, a list around it, its truth."""
    value = place[key]
    makers: tuple[Callable[[Json], Json], ...] = (
        lambda one: [one],
        lambda one: {"id": one},
        str,
        bool,
        lambda one: -one if isinstance(one, int) and not isinstance(one, bool) else None,
    )
    place[key] = chance.choice(makers)(value)


def _rename(place: Any, key: Any, _: list[Json], chance: Random) -> None:
    if isinstance(place, dict):
        place[chance.choice(("text", "caption", "data", "from", "chat", "новое", ""))] = place.pop(
            key
        )


def _add(place: Any, key: Any, _: list[Json], chance: Random) -> None:
    name = chance.choice(("text", "caption", "media_group_id", "migrate_to_chat_id", "future_kind"))
    if isinstance(place, dict):
        place[name] = odd(chance)
    else:
        place.append(odd(chance))


def _graft(place: Any, key: Any, strangers: list[Json], chance: Random) -> None:
    """A part of another update stands where it does not belong."""
    donor = copy.deepcopy(chance.choice(strangers))
    sites = [(at, name) for at, name in _sites(donor) if not isinstance(at, list)]
    at, name = chance.choice(sites)
    place[key if not isinstance(place, dict) or chance.random() < 0.5 else name] = at[name]


_CHANGES: Final = (_exchange, _exchange, _leave_out, _another_type, _rename, _add, _graft)
