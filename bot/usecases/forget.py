"""Erasing a person: conversation, link to their tickets, free text. Figures stay.

Asked for by the newcomer, or due after a long silence. What a table keeps and
how it is erased stands beside the table in `bot.store`. Here is also what is taken
back from Telegram, as far as it can be: our messages that we still know, and the
topics of the cases in the caseworkers' group.
"""

from dataclasses import replace

from bot.engine import privacy
from bot.model.outbox import Act, Channel, Delivery, chat_lane
from bot.usecases import handing_over, notices
from bot.usecases.unit import Unit


def forget(unit: Unit, person: str, kept: int | None = None) -> None:
    """Erase `person` for good; open tickets are withdrawn first, so caseworkers learn of it.

    `kept` is the message on which the newcomer reads that it is done.
    """
    found = unit.work.people.conversation(person)
    if found is None:
        return
    chat, conversation = found
    cases = unit.work.tickets.of_people([person])[person]
    known = unit.work.outbox.arrived(chat_lane(chat))
    handing_over.withdraw(unit, person)
    unit.work.people.forget(person, unit.now)
    for case in cases:
        notices.shredded(unit, case.code)
    numbers = (None, *(number for number in known if number != kept))
    unit.work.outbox.put(
        [
            Delivery(Channel.CHAT, Act.DELETE, conversation.language, chat=chat, message_id=number)
            for number in numbers
        ],
        unit.now,
    )
    unit.work.figures.add(unit.today, "forgotten", 1)


def came_late(unit: Unit, delivery: Delivery, message_id: int | None) -> None:
    """Take back what was on its way to somebody while they were erased, now that it is there.

    An edit whose message was taken back already is a message of its own. A menu that arrived in
    its place may have come after the word that all is erased, so that is said there once more.
    """
    talks = delivery.channel is Channel.CHAT and delivery.act in {Act.SEND, Act.EDIT}
    if not talks or delivery.person is None or message_id is None:
        return
    if unit.work.people.conversation(delivery.person) is not None:
        return
    if message_id != delivery.message_id:
        late = Delivery(
            Channel.CHAT, Act.DELETE, delivery.language, chat=delivery.chat, message_id=message_id
        )
        unit.work.outbox.put((late,), unit.now)
    elif delivery.ticket is None:
        said = replace(delivery, message=privacy.deleted_message(), person=None)
        unit.work.outbox.put((said,), unit.now)
