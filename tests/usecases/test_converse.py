"""An update carried out whole: what is stored, what waits to be sent, and what is left alone."""

from itertools import count

import pytest

from bot.model.buttons import Action, Do
from bot.model.content import Priority
from bot.model.conversation import Conversation
from bot.model.outbox import Act, Delivery
from bot.model.tickets import EventItem
from bot.model.turns import Attached, Attachment, Command, CommandName, Event, Press, Typed
from bot.usecases import handing_over, notices
from bot.usecases.converse import Arrival, Sender, converse_all
from bot.usecases.notices import ROOM_LANGUAGE
from tests.playing.house import House
from tests.playing.newcomer import Newcomer
from tests.process.newcomers import TO_THE_SUMMARY

ANNA, BEN = Sender(1, "de"), Sender(2, "ar")
AGREE = Press(Action(Do.AGREE, language="de"), 7)


def stored(house: House, sender: Sender = ANNA) -> Conversation | None:
    with house.unit() as unit:
        return unit.work.people.load([sender.telegram_id]).get(sender.telegram_id)


def happens(house: House, sender: Sender, *events: Event) -> None:
    with house.unit() as unit:
        converse_all(unit, [Arrival(sender, event) for event in events])


def sent(house: House) -> list[Delivery]:
    """What waited, in order; afterwards nothing does."""
    return [delivery for delivery, _ in house.sent(count(1000))]


def figures(house: House) -> dict[str, int]:
    with house.unit() as unit:
        return dict(unit.work.figures.between(unit.today, unit.today))


@pytest.mark.parametrize(
    "event",
    [
        Command(CommandName.START, "work"),
        Typed("Hilfe, mein Mann schlägt mich"),
        Press(Action(Do.READ_ONLY, language="de"), 7),
        Press(Action(Do.PERSON, language="de"), 7),
        Press(Action(Do.DELETE_NOW, language="de"), 7),
        Press(None, 7),
    ],
)
def test_without_consent_no_row_is_left(event: Event) -> None:
    house = House()
    happens(house, ANNA, event)
    assert stored(house) is None
    (delivery, *_) = sent(house)
    assert delivery.person is None
    assert delivery.chat == ANNA.telegram_id


@pytest.mark.parametrize("first", [(), (AGREE,)])
@pytest.mark.parametrize(
    ("event", "urgent"),
    [
        (Typed("Hilfe, mein Mann schlägt mich"), True),
        (Press(Action(Do.DANGER, "violence", language="de"), 7), True),
        (Press(Action(Do.NOT_SAFE, "violence", language="de"), 7), True),
        (Press(Action(Do.HOME, language="de"), 7), False),
        (Typed("Hallo"), False),
    ],
)
def test_the_numbers_for_a_danger_go_out_before_what_others_wait_for(
    first: tuple[Event, ...], event: Event, urgent: bool
) -> None:
    """Thousands may wait, and the guard may drop menus, but not these: faults 42 and 43."""
    house = House()
    happens(house, ANNA, *first)
    sent(house)
    happens(house, ANNA, event)
    (delivery,) = sent(house)
    assert delivery.urgent is urgent
    assert delivery.fleeting is not urgent


def test_the_consent_names_the_wording_that_was_read() -> None:
    house = House()
    hashes = set()
    for number, language in enumerate(house.texts.content.languages, 1):
        happens(house, Sender(number), Press(Action(Do.AGREE, language=language), 7))
        begun = stored(house, Sender(number))
        assert begun is not None
        assert (begun.consent.language, begun.consent.at) == (language, house.now)
        hashes.add(begun.consent.notice)
    assert len(hashes) == len(house.texts.content.languages)
    assert all(len(one) == 12 for one in hashes)


def test_agreeing_twice_in_one_batch_is_one_person() -> None:
    house = House()
    happens(house, ANNA, AGREE, AGREE)
    begun = stored(house)
    assert begun is not None
    with house.unit() as unit:
        assert unit.work.people.conversation(begun.person) == (ANNA.telegram_id, begun)
    assert figures(house)["language.de"] == 1


def test_updates_of_a_batch_follow_each_other() -> None:
    """What one handed over, the next finds: the ticket is read again after it was touched."""
    house = House()
    happens(
        house,
        ANNA,
        AGREE,
        Press(Action(Do.PERSON, "school"), 7),
        Press(Action(Do.QUEUE, "school"), 7),
        Typed("Mein Kind hat keinen Platz"),
        Press(Action(Do.SEND), 7),
        Typed("Es ist dringend"),
    )
    begun = stored(house)
    assert begun is not None
    with house.unit() as unit:
        (ticket,) = unit.work.tickets.of_people([begun.person])[begun.person]
        bodies = [item.body for item in unit.work.tickets.items(ticket.code)]
    assert begun.ticket == ticket.code
    assert [getattr(body, "text", "") for body in bodies] == [
        "Mein Kind hat keinen Platz",
        "Es ist dringend",
    ]


