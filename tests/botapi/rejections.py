"""What the Bot API answers when it refuses a call, and whose mistake that was.

A refusal that the world brought about (a blocked bot, a topic somebody deleted, an expired
press) is no mistake of the bot; everything else is, and the server records it.
"""

from enum import StrEnum

from tests.botapi.schema import JsonObject


class Blame(StrEnum):
    """Who could have avoided the refusal."""

    BOT = "bot"
    WORLD = "world"


class Rejected(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        blame: Blame = Blame.BOT,
        parameters: JsonObject | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.blame = blame
        self.parameters = parameters

    def body(self) -> JsonObject:
        """Return the JSON answer."""
        answer: JsonObject = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters is not None:
            answer["parameters"] = self.parameters
        return answer


class NotSimulated(Rejected):
    """Telegram knows this, the simulation does not: the test must not pass by accident."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"Not Implemented: the test server does not simulate {what}")


def bad(description: str) -> Rejected:
    """Return a 400 that the bot should have avoided."""
    return Rejected(400, f"Bad Request: {description}")


def unlucky(description: str) -> Rejected:
    """Return a 400 that the bot could not foresee."""
    return Rejected(400, f"Bad Request: {description}", blame=Blame.WORLD)


def forbidden(description: str) -> Rejected:
    """Return a 403 that the bot could not foresee."""
    return Rejected(403, f"Forbidden: {description}", blame=Blame.WORLD)
