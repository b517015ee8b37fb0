"""What the people of a town do, so that the bot passes one place after the other.

A deed does not wait for its effect: the bot may die of it. What has to be there before it is made
ready first. Everything that is done is noted down, for the judge.
"""

import random  # noqa: TID251 - deeds follow a seed
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from itertools import cycle
from typing import Final

import httpx

from bot.model.records import Session
from bot.model.tickets import Caseworker
from tests.botapi.groups import Member
from tests.botapi.samples import samples
from tests.faults.places import Deed
from tests.faults.town import Town
from tests.process.correspondence import Correspondent
from tests.process.newcomers import (
    LANGUAGE,
    NATIVE_NAMES,
    TO_THE_SUMMARY,
    Newcomer,
)

STEPS: Final = (LANGUAGE, "bot/agree#text", *TO_THE_SUMMARY)
"""From /start to the summary of a case."""

AT_ONCE: Final = 2
"""So many people do something at once."""

THINGS: Final = 2
PUSH: Final = 2.9
"""Days: less than what retention takes for a jump of the clock."""

LONG: Final = "Sehr geehrte Damen und Herren " * 90
EXPORTED: Final = 3
"""Long texts in a case whose export needs several messages."""

TOKEN: Final = "session-of-the-tests-0123456789"
CSRF: Final = "form-of-the-tests-0123456789"
TEAMS: Final = frozenset({"jobs", "integration"})


class Died(Exception):
    """The bot died while something was made ready: it passed its place a moment later."""


class Phase(StrEnum):
    """How far a case is; only a fresh one is written to by its newcomer.

    Who was told of a closing is back in the menu: what they write then is no part of the case,
    even if it is opened AGAIN. In one that is EXPORTED again and again nothing else happens, so
    that each of its exports has to say the same.
    """

    FRESH = auto()
    EXPORTED = auto()
    AGAIN = auto()
    CLAIMED = auto()
    CLOSED = auto()
    GONE = auto()


@dataclass
class Case:
    """A newcomer's case as people know it."""

    who: Correspondent
    code: str = ""
    phase: Phase = Phase.FRESH
    undecided: dict[str, str] | None = None
    exports: int = 0


@dataclass
class Visitor:
    """Somebody on the way to the summary; `at` is the next step."""

    newcomer: Newcomer
    at: int = -1

    def go_on(self) -> None:
        if self.at < 0:
            self.newcomer.user.start()
        else:
            self.newcomer.press(STEPS[self.at])
        self.at += 1

    @property
    def arrived(self) -> bool:
        return self.at == len(STEPS)