def test_the_case_hears_of_danger_in_a_contact_and_nothing_of_the_contact() -> None:
    """The priority rises and the office is alarmed, but no word is kept: fault 51, fault 58."""
    house = House()
    wish = (Press(Action(Do.PERSON, "school"), 7), Press(Action(Do.QUEUE, "school"), 7))
    happens(house, ANNA, AGREE, *wish, Press(Action(Do.NO_TEXT), 7), Press(Action(Do.SEND), 7))
    words = "Mein Mann schlägt mich"
    happens(house, ANNA, Attached(Attachment.CONTACT, written=words))
    begun = stored(house)
    assert begun is not None
    with house.unit() as unit:
        (ticket,) = unit.work.tickets.of_people([begun.person])[begun.person]
        items = unit.work.tickets.items(ticket.code)
        (line,) = notices.item_blocks(EventItem("not_passed_on", {}))
        assert unit.languages.text(line.phrase.key, ROOM_LANGUAGE)
    assert (ticket.priority, ticket.danger) == (Priority.P0, "violence")
    told = [item.body.event for item in items if isinstance(item.body, EventItem)]
    assert told == ["not_passed_on", "danger"]
    assert words not in repr((items, begun, sent(house)))


def test_people_of_one_batch_do_not_meet() -> None:
    house = House()
    events: list[tuple[Sender, Event]] = [
        (ANNA, AGREE),
        (BEN, Press(Action(Do.AGREE, language="ar"), 7)),
    ]
    events += [(ANNA, Press(Action(Do.TOPIC, "work"), 7)), (BEN, Typed("2"))]
    events += [(BEN, Typed("2"))]
    with house.unit() as unit:
        converse_all(unit, [Arrival(sender, event) for sender, event in events])
    anna, ben = stored(house, ANNA), stored(house, BEN)
    assert anna is not None
    assert ben is not None
    assert (anna.topic, anna.language) == ("work", "de")
    assert (ben.topic, ben.language) == ("school", "ar")
    assert anna.person != ben.person
    for delivery in sent(house):
        mine = anna if delivery.chat == ANNA.telegram_id else ben
        assert delivery.person in {None, mine.person}
        assert delivery.language == mine.language


@pytest.mark.parametrize(
    ("action", "act"),
    [
        (Action(Do.HOME), Act.EDIT),
        (Action(Do.HOME, below=True), Act.SEND),
        (Action(Do.DANGER, "violence"), Act.SEND),
    ],
)
def test_a_menu_is_edited_where_it_was_pressed_unless_it_must_stay(
    action: Action, act: Act
) -> None:
    house = House()
    happens(house, ANNA, AGREE)
    sent(house)
    happens(house, ANNA, Press(action, 8))
    (delivery,) = sent(house)
    assert (delivery.act, delivery.message_id) == (act, 8 if act is Act.EDIT else None)


def test_what_is_answered_to_the_press_itself_is_not_stored() -> None:
    house = House()
    happens(house, ANNA, Press(Action(Do.AGREE, language="ar"), 7))
    sent(house)
    with house.unit() as unit:
        arrival = Arrival(ANNA, Press(Action(Do.HELPFUL, "work"), 7))
        (beside,) = converse_all(unit, (arrival,))
    (toast,) = beside.toasts
    assert (toast.phrase.key, beside.language) == ("bot/thanks#text", "ar")
    assert not sent(house)
    assert figures(house)["helpful.work"] == 1


def test_a_turn_that_changes_nothing_writes_nothing() -> None:
    house = House()
    happens(house, ANNA, AGREE)
    house.pass_time(days=2)
    happens(house, ANNA, Press(Action(Do.URGENT), 7))
    with house.unit() as unit:
        assert unit.work.people.idle_since(house.now) == [
            person.person for person in unit.work.people.load([1]).values()
        ]


def test_another_language_changes_the_commands_of_the_chat() -> None:
    house = House()
    happens(house, ANNA, AGREE, Press(Action(Do.LANGUAGE, language="uk"), 7))
    commands = [one.language for one in sent(house) if one.act is Act.COMMANDS]
    assert commands == ["de", "uk"]


@pytest.mark.parametrize("event", [Typed("/x"), Press(Action(Do.HOME), 7), Command(None, "")])
def test_who_does_anything_can_be_written_to_again(event: Event) -> None:
    """Telegram does not always say that somebody is back: fault 32."""
    newcomer = Newcomer(House())
    newcomer.send("/start")
    for label in ("Deutsch", "bot/agree#text", *TO_THE_SUMMARY, "bot/summary.send#text"):
        newcomer.press(label)
    person = stored(newcomer.house, Sender(newcomer.telegram_id))
    assert person is not None
    with newcomer.house.unit() as unit:
        handing_over.set_reachable(unit, person.person, now=False)
    happens(newcomer.house, Sender(newcomer.telegram_id), event)
    with newcomer.house.unit() as unit:
        ((ticket,),) = unit.work.tickets.of_people([person.person]).values()
    assert ticket.reachable


def test_a_button_nobody_knows_any_more_takes_no_message_away() -> None:
    """It may stand below what a caseworker wrote: fault 46."""
    house = House()
    happens(house, ANNA, AGREE)
    sent(house)
    happens(house, ANNA, Press(None, 7))
    assert [one.act for one in sent(house)] == [Act.SEND]


def test_the_language_guessed_is_that_of_the_telephone() -> None:
    newcomer = Newcomer(House(), language_code="uk")
    newcomer.send("/start")
    assert newcomer.last.labels[0][0] == "Українська"
    newcomer.type("привіт")
    assert newcomer.last.language == "uk"
