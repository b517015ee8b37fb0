"""Faults that a test injects: what goes wrong with which call.

Faults never count as violations. How a fault looks on the wire is in `tests.botapi.endpoint`.
"""

import random  # noqa: TID251  faults by chance, from a seed
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from tests.botapi.schema import JsonObject

ANY = "*"


class Damage(StrEnum):
    """What the bot sees of the answer."""

    JSON = "json"
    HTML = "html"
    DROP = "drop"
    TRUNCATE = "truncate"
    HANG = "hang"
    DRIP = "drip"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing going wrong. `done` tells whether the call has its effect all the same."""

    name: str
    damage: Damage
    done: bool = False
    status: int = 200
    body: JsonObject | None = None
    seconds: float = 0.0

    @staticmethod
    def flood(retry_after: int | None = 5) -> "Fault":
        """429 Too Many Requests; None leaves out when to try again."""
        text = "Too Many Requests"
        body: JsonObject = {"ok": False, "error_code": 429, "description": text}
        if retry_after is not None:
            body["description"] = f"{text}: retry after {retry_after}"
            body["parameters"] = {"retry_after": retry_after}
        return Fault("flood", Damage.JSON, status=429, body=body)

    @staticmethod
    def server_error(code: int = 502, *, done: bool = False) -> "Fault":
        """A 5xx with the JSON body of the Bot API."""
        return Fault.refusal(code, HTTPStatus(code).phrase, done=done)

    @staticmethod
    def refusal(code: int, description: str, *, done: bool = False) -> "Fault":
        """Any `ok: false`, as if Telegram had a reason."""
        body: JsonObject = {"ok": False, "error_code": code, "description": description}
        return Fault(f"refusal {code}", Damage.JSON, done=done, status=code, body=body)

    @staticmethod
    def html_error(code: int = 502, *, done: bool = False) -> "Fault":
        """A 5xx with a web page instead of JSON, as a proxy answers."""
        return Fault(f"html {code}", Damage.HTML, done=done, status=code)

    @staticmethod
    def drop_before() -> "Fault":
        """The connection is reset, nothing was done."""
        return Fault("drop_before", Damage.DROP)

    @staticmethod
    def drop_after() -> "Fault":
        """The call was carried out, the answer is lost."""
        return Fault("drop_after", Damage.DROP, done=True)

    @staticmethod
    def truncated() -> "Fault":
        """The call was carried out, the answer ends in the middle."""
        return Fault("truncated", Damage.TRUNCATE, done=True)

    @staticmethod
    def hang(seconds: float = 3600.0, *, done: bool = False) -> "Fault":
        """No answer for `seconds`, then the connection is reset."""
        return Fault("hang", Damage.HANG, done=done, seconds=seconds)

    @staticmethod
    def drip(seconds: float = 1.0) -> "Fault":
        """The call was carried out, its answer comes one byte every `seconds`."""
        return Fault("drip", Damage.DRIP, done=True, seconds=seconds)


@dataclass(slots=True)
class _Planned:
    method: str
    chat_id: int | None
    fault: Fault
    times: int


@dataclass(frozen=True, slots=True)
class _Chance:
    probability: float
    faults: tuple[Fault, ...]
    methods: frozenset[str]


class Faults:
    """The plan of faults of one server. Used under the world's lock."""

    def __init__(self, seed: int) -> None:
        self.token_revoked = False
        self._planned: list[_Planned] = []
        self._chances: list[_Chance] = []
        self._latency = (0.0, 0.0)
        self._random = random.Random(seed)  # noqa: S311

    def next(
        self, method: str, fault: Fault, *, chat_id: int | None = None, times: int = 1
    ) -> None:
        """Let the next `times` calls of a method (ANY: of every one but getUpdates) fail."""
        self._planned.append(_Planned(method, chat_id, fault, times))

    def sometimes(
        self, probability: float, faults: Sequence[Fault], *, methods: Sequence[str] = ()
    ) -> None:
        """Let calls fail by chance, seeded; without `methods` all but getUpdates."""
        self._chances.append(_Chance(probability, tuple(faults), frozenset(methods)))

    def latency(self, low: float, high: float) -> None:
        """Let every call but getUpdates take between `low` and `high` seconds."""
        self._latency = (low, high)

    def revoke_token(self) -> None:
        """Answer every call with 401 from now on."""
        self.token_revoked = True

    def restore_token(self) -> None:
        """Take the token again."""
        self.token_revoked = False

    def clear(self) -> None:
        """Forget planned and random faults and latency."""
        self._planned.clear()
        self._chances.clear()
        self._latency = (0.0, 0.0)

    def pending(self) -> int:
        """Return how many planned faults have not happened yet."""
        return sum(planned.times for planned in self._planned)

    def delay(self, method: str) -> float:
        """Return how many seconds this call takes."""
        low, high = self._latency
        return 0.0 if method == "getUpdates" or high <= 0 else self._random.uniform(low, high)

    def pick(self, method: str, params: JsonObject) -> Fault | None:
        """Return the fault of this call and use it up."""
        chat_id = str(params.get("chat_id", ""))
        for planned in self._planned:
            fits = planned.method == method or (planned.method == ANY and method != "getUpdates")
            if fits and planned.chat_id in (None, _number(chat_id)):
                planned.times -= 1
                if planned.times <= 0:
                    self._planned.remove(planned)
                return planned.fault
        return self._by_chance(method)

    def _by_chance(self, method: str) -> Fault | None:
        for chance in self._chances:
            fits = method in chance.methods if chance.methods else method != "getUpdates"
            if fits and self._random.random() < chance.probability:
                return self._random.choice(chance.faults)
        return None


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None
