"""What caseworkers, the editor, the county's IT and time do to the machine, faults among it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.model.listing import Shown
from bot.model.outbox import Fate
from bot.model.tickets import Caseworker, Outcome, Ticket
from bot.usecases import casework, deadlines, reading, room
from bot.usecases.forget import forget
from bot.usecases.refusals import Refused
from bot.usecases.room_events import Elsewhere, Ordered, RoomArrival
from bot.usecases.unit import Unit
from tests.faults.machine_stage import Stage, people, places
from tests.faults.machine_world import ROOM, Trouble, colleague

staff = st.integers(0, 3)
versions = st.sampled_from([None, 0, 0, 0, -1])
"""What the caseworker saw: they do not say, the present version, or the one before."""

STEPS: Final = tuple(
    timedelta(**one)
    for one in (
        {"seconds": 6},
        {"minutes": 20},
        {"hours": 3},
        {"days": 1},
        {"days": 8},
        {"days": 40},
        {"hours": -1},
        {"days": -1},
    )
)
SPRING: Final = datetime(2027, 3, 28, 0, 59, 50, tzinfo=UTC)
"""Ten seconds before the clocks of Europe go forward."""

AUTUMN: Final = datetime(2027, 10, 31, 0, 59, 50, tzinfo=UTC)

with_cases = precondition(lambda self: bool(self.world.state.tickets))

Doing = Callable[[Unit, Caseworker, str, int | None], Ticket | Refused]


class OfficeRules(Stage):
    """Rules of everybody who is no newcomer."""

    # --- caseworkers ----------------------------------------------------------------------

    def works(self, by: int, case: int, version: int | None, doing: Doing) -> None:
        """One change of a ticket by a colleague; another team's is refused as unknown."""
        tickets = self.world.tickets
        ticket = tickets[case % len(tickets)]
        who = colleague(by)
        seen = None if version is None else ticket.version + version
        lost = self.world.trouble is Trouble.ANSWER_LOST
        done = self.world.do(lambda unit: doing(unit, who, ticket.code, seen))
        if ticket.team not in who.teams:
            assert isinstance(done, Refused)
        if isinstance(done, Refused):
            # After a lost answer the second run finds its own work, and is refused as stale.
            assert lost or self.world.state.tickets[ticket.code] == ticket
        else:
            assert version != -1, "a stale version was taken"
        self.settle()

    @with_cases
    @rule(by=staff, case=places, version=versions)
    def claims(self, by: int, case: int, version: int | None) -> None:
        self.works(by, case, version, casework.claim)

    @with_cases
    @rule(by=staff, case=places, version=versions)
    def releases(self, by: int, case: int, version: int | None) -> None:
        self.works(by, case, version, casework.release)

    @with_cases
    @rule(by=staff, case=places, version=versions)
    def answers_in_words(self, by: int, case: int, version: int | None) -> None:
        marks = {phone.person: phone.mark() for phone in self.world.phones.values()}

        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            whose = self.world.state.tickets[code].person
            text = f"Guten Tag {marks.get(whose, '')}" if whose else "Guten Tag"
            return casework.answer_text(unit, who, code, seen, text)

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, day=st.sampled_from(["2027-01-05", "x", ""]))
    def sends_a_reply(self, by: int, case: int, version: int | None, day: str) -> None:
        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.answer_reply(unit, who, code, seen, "offer", {"date": day})

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, place=places)
    def sends_a_card(self, by: int, case: int, version: int | None, place: int) -> None:
        cards = self.world.edition.content.topics["courses"].cards
        card = cards[place % len(cards)].id

        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.send_card(unit, who, code, seen, card)

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, place=places)
    def asks(self, by: int, case: int, version: int | None, place: int) -> None:
        content = self.world.edition.content
        fields = [*content.asks, *(one.id for one in content.topics["courses"].questions)]
        field = fields[place % len(fields)]

        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.ask(unit, who, code, seen, field)

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, text=st.sampled_from(["Notiz", "", "x" * 4000]))
    def notes(self, by: int, case: int, version: int | None, text: str) -> None:
        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.note(unit, who, code, seen, text)

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, to=st.sampled_from(["language", "counsel", "x"]))
    def passes_on(self, by: int, case: int, version: int | None, to: str) -> None:
        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.pass_on(unit, who, code, seen, to, "bitte übernehmen")

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions, outcome=st.sampled_from([*Outcome, "x"]))
    def closes(self, by: int, case: int, version: int | None, outcome: str) -> None:
        def doing(unit: Unit, who: Caseworker, code: str, seen: int | None) -> Ticket | Refused:
            return casework.close(unit, who, code, seen, outcome)

        self.works(by, case, version, doing)

    @with_cases
    @rule(by=staff, case=places, version=versions)
    def reopens(self, by: int, case: int, version: int | None) -> None:
        self.works(by, case, version, casework.reopen)

    @with_cases
    @rule(by=staff, case=places)
    def reads(self, by: int, case: int) -> None:
        tickets = self.world.tickets
        ticket, who = tickets[case % len(tickets)], colleague(by)
        seen = self.world.do(lambda unit: reading.read(unit, who, ticket.code))
        assert isinstance(seen, Refused) == (ticket.team not in who.teams)
        listed, _ = self.world.do(lambda unit: reading.listed(unit, who, Shown.OPEN))
        assert all(one.team in who.teams for one in listed)
        self.settle()

    @rule(member=st.sampled_from([None, 1, 7001]), name=st.sampled_from(["close", "claim", "x"]))
    def a_stranger_writes_in_the_group(self, member: int | None, name: str) -> None:
        """Membership alone grants nothing."""
        before = self.world.tickets
        for event in (Ordered(name, "advised"), Elsewhere()):
            arrival = RoomArrival(ROOM, member, 7, event)
            self.world.do(lambda unit, one=arrival: room.receive(unit, one, room.Door()))  # type: ignore[misc]
        assert self.world.tickets == before
        self.settle()

    # --- the editor -----------------------------------------------------------------------

    @precondition(lambda self: self.world.published + 1 < len(self.world.editions))
    @rule()
    def publishes_the_next_edition(self) -> None:
        """Everybody is in the middle of something, and nobody notices more than new questions."""
        self.world.published += 1
        self.world.edited = True
        self.settle()

    # --- deliveries -----------------------------------------------------------------------

    @rule(
        fates=st.lists(st.sampled_from(list(Fate)), min_size=1, max_size=4), arrives=st.booleans()
    )
    def the_line_is_bad(self, fates: list[Fate], arrives: bool) -> None:
        self.truths.hold()
        self.world.deliver(tuple(fates), arrives=arrives)
        self.settle()

    @rule(fate=st.sampled_from([Fate.UNKNOWN, Fate.NOT_SENT, Fate.DEAD]), phone=people)
    def messages_do_not_arrive(self, fate: Fate, phone: int) -> None:
        """What follows is put into the outbox below what still waits."""
        someone = self.phone(phone)
        number = self.world.next_number()
        self.world.arrive(someone, "message", {"message_id": number, "text": "/menu"})
        self.truths.hold()
        self.world.deliver((fate,), arrives=False)
        self.settle()

    # --- the store and the machine below -----------------------------------------------------

    @rule(trouble=st.sampled_from(list(Trouble)))
    def the_next_commit_fails(self, trouble: Trouble) -> None:
        self.world.trouble = trouble

    @precondition(lambda self: self.steps % 4 == 1)
    @rule()
    def the_process_is_started_anew(self) -> None:
        self.world.restart()
        self.settle()

    @precondition(lambda self: self.steps % 16 == 9)
    @rule()
    def the_master_key_is_exchanged(self) -> None:
        self.world.rotate()
        self.settle()

    # --- time -------------------------------------------------------------------------------

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: timedelta) -> None:
        self.world.now += step
        self.settle()

    @rule(moment=st.sampled_from([SPRING, AUTUMN]))
    def clocks_are_changed(self, moment: datetime) -> None:
        """Around the two nights of the year that have 23 or 25 hours."""
        self.world.now = max(self.world.now, moment)
        self.due()
        self.world.now += timedelta(seconds=20)
        self.due()

    @rule()
    def what_is_due_is_done(self) -> None:
        self.due()

    def due(self) -> None:
        done: Any = self.world.do(deadlines.run_due)
        assert done <= len(self.world.tickets) + 1
        self.settle()

    @rule(sure=st.booleans())
    def old_data_is_cleared(self, sure: bool) -> None:
        self.world.do(lambda unit: deadlines.clear(unit, sure=sure))
        self.settle()

    @rule(phone=people)
    def somebody_is_erased_by_the_administrator(self, phone: int) -> None:
        person = self.phone(phone).person
        if person is not None and self.steps % 5 == 0:
            self.world.do(lambda unit: forget(unit, person))
            self.settle()
