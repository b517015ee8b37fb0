"""A crowd at Telegram's door: many updates that wait there, taken in by the real bot in order.

What each person gets is judged by what they sent: one answer to each thing, in its order.
"""

import time
from dataclasses import dataclass
from typing import Final

from tests.botapi import BotApiServer, User
from tests.channels.telegram.running import running
from tests.playing.newcomer import plain

LIFE_OF_A_PRESS: Final = 150.0
PATIENCE: Final = 1800.0

ANSWERS: Final = {"/start": "Sprache", "/menu": "Sprache", "/help": "Lotse hilft", "Hallo": "Hallo"}
TEXTS: Final = ("/help", "Hallo", "/menu", "Hallo", "/help")
_WORDS: Final = {
    "Lotse hilft": "So hilft Ihnen Lotse",
    "Hallo": "Hallo! Schön",
    "Sprache": "Bitte wählen Sie Ihre Sprache",
}


@dataclass(frozen=True, slots=True)
class Drained:
    """How a backlog went in. `rate` is updates a second until all were confirmed."""

    updates: int
    people: int
    lost: int
    inverted: int
    expired_presses: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.updates / max(self.seconds, 1e-6)


def run(seed: int, updates: int, people: int) -> Drained:
    """Let `people` write `updates` texts in all while the bot is away, then start it.

    Everybody also pressed a button before an outage longer than Telegram keeps presses.
    """
    with BotApiServer(seed=seed) as server:
        crowd = [server.user(f"N{number}", language_code="de") for number in range(people)]
        for one in crowd:
            one.start()
            server.push(_press(one))
        server.advance(LIFE_OF_A_PRESS + 30)
        expired = people * 2 - server.pending()
        for number in range(updates - people):
            # Spread over time, as in an outage: nobody is taken for a flood.
            crowd[number % people].send(TEXTS[number // people % len(TEXTS)])
            if number % people == people - 1:
                server.advance(2)
        waiting = server.pending()
        with running(server, clean=False) as bot:
            began = time.monotonic()
            server.wait_until_confirmed(PATIENCE)
            seconds = time.monotonic() - began
            bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0, PATIENCE)
            taken = bot.service.intake.counts
        server.assert_clean()
        wrong = [_judged(server, one) for one in crowd]
    return Drained(
        updates=waiting,
        people=people,
        lost=waiting - taken.taken + sum(lost for lost, _ in wrong),
        inverted=sum(inverted for _, inverted in wrong),
        expired_presses=expired,
        seconds=seconds,
    )


def _press(user: User) -> dict[str, object]:
    """A press on a message from before the outage."""
    message = {"message_id": 5, "date": 1_795_305_600, "chat": {"id": user.id, "type": "private"}}
    press = {"id": f"p{user.id}", "from": user.raw, "chat_instance": "1", "data": "h"}
    return {"callback_query": {**press, "message": message}}


def _judged(server: BotApiServer, user: User) -> tuple[int, int]:
    """How many of a person's texts got no answer, and whether answers came in another order."""
    screen = user.screen()
    wanted = [ANSWERS[said.text] for said in screen.messages if said not in screen.from_bot]
    came = [_answer(plain(sent.text)) for sent in server.sent_to(user.chat_id)]
    return max(0, len(wanted) - len(came)), int(came != wanted)


def _answer(text: str) -> str:
    return next(kind for kind in ("Lotse hilft", "Hallo", "Sprache") if _WORDS[kind] in text)