@dataclass
class People:
    """Everybody in a town. `made_ready` prepares a deed, `do` does it."""

    town: Town
    chance: random.Random
    visitors: list[Visitor] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    poisoned: int = 0
    _member: Member | None = None
    _ready: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._languages = cycle(self.chance.sample(sorted(NATIVE_NAMES), len(NATIVE_NAMES)))
        self._desk = httpx.Client(
            base_url=f"http://127.0.0.1:{self.town.desk}",
            cookies={"desk": TOKEN},
            headers={"Origin": f"http://127.0.0.1:{self.town.desk}"},
            timeout=60.0,
        )

    # --- what deeds need --------------------------------------------------------------------

    def settle_in(self) -> None:
        """A caseworker with an account, bound to a member of the group, signed in at the desk."""
        user = self.town.telegram.user("Anna", language_code="de")
        self._member = self.town.group.member(user)
        anna = Caseworker("anna", "anna", "Anna", TEAMS, telegram_id=user.id)
        now = datetime.now(UTC)  # noqa: TID251 - a session that lasts longer than the test
        session = Session(TOKEN, "anna", now, now + timedelta(days=300), CSRF)
        with self.town.data() as work:
            work.staff.save(anna, None)
            work.staff.put_session(session)

    def make_ready(self, deed: Deed) -> None:
        """Bring about what `deed` needs; the bot lives and everything is quiet afterwards."""
        self._ready = []
        self.learn_codes()
        if deed is Deed.TALK:
            self._visitors(2 * AT_ONCE, arrived=False)
        elif deed in {Deed.OPEN, Deed.LATE}:
            self._visitors(1, arrived=True)
        elif deed in {Deed.WRITE, Deed.END}:
            self._cases(AT_ONCE, Phase.FRESH)
        elif deed in {Deed.NOTE, Deed.ANSWER, Deed.DESK, Deed.CLAIM}:
            self._cases(1, Phase.FRESH)
        elif deed in {Deed.RELEASE, Deed.CLOSE}:
            self._cases(1, Phase.CLAIMED, via="/claim")
        elif deed is Deed.REOPEN:
            self._cases(1, Phase.CLOSED, via="/close advised")
        elif deed is Deed.FORGET:
            self._cases(1, Phase.FRESH)
            self._ready[0].who.newcomer.user.send("/delete")
        elif deed is Deed.EXPORT:
            self._long_case()
        self._quiet()

    def _quiet(self) -> None:
        if self.town.ended():
            raise Died

    def _visitors(self, number: int, *, arrived: bool) -> None:
        while sum(one.arrived is arrived for one in self.visitors) < number:
            going = [one for one in self.visitors if not one.arrived]
            if not arrived or len(going) < number:
                name = f"N{len(self.visitors) + len(self.cases)}"
                newcomer = Newcomer.arrived(self.town.telegram, name, next(self._languages))
                self.visitors.append(Visitor(newcomer))
                continue
            for one in going:
                one.go_on()
            self._quiet()

    def _cases(self, number: int, phase: Phase, via: str = "") -> None:
        """Have `number` cases in `phase`; those that are missing are led there."""
        if phase is not Phase.FRESH:
            there = [case for case in self.cases if case.phase is phase]
            if len(there) < number:
                before = Phase.CLAIMED if phase is Phase.CLOSED else Phase.FRESH
                self._cases(number, before, via="/claim")
                for case in self._ready:
                    self.order(case, via)
                self._quiet()
        elif sum(case.phase is phase for case in self.cases) < number:
            self._visitors(number, arrived=True)
            self._open()
            self._quiet()
            self.learn_codes()
        self._ready = [case for case in self.cases if case.phase is phase][-number:]

    def learn_codes(self) -> None:
        for case in self.cases:
            if not case.code:
                case.code = case.who.newcomer.ticket_code()

    def _long_case(self) -> None:
        """A case whose export takes several messages: one for all exports."""
        self._ready = [case for case in self.cases if case.phase is Phase.EXPORTED]
        if not self._ready:
            self._cases(1, Phase.FRESH)
            self._write_much(self._ready[0])
            self._ready[0].phase = Phase.EXPORTED

    def _write_much(self, case: Case) -> None:
        while sum(len(text) > len(LONG) // 2 for text in case.who.texts) < EXPORTED:
            if case.who.expected[-1] == "bot/case.received#text":
                case.who.write(1)
            case.who.write_text(f"m{len(case.who.texts) + 1:03} {LONG}".strip())

    # --- deeds ------------------------------------------------------------------------------

    def do(self, deed: Deed) -> None:
        """Do it, and let others write meanwhile."""
        self.learn_codes()
        deeds: Mapping[Deed, Callable[[], None]] = {
            Deed.TALK: self._talk,
            Deed.OPEN: self._open,
            Deed.WRITE: self._write,
            Deed.EXPORT: self._export,
            Deed.FORGET: self._forget,
            Deed.CLAIM: lambda: self._order_all("/claim"),
            Deed.RELEASE: lambda: self._order_all("/release"),
            Deed.CLOSE: lambda: self._order_all("/close advised"),
            Deed.REOPEN: self._reopen,
            Deed.NOTE: self._note,
            Deed.ANSWER: self._answer,
            Deed.DESK: self._answer_at_the_desk,
            Deed.POISON: self._poison,
            Deed.LATE: self._wait_for_days,
            Deed.END: self._end,
        }
        deeds[deed]()
        if deed not in {Deed.WRITE, Deed.END, Deed.LATE}:
            self._write_beside()

    def _write_beside(self) -> None:
        """Somebody whose case nothing else happens to writes.

        Who has not read the case's number yet waits: a text may overtake the press before it.
        """
        others = [
            case
            for case in self.cases
            if case.phase is Phase.FRESH and case.code and case not in self._ready
        ]
        for case in others[:AT_ONCE]:
            case.who.write(THINGS)

    def _talk(self) -> None:
        for one in [one for one in self.visitors if not one.arrived][: 2 * AT_ONCE]:
            one.go_on()

    def _open(self) -> None:
        for visitor in [one for one in self.visitors if one.arrived]:
            self.visitors.remove(visitor)
            who = Correspondent(visitor.newcomer, impatient=self.chance.random() < 0.3)
            self.cases.append(Case(who))
            who.hand_over()

    def _write(self) -> None:
        for case in self._ready:
            case.who.write(THINGS)

    def write_all(self) -> None:
        """Everybody with a fresh case writes."""
        for case in self.cases:
            if case.phase is Phase.FRESH:
                case.who.write(THINGS)

    def _export(self) -> None:
        self._ready[0].who.newcomer.user.send("/export")
        self._ready[0].exports += 1

    def _forget(self) -> None:
        case = self._ready[0]
        case.who.newcomer.press("bot/delete.yes#text")
        case.phase = Phase.GONE

    def _end(self) -> None:
        self._write()
        self.town.bot.ask_to_end()

    def _wait_for_days(self) -> None:
        """New cases that nobody answers until long after they are due."""
        self._open()
        self._quiet()
        self.town.kill()
        self.town.days += PUSH
        self.town.start()

    def _poison(self) -> None:
        """An update with nonsense where the text should be, from somebody new."""
        user = self.town.telegram.user(f"P{self.poisoned}", language_code="de")
        user.chat.started = True
        raw = dict(samples(user.id)["message/text"])
        message = {**raw["message"], "text": ["nonsense"], "from": user.raw, "chat": user.chat.raw}
        self.town.telegram.push({**raw, "message": message})
        self.poisoned += 1

    # --- caseworkers --------------------------------------------------------------------------

    def order(self, case: Case, text: str) -> None:
        """The caseworker writes into the case's topic."""
        assert self._member is not None
        topic = self.town.group.wait_for_topic(case.code, 60.0)
        self._member.in_topic(topic).send(text)
        for start, (step, phase) in _ORDERS.items():
            if text.startswith(start):
                was_closed = "close" in case.who.steps
                case.who.steps.append(step)
                case.phase = phase or case.phase
                if case.phase is Phase.FRESH and was_closed:
                    case.phase = Phase.AGAIN
                return

    def _order_all(self, text: str) -> None:
        for case in self._ready:
            self.order(case, text)

    def _note(self) -> None:
        """In other words each time: the same words right after each other are one note."""
        for case in self._ready:
            self.order(case, f"//Notiz {case.who.steps.count('note') + 1}")

    def _reopen(self) -> None:
        """By the button, once a member has opened the closed topic."""
        assert self._member is not None
        for case in self._ready:
            topic = self.town.group.wait_for_topic(case.code, 60.0)
            self.town.group.reopen_topic(topic, by=self._member)
            self._member.in_topic(topic).press("Wieder öffnen")
            case.who.steps.append("reopen")
            case.phase = Phase.CLAIMED

    def _answer(self) -> None:
        for case in self._ready:
            self._claimed_first(case)
            case.who.hear(f"k{len(case.who.told) + 1:03}")
            self.order(case, case.who.told[-1])

    def _claimed_first(self, case: Case) -> None:
        """Who answers a new case takes it on."""
        if case.who.steps.count("claim") == case.who.steps.count("release"):
            case.who.steps.append("claim")
        case.phase = Phase.CLAIMED

    def _answer_at_the_desk(self) -> None:
        case = self._ready[0]
        with self.town.data() as work:
            version = work.tickets.load((case.code,), None)[case.code].version
        self._claimed_first(case)
        case.who.hear(f"k{len(case.who.told) + 1:03}")
        text = case.who.told[-1]
        case.undecided = {"kind": "text", "text": text, "version": str(version), "csrf": CSRF}
        self.send_again()

    def send_again(self) -> None:
        """Send every form again that got no answer, unchanged, as a browser does."""
        for case in self.cases:
            if case.undecided is not None:
                try:
                    answer = self._desk.post(f"/desk/tickets/{case.code}/send", data=case.undecided)
                except httpx.TransportError:
                    continue
                assert answer.status_code in {303, 409, 422}, (answer.status_code, answer.text)
                case.undecided = None

    def close(self) -> None:
        self._desk.close()


_ORDERS: Final[Mapping[str, tuple[str, Phase | None]]] = {
    "/claim": ("claim", Phase.CLAIMED),
    "/release": ("release", Phase.FRESH),
    "/close": ("close", Phase.CLOSED),
    "//": ("note", None),
}
