"""A newcomer who hands over and then writes to the case, and what has to come of it.

Texts are numbered, and between two of them comes something the bot answers in other words. So the
answers of one chat tell whether any was lost or overtaken, and a repeated one is not mistaken for
the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.model.tickets import TextItem
from bot.usecases.ports import Work
from tests.botapi.people import User
from tests.playing.newcomer import plain
from tests.process.newcomers import Newcomer, words

THINGS_AT_ONCE = 4
"""Enough for a queue of one chat, too little for the limit of what one person may write."""

SENT = "bot/sent.title#text"
RECEIVED = "bot/case.received#text"
OTHERS: dict[str, Callable[[User], int]] = {
    "bot/no.sticker#text": User.sticker,
    "bot/no.voice#text": User.voice,
    "bot/no.photo#text": User.photo,
    "bot/no.location#text": User.location,
    "bot/no.contact#text": User.contact,
    "bot/no.other#text": User.poll,
}
"""What is no text, by the answer it gets."""

BY_ITSELF = frozenset({"read", "overdue", "delivered"})
"""Entries of an audit trail that change no case."""


@dataclass
class Figures:
    """What a row of kills did. Only repeated messages are allowed, and only as many as were sent
    at once."""

    kills: int = 0
    updates: int = 0
    lost: int = 0
    doubled: int = 0
    inverted: int = 0
    duplicates: int = 0

    def __str__(self) -> str:
        wrong = f"{self.lost} lost, {self.doubled} doubled, {self.inverted} inverted"
        return f"{self.kills} kills, {self.updates} updates: {wrong}, {self.duplicates} repeated"


@dataclass
class Correspondent:
    """Hands over, writes to the case as soon as it is open, and remembers what was written.

    `steps` are what the case's audit trail has to say, `texts` what stands in the case and
    `told` which of them a caseworker wrote; `expected` are the answers, in order.
    """

    newcomer: Newcomer
    hands_over_in: int = 0
    impatient: bool = False
    texts: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    updates: int = 0

    def go_on(self, round_: int) -> None:
        """Hand over when it is time; once the case's number was read, write every other round."""
        if round_ == self.hands_over_in:
            self.hand_over()
        elif (round_ - self.hands_over_in) % 2 and SENT in self.answers():
            self.write(THINGS_AT_ONCE)

    def hand_over(self) -> None:
        """Send the summary; who is impatient presses twice."""
        for _ in range(2 if self.impatient else 1):
            self.newcomer.press("bot/summary.send#text")
            self.updates += 1
        self.expected.append(SENT)
        self.steps.append("opened")

    def write(self, things: int) -> None:
        """Write to the case, with something else after every text."""
        for _ in range(things):
            self._write_one()

    def hear(self, text: str) -> None:
        """A caseworker has answered with `text`."""
        self.texts.append(text)
        self.told.append(text)
        self.expected.append(text)
        self.steps.append("answer")

    def write_text(self, text: str) -> None:
        """Write just this to the case; the last thing must not have been a text."""
        self.texts.append(text)
        self.expected.append(RECEIVED)
        self.steps.append("newcomer_wrote")
        self.newcomer.user.send(text)
        self.updates += 1

    def _write_one(self) -> None:
        user = self.newcomer.user
        if self.expected[-1] != RECEIVED:
            self.write_text(f"m{len(self.texts) + 1:03}")
        else:
            kind = list(OTHERS)[len(self.texts) % len(OTHERS)]
            self.expected.append(kind)
            OTHERS[kind](user)
            self.updates += 1

    @property
    def unanswered(self) -> int:
        """How many answers have not arrived yet: at least as many calls are still to come."""
        return len(self.expected) - len(once(self.answers()))

    def answers(self) -> list[str]:
        """What the bot has sent since the handover, every repetition too."""
        known = {key: words(key, self.newcomer.language) for key in (SENT, RECEIVED, *OTHERS)}
        known |= {text: text for text in self.told}
        shown = [plain(message.text) for message in self.newcomer.user.screen().from_bot]
        return [key for text in shown for key, told in known.items() if told in text]


def once(answers: Sequence[str]) -> list[str]:
    """The answers without repetitions: no two that follow each other are meant to be the same."""
    return [key for key, _ in groupby(answers)]


def judged(kills: int, correspondents: Sequence[Correspondent], work: Work) -> Figures:
    """Compare what was written with what is stored and what was answered."""
    figures = Figures(kills, sum(one.updates for one in correspondents))
    for one in correspondents:
        _judge_answers(figures, one)
        _judge_case(figures, one, work)
    return figures


def _judge_answers(figures: Figures, one: Correspondent) -> None:
    answers = one.answers()
    figures.duplicates += len(answers) - len(once(answers))
    compare(figures, one.expected, once(answers))


def _judge_case(figures: Figures, one: Correspondent, work: Work) -> None:
    person = work.people.load([one.newcomer.user.id])[one.newcomer.user.id].person
    tickets = work.tickets.of_people([person])[person]
    figures.doubled += len(tickets) - 1
    for ticket in tickets:
        items = [item.body for item in work.tickets.items(ticket.code)]
        texts = [body.text for body in items if isinstance(body, TextItem)]
        compare(figures, one.texts, texts)
        trail = [entry.what for entry in work.tickets.audit_trail(ticket.code)]
        steps = [what for what in trail if what not in BY_ITSELF]
        compare(figures, one.steps, steps)
        figures.doubled += abs(ticket.version - len(steps))


def compare(figures: Figures, wanted: Sequence[str], there: Sequence[str]) -> None:
    """Count what is missing and what is too much; if it is all there, what is out of order."""
    lost = sum(max(0, wanted.count(each) - there.count(each)) for each in set(wanted))
    doubled = sum(max(0, there.count(each) - wanted.count(each)) for each in set(there))
    figures.lost += lost
    figures.doubled += doubled
    if not lost and not doubled:
        figures.inverted += sum(a != b for a, b in zip(wanted, there, strict=True))
