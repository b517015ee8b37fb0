"""Of a long case the newest is read, and it is exactly the end of what reading all would show."""

from dataclasses import replace
from datetime import timedelta
from random import Random  # noqa: TID251 - cases are drawn from a seed

import pytest

from bot.model.phrases import Phrase
from bot.model.records import AuditEntry
from bot.model.tickets import Author, CardItem, EventItem, Item, ItemBody, NoteItem, TextItem
from bot.usecases import delivered, excerpt, forget
from bot.usecases.delivered import CORRECT, DELIVERED, RESEND, UNDELIVERED, Stage
from bot.usecases.excerpt import Excerpt
from bot.usecases.ports import Store
from tests.usecases.county import ANNA, LEVEL, NOW, County, answered

CODE = "K7MX2Q"
FEW = 6
STEP = timedelta(minutes=50)
BODIES: tuple[ItemBody, ...] = (
    answered(LEVEL, "none"),
    CardItem("language_courses.integration", Phrase("language_courses/card.integration#title")),
    TextItem("Satz"),
    NoteItem("Vermerk"),
    EventItem("closed", {}),
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small cases are long ones here."""
    monkeypatch.setattr(excerpt, "NEWEST", FEW)
    monkeypatch.setattr(excerpt, "_AT_ONCE", 2)


def a_case(county: County, chance: Random) -> None:
    """A case of any shape, with a trail that tells of deliveries, failures and corrections."""
    county.ticket(CODE)
    brought = chance.choices(BODIES[:2], k=chance.randrange(5))
    after = chance.choices(BODIES, k=chance.randrange(25))
    with county.unit() as unit:
        for number, body in enumerate([*brought, *after], 1):
            at = NOW + number * STEP
            author = Author.NEWCOMER if number <= len(brought) else chance.choice(list(Author))
            by = ANNA.id if author is Author.CASEWORKER else None
            unit.work.tickets.add(CODE, [Item(number, at, author, body, by)])
            about = chance.randint(1, number)
            what = chance.choice([DELIVERED, UNDELIVERED, RESEND, CORRECT, "note"])
            detail = {"item": str(number if what == CORRECT else about)}
            if what == CORRECT:
                detail["replaces"] = str(about)
            unit.work.tickets.audit(AuditEntry(CODE, at, what, "integration", by, detail))


def taken(county: County, known: str | None = None) -> Excerpt:
    with county.unit() as unit:
        if known is None:
            return excerpt.newest(unit, CODE)
        return excerpt.after(unit, CODE, known)


def all_of(county: County) -> Excerpt:
    with county.unit() as unit:
        return excerpt.whole(unit, CODE)


@pytest.mark.parametrize("seed", range(60))
def test_the_newest_is_the_end_of_all(seed: int) -> None:
    county = County()
    a_case(county, Random(seed))  # noqa: S311 - repeatable
    every, found = all_of(county), taken(county)
    assert every.items == county.items(CODE)
    assert (found.answers, found.cards, found.failed) == (every.answers, every.cards, every.failed)
    assert found.said == every.said
    assert (found.earlier, found.older, found.mark) == (len(every.older), (), "")
    shown = {item.number for item in found.said}
    assert found.stages == {number: one for number, one in every.stages.items() if number in shown}
    assert found.trail == every.trail[-FEW:]
    assert found.earlier_trail == len(every.trail) - len(found.trail)


@pytest.mark.parametrize("seed", range(60))
def test_a_page_that_has_the_earlier_ones_is_shown_what_comes_after_them(seed: int) -> None:
    county, chance = County(), Random(seed)  # noqa: S311 - repeatable
    a_case(county, chance)
    before = all_of(county)
    if not before.mark:
        return
    with county.unit() as unit:
        number = before.said[-1].number + 1
        unit.work.tickets.add(CODE, [Item(number, NOW, Author.NEWCOMER, TextItem("Neu"))])
    every, found = all_of(county), taken(county, before.mark)
    assert found.older == ()
    assert (found.earlier, found.mark) == (before.earlier, before.mark)
    assert found.said == (*before.said, *every.said[-1:])
    assert (found.answers, found.cards, found.failed) == (every.answers, every.cards, every.failed)
    assert all(every.stages[number] == one for number, one in found.stages.items())


def long_case(county: County) -> Excerpt:
    county.ticket(CODE)
    said = [
        Item(number, NOW + number * STEP, Author.CASEWORKER, TextItem("Satz"), ANNA.id)
        for number in range(1, 3 * FEW)
    ]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, said)
    return all_of(county)


def test_what_becomes_of_an_earlier_answer_is_shown() -> None:
    county = County()
    before = long_case(county)
    late = AuditEntry(CODE, NOW + 99 * STEP, UNDELIVERED, "integration", None, {"item": "2"})
    with county.unit() as unit:
        unit.work.tickets.audit(late)
    found = taken(county, before.mark)
    assert [item.number for item in found.older] == [item.number for item in before.older]
    assert found.stages[2].stage is Stage.FAILED
    assert found.failed
    assert found.mark != before.mark
    assert taken(county, found.mark).older == ()
    assert taken(county).failed


def test_nothing_that_was_erased_stays_on_an_open_page() -> None:
    """The mark names what can still be read: fault 85."""
    county = County()
    before = long_case(county)
    with county.unit() as unit:
        forget.forget(unit, "person-1")
        unit.work.tickets.shred(CODE)
    found = taken(county, before.mark)
    assert found.items == ()
    assert found.mark == ""


@pytest.mark.parametrize("mark", ["x", "1-2", "-1-2-3", "1-2-3-4", "²-2-2", "9" * 40 + "-1-1"])
def test_a_mark_that_is_none_of_ours_is_no_mark(mark: str) -> None:
    county = County()
    long_case(county)
    assert taken(county, mark) == taken(county)


@pytest.mark.parametrize("mark", ["0-0-0", "1-1-0", "2-2-0"])
def test_a_mark_within_what_the_handoff_brought_is_no_mark(mark: str) -> None:
    """None was ever given out: what came with the handoff is shown in any case, and once."""
    county = County()
    county.ticket(CODE)
    brought = [Item(n, NOW, Author.NEWCOMER, BODIES[n - 1]) for n in (1, 2)]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, [*brought, Item(3, NOW, Author.NEWCOMER, BODIES[2])])
    assert taken(county, mark) == taken(county)
    assert taken(county, mark).earlier == 0


def test_what_a_replica_with_a_slow_clock_noted_of_an_answer_is_seen() -> None:
    county = County()
    county.ticket(CODE)
    said = Item(1, NOW, Author.CASEWORKER, TextItem("Satz"), ANNA.id)
    earlier = NOW - timedelta(minutes=30)
    arrived = AuditEntry(CODE, earlier, DELIVERED, "integration", None, {"item": "1"})
    with county.unit() as unit:
        unit.work.tickets.add(CODE, [said])
        unit.work.tickets.audit(arrived)
    assert taken(county).stages == all_of(county).stages
    assert taken(county).stages[1].stage is Stage.SENT


def test_a_failure_that_is_no_answers_is_none() -> None:
    county = County()
    county.ticket(CODE)
    note = Item(1, NOW, Author.CASEWORKER, NoteItem("Vermerk"), ANNA.id)
    gone = AuditEntry(CODE, NOW, UNDELIVERED, "integration", None, {"item": "1"})
    with county.unit() as unit:
        unit.work.tickets.add(CODE, [note])
        unit.work.tickets.audit(gone)
        unit.work.tickets.audit(replace(gone, detail={"item": "7"}))
    assert not taken(county).failed
    assert delivered.failing([gone]) == {1}


def test_no_more_is_read_than_is_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change shows open pages anew, which takes no longer for a long case: fault 53."""
    county = County(store=store)
    county.ticket(CODE, *BODIES[:2])
    said = [Item(3 + n, NOW, Author.NEWCOMER, TextItem(f"Satz {n}")) for n in range(100)]
    with county.unit() as unit:
        unit.work.tickets.add(CODE, said)
    mark = all_of(county).mark
    with county.unit() as unit:
        read: list[int] = []
        tickets = unit.work.tickets
        for name in ("items", "newest_items"):
            ask = getattr(tickets, name)

            def asked(*given: object, ask: object = ask) -> tuple[Item, ...]:
                found: tuple[Item, ...] = ask(*given)  # type: ignore[operator]
                read.extend(item.number for item in found)
                return found

            monkeypatch.setattr(tickets, name, asked)
        excerpt.newest(unit, CODE)
        assert len(read) <= FEW + 4
        read.clear()
        excerpt.after(unit, CODE, mark)
        assert len(read) <= FEW + 4
