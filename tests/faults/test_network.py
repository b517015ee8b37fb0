"""What is known after a call over a broken network is what the table of errors says."""

from collections.abc import Callable

import pytest

from tests.faults import network, outbound
from tests.faults.wires import FAULTS


def test_the_methods_are_those_the_product_calls() -> None:
    """A call that reads its method from elsewhere than a word in the source would be missed."""
    found = set(network.methods())
    assert {"getUpdates", "sendMessage", "editMessageText", "createForumTopic"} <= found
    assert {"setWebhook", "answerCallbackQuery", "leaveChat", "setMyDescription"} <= found
    assert len(found) >= 17
    calls = "".join(path.read_text() for path in network.SOURCE.glob("*.py")).count(".call(")
    assert calls <= 25, "a new call: see that its method is found"


def test_every_fault_of_the_network_is_taken_for_what_it_is() -> None:
    """fault 25, fault 26, fault 27, fault 28, fault 30: for each method the product calls."""
    judged = network.run(1)
    assert judged.wrong == ()
    assert judged.cases == len(network.methods()) * len(FAULTS)


@pytest.mark.parametrize("seed", [1, 2])
def test_letters_over_a_network_that_fails_by_chance(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    """fault 25, fault 26, fault 28, fault 30: in order, none lost, twice only where an answer was
    lost, each doubt counted."""
    judged = outbound.run(seed)
    record_property("network", str(judged))
    assert (judged.lost, judged.inverted) == (0, 0), judged
    assert judged.duplicates == judged.lost_answers, judged
    assert judged.counted == judged.unclear > 0, judged
