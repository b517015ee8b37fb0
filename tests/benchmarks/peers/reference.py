"""The journey that every compared bot has: ten updates, each answered with a marked text.

As long as Lotse's own: start, language, notice, topic, four answers, a person, send. The reply to
update k carries STEPkk and four buttons. Only the standard library is needed here.
"""

import os
from typing import Final

TOKEN: Final = os.environ.get("BENCH_TOKEN", "4242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
API: Final = os.environ.get("BENCH_API", "http://127.0.0.1:8082")
PORT: Final = int(os.environ.get("BENCH_PORT", "8081"))
SECRET: Final = os.environ.get("BENCH_SECRET", "a-secret-of-the-benchmarks")
DATA: Final = os.environ.get("BENCH_DATA", ".")
PATH: Final = "/webhook"

EXPECTED: Final = ("lang", "priv", "topic", "q1", "q2", "q3", "q4", "human", "human")
"""Which prefix of the callback data the bot accepts after its reply 1, 2, ..."""

KEYS: Final = ("lang", "privacy", "topic", "q1", "q2", "q3", "q4", "human", "confirm")
"""Under which name that answer is stored."""

STEPS: Final = len(EXPECTED) + 1


def marker(step: int) -> str:
    """What the text of reply `step` (1 to 10) contains."""
    return f"STEP{step:02d}"


def text(step: int) -> str:
    return f"{marker(step)} Question text of the previous step, about eighty characters long."


def buttons(step: int) -> list[list[tuple[str, str]]]:
    """The keyboard of reply `step`: rows of (label, callback data)."""
    prefix = EXPECTED[step - 1] if step < STEPS else "end"
    return [
        [("Answer one", f"{prefix}:a"), ("Answer two", f"{prefix}:b")],
        [("Answer three", f"{prefix}:c"), ("Back", f"{prefix}:d")],
    ]
