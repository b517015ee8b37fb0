"""The names of the places at which a bot is killed, and what somebody has to do so that it passes.

How a place is passed is in `failpoints`, what people do in `deeds`.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Final


class Deed(Enum):
    """What leads a bot to a place: its first start, any start, what people do, or its end."""

    FIRST_START = auto()
    START = auto()
    HOOKING = auto()
    TALK = auto()
    OPEN = auto()
    WRITE = auto()
    EXPORT = auto()
    FORGET = auto()
    CLAIM = auto()
    RELEASE = auto()
    ANSWER = auto()
    NOTE = auto()
    CLOSE = auto()
    REOPEN = auto()
    DESK = auto()
    POISON = auto()
    LATE = auto()
    END = auto()


WRITES: Final = ("half written", "before commit", "committed")
COMMITS: Final = WRITES[1:]
CALLS: Final = ("before", "written", "answered")

UNITS: Final[Mapping[str, Deed]] = {
    "migration": Deed.FIRST_START,
    "group setting": Deed.FIRST_START,
    "profile": Deed.FIRST_START,
    "begin": Deed.START,
    "retention": Deed.START,
    "webhook note": Deed.HOOKING,
    "updates": Deed.TALK,
    "conversation": Deed.TALK,
    "marks": Deed.TALK,
    "opened": Deed.OPEN,
    "topic": Deed.OPEN,
    "topic header": Deed.OPEN,
    "newcomer_wrote": Deed.WRITE,
    "withdrawn": Deed.FORGET,
    "forgotten": Deed.FORGET,
    "claim": Deed.CLAIM,
    "release": Deed.RELEASE,
    "answer": Deed.ANSWER,
    "note": Deed.NOTE,
    "close": Deed.CLOSE,
    "reopen": Deed.REOPEN,
    "part": Deed.EXPORT,
    "attempt": Deed.POISON,
    "quarantine": Deed.POISON,
    "overdue": Deed.LATE,
    "end": Deed.END,
}
"""Units of work that write."""

METHODS: Final[Mapping[str, Deed]] = {
    "setMyCommands": Deed.FIRST_START,
    "getMe": Deed.START,
    "getWebhookInfo": Deed.START,
    "setWebhook": Deed.HOOKING,
    "getUpdates": Deed.TALK,
    "sendMessage": Deed.WRITE,
    "editMessageText": Deed.TALK,
    "answerCallbackQuery": Deed.TALK,
    "createForumTopic": Deed.OPEN,
    "pinChatMessage": Deed.OPEN,
    "closeForumTopic": Deed.CLOSE,
    "reopenForumTopic": Deed.REOPEN,
}

TAKING: Final = "taking"
SENT: Final = "sent, not marked"
FREE: Final = "marked, slot free"
PART: Final = "between two parts"
TAKEN: Final = "taken, not confirmed"
RECEIVED: Final = "received, nothing done"
HEARD: Final = "committed, before 200"
ERASED: Final = "erased, not written down"
WRITTEN_DOWN: Final = "erasure written down"
GHOSTS: Final = "erased, log not emptied"
EMPTIED: Final = "erased, log emptied"
FORM: Final = "form of the desk received"
DONE: Final = "form of the desk done, not answered"
ASKED: Final = "asked to end"
DRAINED: Final = "drained"

BOUNDARIES: Final[Mapping[str, Deed]] = {
    SENT: Deed.WRITE,
    FREE: Deed.WRITE,
    PART: Deed.EXPORT,
    TAKEN: Deed.TALK,
    RECEIVED: Deed.TALK,
    HEARD: Deed.TALK,
    ERASED: Deed.FORGET,
    WRITTEN_DOWN: Deed.FORGET,
    GHOSTS: Deed.FORGET,
    EMPTIED: Deed.FORGET,
    FORM: Deed.DESK,
    DONE: Deed.DESK,
    ASKED: Deed.END,
    DRAINED: Deed.END,
}

ON_SQLITE: Final = frozenset({GHOSTS, EMPTIED})
BY_POLLING: Final = frozenset({TAKEN, *(f"getUpdates: {step}" for step in CALLS)})
BY_WEBHOOK: Final = frozenset(
    {
        RECEIVED,
        HEARD,
        *(f"setWebhook: {step}" for step in CALLS),
        *(f"webhook note: {step}" for step in WRITES),
    }
)


def _steps(names: Mapping[str, Deed], steps: Iterable[str]) -> dict[str, Deed]:
    return {f"{name}: {step}": deed for name, deed in names.items() for step in steps}


PLACES: Final[Mapping[str, Deed]] = {
    **_steps(UNITS, WRITES),
    **_steps({TAKING: Deed.WRITE}, COMMITS),
    **_steps(METHODS, CALLS),
    **BOUNDARIES,
}
"""Every place, by what leads there."""
