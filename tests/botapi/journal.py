"""What the server saw: every call, every refusal, every message sent, in order.

Written under the world's lock; readers get copies.
"""

from dataclasses import dataclass, field

from tests.botapi.rejections import Blame
from tests.botapi.schema import JsonObject


@dataclass(slots=True)
class Call:
    """One request of the bot. `at` is a monotonic time in seconds.

    `status` is the HTTP status that was answered or would have been; `executed` tells whether
    the call had its effect; `fault` names the injected fault, if any.
    """

    method: str
    params: JsonObject
    at: float
    status: int = 0
    result: object = None
    description: str = ""
    executed: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A call that Telegram would have refused by the bot's own fault."""

    method: str
    description: str
    params: JsonObject

    def __str__(self) -> str:
        return f"{self.method}: {self.description} {self.params}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Any refused call, whoever is to blame."""

    method: str
    code: int
    description: str
    blame: Blame


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message as it was when the bot sent it. `at` is a monotonic time in seconds."""

    chat_id: int
    message_id: int
    thread_id: int | None
    text: str
    at: float
    raw: JsonObject


@dataclass(slots=True)
class Journal:
    """The lists themselves."""

    calls: list[Call] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    sent: list[SentMessage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def violation(self, method: str, description: str, params: JsonObject) -> None:
        """Add a violation."""
        self.violations.append(Violation(method, description, params))
