"""Who was sent much lately: the measure by which others go first when there is not enough."""

from bot.usecases.shares import LATELY, Shares


def noted(*lanes: str, at: float = 0.0) -> Shares:
    shares = Shares()
    for lane in lanes:
        shares.note(lane, at)
    return shares


def test_first_who_had_nothing_lately_then_who_had_less_than_usual() -> None:
    shares = noted("a", "a", "a", "b", "c", "c")
    assert shares.large(1.0) == (frozenset("abc"), frozenset("ac"))
    assert [shares.of(lane) for lane in "abcd"] == [3, 1, 2, 0]


def test_among_equals_nobody_has_much() -> None:
    assert noted("a", "b", "a", "b").large(1.0) == (frozenset("ab"),)
    assert noted().large(1.0) == ()


def test_what_is_long_ago_does_not_count_and_is_not_kept() -> None:
    shares = noted("a", "a")
    shares.note("b", LATELY - 1)
    assert shares.large(LATELY) == (frozenset("b"),)
    shares.note("c", 3 * LATELY)
    assert (shares.of("a"), shares.of("b")) == (0, 0)
    assert len(shares._sent) == len(shares._count) == 1
