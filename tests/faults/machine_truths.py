"""What is true after every step of the machine, whatever happened before.

Tickets have a legal history, told twice: by their audit trail and by their state. Answers stay
what they were. The store in memory is looked at directly, the real one through its port.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.engine.interview import current_values, next_question, with_todays_ids
from bot.model.outbox import Act
from bot.model.tickets import MOVES, Move, NoteItem, State, TextItem, Ticket
from bot.usecases.unit import Unit
from tests.content.editing import id_of, number_of
from tests.content.test_edits import expected
from tests.faults.machine_world import Phone, World

_MOVED: Final[Mapping[str, Move | None]] = {
    "claim": Move.CLAIM,
    "release": Move.RELEASE,
    "pass_on": Move.PASS_ON,
    "answer": Move.ANSWER,
    "close": Move.CLOSE,
    "reopen": Move.REOPEN,
    "appended": Move.NEWCOMER_WRITES,
    "newcomer_wrote": Move.NEWCOMER_WRITES,
    "withdrawn": Move.WITHDRAW,
    "note": None,
    "rated": None,
    "reachable": None,
    "unreachable": None,
}
"""Entries of the trail that change a ticket, with the move they tell of."""

_BESIDE: Final = frozenset(
    {"opened", "read", "overdue", "alarm_repeated", "delivered", "undelivered", "topic_made_anew"}
)
"""Entries that tell of something without changing the ticket's version."""

_COURSES: Final = "courses."


class Truths:
    """Looks at a world after each step; remembers what it has looked at already."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._looked: dict[str, int] = {}
        self._compared: dict[str, int] = {}
        self._answers: dict[int, Mapping[str, Any]] = {}

    def hold(self) -> None:
        """Everything that can be seen without the real store."""
        self._trails = _trails(self._world)
        for ticket in self._world.tickets:
            self._ticket(ticket)
        for phone in self._world.phones.values():
            self._person(phone)

    def agree(self) -> None:
        """The real store has what its model has: everything that changed since last time."""
        world, trails = self._world, _trails(self._world)
        codes = [one.code for one in world.tickets if self._changed(one, trails, self._compared)]
        people = list(world.phones)

        def look(unit: Unit) -> Any:
            work = unit.work
            return (
                work.people.load(people),
                work.tickets.load(codes, None),
                {code: work.tickets.items(code) for code in codes},
                {code: work.tickets.audit_trail(code) for code in codes},
                work.outbox.waiting(),
                sorted(work.jobs.due(unit.now.replace(year=2100), 1000), key=repr),
                work.tickets.of_people([one.person for one in world.phones.values() if one.person]),
            )

        world.do(look)

    def _changed(self, ticket: Ticket, trails: Mapping[str, list[str]], known: Any) -> bool:
        number = len(trails.get(ticket.code, ())) + 10_000 * (ticket.person is None)
        if known.get(ticket.code) == number:
            return False
        known[ticket.code] = number
        return True

    # --- tickets --------------------------------------------------------------------------

    def _ticket(self, ticket: Ticket) -> None:
        if not self._changed(ticket, self._trails, self._looked):
            return
        trail = self._trails[ticket.code]
        assert trail[0] == "opened"
        assert trail.count("opened") == 1
        state, version = State.NEW, 1
        for what in trail:
            assert what in _MOVED or what in _BESIDE, what
            move = _MOVED.get(what)
            if move is not None:
                assert (state, move) in MOVES, (state, move)
                state = MOVES[state, move]
            version += what in _MOVED
        assert (ticket.state, ticket.version) == (state, version), trail
        assert ticket.open == (ticket.closed is None) == (ticket.outcome is None)
        assert (ticket.claimed_by is None) or ticket.state is not State.NEW
        items = self._world.state.items.get(ticket.code, ())
        numbers = [item.number for item in items]
        counted = self._world.state.item_counts.get(ticket.code, 0)
        assert numbers == list(range(counted - len(numbers) + 1, counted + 1))
        if ticket.person is None:
            said = [one for one in items if isinstance(one.body, TextItem) and not one.caseworker]
            assert not said, "words of somebody who was forgotten"
            assert not ticket.open
        else:
            assert len(numbers) == counted or ticket.code in self._world.state.shredded
        assert all(item.caseworker for item in items if isinstance(item.body, NoteItem))

    # --- people ---------------------------------------------------------------------------

    def _person(self, phone: Phone) -> None:
        """Answers are lost only by forgetting, and mean what they meant when they were given."""
        conversation = self._world.conversation(phone.telegram_id)
        person = conversation.person if conversation else None
        if phone.person is not None and person != phone.person:
            self._forgotten(phone)
        phone.person = person
        if conversation is None:
            self._answers.pop(phone.telegram_id, None)
            return
        edition = self._world.edition
        before = self._answers.get(phone.telegram_id)
        if before is conversation.answers and not self._world.edited:
            return
        self._answers[phone.telegram_id] = conversation.answers
        names = {_COURSES + asked.name: asked for asked in edition.desk.questions}
        if not self._world.edited:
            for name, answer in conversation.answers.items():
                if name in names and (before is None or before.get(name) != answer):
                    asked = names[name]
                    assert answer.meaning == asked.meaning
                    phone.said[asked.number] = (number_of(answer.value), answer.meaning)
        today = with_todays_ids(edition.content, conversation)
        for number, (option, meaning) in phone.said.items():
            now = edition.desk.at(number)
            assert now is not None
            kept = today.answers[_COURSES + now.name]
            assert (kept.value, kept.meaning) == (id_of(option), meaning)
        topic = edition.content.topics["courses"]
        assert current_values(topic, today.answers) == expected(edition.desk, phone.said)
        question = next_question(topic, today.answers)
        assert question is None or question.id not in expected(edition.desk, phone.said)

    def _forgotten(self, phone: Phone) -> None:
        """Nothing of the person is left in the outbox or at the tickets."""
        state = self._world.state
        phone.life += 1
        phone.said = {}
        rows = [row.delivery for row in state.outbox.values() if row.delivery is not None]
        assert not [one for one in rows if one.person == phone.person]
        about = [one for one in rows if one.chat == phone.telegram_id and one.act is not Act.DELETE]
        assert all(one.person is None for one in about)
        assert not [one for one in state.tickets.values() if one.person == phone.person]


def _trails(world: World) -> dict[str, list[str]]:
    """What happened to each ticket, by the model's audit."""
    trails: dict[str, list[str]] = {}
    for entry in world.state.audit:
        trails.setdefault(entry.ticket, []).append(entry.what)
    return trails
