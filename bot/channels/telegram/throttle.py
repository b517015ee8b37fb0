"""One person who writes very much does not hold up the others, and nobody trembles twice.

Each person has a bucket of updates that refills by the time Telegram noted, so what was written
over hours of an outage is not taken for a flood, and a larger one for hours. Whoever empties one is
told once, and danger in what is dropped is answered once (`batch` looks for it; what was answered
is kept here). A button that is pressed again at once, with nothing in between, was meant once.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

BURST: Final = 20.0
RATE: Final = 1.0
LONG_BURST: Final = 300.0
LONG_RATE: Final = 0.1
"""Six a minute go on for ever, after three hundred at once: nobody uses more, and the caseworkers'
group takes 20 messages a minute of all cases together."""

SET_BACK: Final = 60.0
"""Seconds; a clock that is further behind than what comes late was set back."""

STANDING_COSTS: Final = 10.0
AT_ONCE: Final = 1.0
"""Seconds within which a second press of the same button is the first one's echo."""

_REMEMBERED: Final = 10_000
_NONE: Final[frozenset[str]] = frozenset()
_NO_DATE: Final = 2**53
"""Larger numbers are no time, and not all of them fit a float."""


class Pass(Enum):
    """What is done with an update: go on, drop it with a word, drop it, drop it as an echo."""

    YES = auto()
    NO_AND_SAY_SO = auto()
    NO = auto()
    ECHO = auto()


@dataclass(slots=True)
class _Person:
    """Buckets, and how long we know the person by whichever clock is ahead, in seconds.

    `since` is when that began by Telegram's clock and by ours, once they were read: the two may be
    hours apart, but both count the same seconds.
    """

    tokens: float
    long: float = LONG_BURST
    known_for: float = 0.0
    since: list[float | None] = field(default_factory=lambda: [None, None])
    told: bool = False
    answered: frozenset[str] = _NONE
    pressed: "_Press | None" = None


@dataclass(frozen=True, slots=True)
class _Press:
    """A press: which of Telegram's, of which button of which message, when."""

    query: str
    button: tuple[int, str]
    at: float

    def echoes(self, earlier: "_Press | None") -> bool:
        """Whether this is `earlier` once more. A redelivery has its id and is no echo."""
        return (
            earlier is not None
            and self.button == earlier.button
            and self.query != earlier.query
            and self.at - earlier.at < AT_ONCE
        )


class Throttle:
    """Remembers the last 10,000 people; somebody forgotten starts with a full bucket."""

    def __init__(self, burst: float = BURST, rate: float = RATE) -> None:
        self._burst = burst
        self._rate = rate
        self._people: OrderedDict[int, _Person] = OrderedDict()

    def admit(self, person: int, body: Mapping[str, Any], now: float) -> Pass:
        """Count an update of `person`; `now` (epoch seconds) stands for a missing date."""
        date = _date(body)
        known = self._person(person, now if date is None else date, ours=date is None)
        press = _press(body, now)
        if press is not None and press.echoes(known.pressed):
            return Pass.ECHO
        known.pressed = press
        if known.tokens >= 1 and known.long >= 1:
            known.tokens -= 1
            known.long -= 1
            if min(known.tokens, known.long) >= self._burst / 2:
                known.told, known.answered = False, _NONE
            return Pass.YES
        if known.told:
            return Pass.NO
        known.told = True
        return Pass.NO_AND_SAY_SO

    def admit_standing(self, person: int, now: float) -> Pass:
        """Count that `person` stopped the bot or took it up again: much for a caseworker to read.

        What is dropped is found out with the next message to them, or from them.
        """
        known = self._person(person, now, ours=True)
        if known.long < STANDING_COSTS:
            return Pass.NO
        known.long -= STANDING_COSTS
        return Pass.YES

    def _person(self, person: int, at: float, *, ours: bool) -> _Person:
        """The person, with buckets refilled until `at` by our clock or by Telegram's."""
        known = self._people.pop(person, None) or _Person(self._burst)
        self._people[person] = known
        if len(self._people) > _REMEMBERED:
            self._people.popitem(last=False)
        since = known.since[ours]
        passed = 0.0 if since is None else at - since - known.known_for
        if since is None or passed < -SET_BACK:
            known.since[ours] = at - known.known_for
        passed = max(0.0, passed)
        known.known_for += passed
        known.tokens = min(self._burst, known.tokens + passed * self._rate)
        known.long = min(LONG_BURST, known.long + passed * LONG_RATE)
        return known

    def answered(self, person: int) -> frozenset[str]:
        """The kinds of danger that were answered in the present flood of `person`."""
        known = self._people.get(person)
        return known.answered if known else _NONE

    def note(self, person: int, kind: str) -> None:
        """A danger of `kind` was answered in what `person` wrote too much."""
        known = self._people.get(person)
        if known is not None:
            known.answered |= {kind}


def _press(body: Mapping[str, Any], now: float) -> _Press | None:
    query = body.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return None
    number, data, name = message.get("message_id"), query.get("data"), query.get("id")
    if not isinstance(number, int) or not isinstance(data, str) or not isinstance(name, str):
        return None
    return _Press(name, (number, data), now)


def _date(body: Mapping[str, Any]) -> float | None:
    """When Telegram says that it was written, if it does."""
    message = body.get("message")
    date = message.get("date") if isinstance(message, dict) else None
    return float(date) if isinstance(date, int) and 0 <= date < _NO_DATE else None
