"""Poison of every kind stops nobody else, is kept and counted, and its sender is told."""

from collections.abc import Callable

from tests.botapi.samples import samples
from tests.faults import doors, poison


def test_poison_of_every_kind_blocks_no_neighbour(
    record_property: Callable[[str, object], None],
) -> None:
    """fault 18: one share of every kind, field and wrong type; the campaign has them all."""
    judged = poison.run(1)
    record_property("poison", str(judged))
    assert judged.poisons > 700
    assert judged.quarantined > 20
    wrong = (judged.stuck, judged.neighbours_lost, judged.untold, judged.uncounted)
    assert wrong == (0, 0, 0, 0), judged


def test_the_shares_are_all_of_it() -> None:
    whole = [body["update_id"] for share in range(poison.SHARES) for body in poison.bodies(share)]
    fields = sum(len(poison._fields(body)) for body in samples().values())
    assert sorted(whole) == list(range(1, fields * len(poison.WRONG) + 1))


def test_two_replicas_take_in_one_person_at_once(
    postgres_url: str, record_property: Callable[[str, object], None]
) -> None:
    """fault 21, fault 11, fault 12: a message and a press at two replicas, and all of it again."""
    judged = doors.run(1, postgres_url)
    record_property("two doors", str(judged))
    wrong = (judged.lost, judged.doubled, judged.broken, judged.unanswered)
    assert wrong == (0, 0, 0, 0), judged
