"""What a transaction does for the dispatcher."""

from bot.model.outbox import Act, Channel, Delivery
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.usecases.errands import Errand
from tests.usecases.county import County


def test_who_goes_first_is_not_taken_again_with_those_who_go_later() -> None:
    county = County()
    greeting = Message((Block(Phrase("bot/greeting#text")),))
    with county.unit() as unit:
        for chat in (2, 1, 2, 3):
            row = Delivery(Channel.CHAT, Act.SEND, "de", greeting, chat=chat, person=f"p{chat}")
            unit.work.outbox.put((row,), unit.now)
    for limit, lanes in ((9, ["chat:1", "chat:3", "chat:2"]), (2, ["chat:1", "chat:3"])):
        errand = Errand((), frozenset(), limit, later=(frozenset({"chat:2"}),))
        with county.unit() as unit:
            assert [row.lane for row in errand.carry_out(unit)] == lanes
