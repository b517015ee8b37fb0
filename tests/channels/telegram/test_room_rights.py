"""What the bot may do in the caseworkers' group and what not, as the desk tells it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.telegram.faults import Refused
from bot.channels.telegram.room import RoomSender
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued
from bot.model.phrases import Block, Phrase
from bot.model.records import RoomTopic
from bot.model.tickets import Caseworker
from bot.model.turns import Message
from bot.store.runner import ThreadRunner
from bot.usecases import casework, room, room_abilities, room_topics
from bot.usecases.forget import forget
from bot.usecases.ports import NotCommitted, Work
from bot.usecases.room_abilities import Ability, Failing, failing
from bot.usecases.room_events import Standing
from bot.usecases.unit import Policy
from tests.botapi import BotApiServer
from tests.channels.telegram.office import office as office_of
from tests.channels.telegram.running import running
from tests.channels.telegram.test_journeys import handed_over
from tests.channels.telegram.test_room_group import only_ticket, settled, topic_of
from tests.channels.telegram.test_room_missed import by_itself, time_passes
from tests.channels.telegram.test_room_out import calls_of, does, trouble
from tests.channels.telegram.test_room_passed_on import OF_ONE_TEAM
from tests.databases import opened
from tests.store.test_locking import waiting_for_a_lock
from tests.usecases.county import ANNA, RUTH, County, renderer

CODE = "KA2222"
PERSON = "person-1"
OUT = (400, "Bad Request: chat not found")
NO_RIGHTS = (400, "Bad Request: not enough rights")
WITHOUT_DELETING = ("can_manage_topics", "can_pin_messages")


def test_topics_that_must_not_be_deleted_are_closed_and_not_tried_on_and_on(
    server: BotApiServer,
) -> None:
    """Given the right, they go at once: fault 85."""
    group, chief = server.group(), server.user("Chief")
    group.set_bot("administrator", by=chief, rights=WITHOUT_DELETING)
    with running(server, clean=False, group=group.id) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        assert trouble(bot) == "no_rights"
        amina.send("/delete")
        amina.wait_for(lambda screen: screen.with_button("Ja, alles löschen"))
        amina.press("Ja, alles löschen").wait_answered()
        settled(bot, server)
        assert topic.closed
        begin = len(server.calls)
        for _ in range(5):
            time_passes(bot)
            settled(bot, server)
        assert calls_of(server, group, begin) == {}
        assert trouble(bot) == "no_rights"
        group.set_bot("administrator", by=chief)
        by_itself(bot, lambda: topic.deleted)
        settled(bot, server)
        assert not trouble(bot)


def test_a_case_that_comes_back_where_topics_must_not_be_deleted_goes_on_in_its_own(
    server: BotApiServer,
) -> None:
    """It was closed when the case went: fault 41."""
    group, chief = server.group(), server.user("Chief")
    group.set_bot("administrator", by=chief, rights=WITHOUT_DELETING)
    with running(server, clean=False, group=group.id, house=office_of(OF_ONE_TEAM)) as bot:
        amina = handed_over(server)
        topic = topic_of(group, bot)
        settled(bot, server)
        code = only_ticket(bot).code

        def passed_on(by: Caseworker, team: str) -> None:
            def deed(work: Work) -> None:
                unit = bot.unit(work)
                casework.claim(unit, by, code, None)
                casework.pass_on(unit, by, code, None, team, "Besser dort")

            does(bot, server, deed)

        passed_on(ANNA, "protection")
        assert topic.closed
        amina.send("zwischendurch")
        settled(bot, server)
        assert "zwischendurch" not in group.screen(topic).text
        passed_on(RUTH, "language")
        bot.eventually(lambda: "zwischendurch" in group.screen(topic).text)
        settled(bot, server)
        assert not topic.closed


# --- replicas ---------------------------------------------------------------------------


class Telegram:
    """Takes every call but those it is told to refuse; `meanwhile` happens before it answers."""

    def __init__(self) -> None:
        self.refuses: tuple[str, tuple[int, str]] | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.messages = 100

    async def call(self, method: str, **_: object) -> Any:
        if self.refuses and self.refuses[0] in {method, "*"}:
            raise Refused(*self.refuses[1])
        self.meanwhile()
        self.messages += 1
        return {"message_id": self.messages, "message_thread_id": self.messages}


class Office:
    """A county with a case, its group at a Telegram, and two replicas that send there."""

    def __init__(self) -> None:
        self.county = County(Policy(room=True))
        self.telegram = Telegram()
        self.runner = ThreadRunner(self.county.store, 1)
        self.county.ticket(CODE, person=PERSON)
        with self.county.unit() as unit:
            unit.work.rooms.bind(-100123)
            unit.work.rooms.save(RoomTopic(CODE, 7, 9))
        self.one, self.other = (self._sender() for _ in range(2))

    def _sender(self) -> RoomSender:
        county = self.county
        return RoomSender(self.telegram, renderer(), self.runner, county.unit_of, county.clock)

    def says(self, by: RoomSender, act: Act = Act.SEND, attempts: int = 0) -> Fate:
        message = Message((Block(Phrase("bot/greeting#text")),))
        delivery = Delivery(Channel.ROOM, act, "de", message, ticket=CODE)
        return asyncio.run(by.send(Queued(1, "lane", delivery, attempts))).fate

    def fails(self) -> Failing:
        with self.county.unit() as unit:
            return failing(unit.work)

    def does(self, deed: Callable[[Work], object]) -> None:
        with self.county.unit() as unit:
            deed(unit.work)


@pytest.fixture
def office() -> Office:
    return Office()


def test_what_one_replica_noted_another_takes_back(office: Office) -> None:
    office.telegram.refuses = ("*", OUT)
    assert office.says(office.one) is Fate.NOT_SENT
    assert office.fails() == {Ability.WRITE: "unreachable"}
    office.telegram.refuses = None
    assert office.says(office.other) is Fate.SENT
    assert office.fails() == {}


def test_what_an_administrator_changed_no_replica_remembers(office: Office) -> None:
    """It would come up again with the next fault, and for ever."""
    office.does(lambda work: work.rooms.drop(CODE))
    office.telegram.refuses = ("createForumTopic", NO_RIGHTS)
    assert office.says(office.one) is Fate.NOT_SENT
    assert office.fails() == {Ability.TOPICS: "no_rights"}
    with office.county.unit() as unit:
        unit.work.rooms.save(RoomTopic(CODE, 7, 9))
        room._standing(unit, Standing(present=True, may_manage_topics=True, may_delete=True))
    office.telegram.refuses = ("*", OUT)
    assert office.says(office.one) is Fate.NOT_SENT
    office.telegram.refuses = None
    assert office.says(office.one) is Fate.SENT
    assert office.fails() == {}


def test_an_answer_to_a_caseworker_waits_for_the_group_but_not_for_ever(office: Office) -> None:
    office.telegram.refuses = ("*", OUT)
    assert office.says(office.one, attempts=59) is Fate.NOT_SENT
    assert office.says(office.one, attempts=60) is Fate.DEAD


def test_what_could_not_be_noted_is_noted_with_the_next_and_nothing_is_sent_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.telegram.refuses = ("*", OUT)
    office.says(office.one)
    office.telegram.refuses = None

    def never(*_: object) -> None:
        raise NotCommitted("disk full")

    with monkeypatch.context() as full:
        full.setattr(room_topics, "heard", never)
        assert office.says(office.one) is Fate.SENT
    assert office.fails()
    assert office.says(office.one, Act.HEADER) is Fate.SENT
    assert office.fails() == {}


def test_the_topic_of_somebody_who_was_erased_while_it_was_made_goes_again(
    office: Office,
) -> None:
    """Another replica has nothing to delete yet: fault 85."""
    office.does(lambda work: work.rooms.drop(CODE))

    def erased() -> None:
        office.telegram.meanwhile = lambda: None
        with office.county.unit() as unit:
            forget(unit, PERSON)
            unit.work.outbox.drop_lane(f"room:{CODE}")

    office.telegram.meanwhile = erased
    office.says(office.one, Act.OPEN_TOPIC)
    acts = [one.act for one in office.county.deliveries(Channel.ROOM) if one.ticket == CODE]
    assert acts == [Act.DELETE_TOPIC]


def test_of_two_replicas_none_overwrites_what_the_other_heard(postgres_url: str) -> None:
    """Each heard that one thing works again, at the same moment."""
    with opened(postgres_url) as one, opened(postgres_url) as other:
        county, waits = County(store=one), threading.Event()
        with county.unit() as unit:
            both = {Ability.WRITE: "no_rights", Ability.TOPICS: "no_rights"}
            room_abilities.note(unit.work, both)

        def hears() -> None:
            with other.transaction() as work:
                room_topics.heard(county.unit_of(work), [(Ability.TOPICS, "")])
            waits.set()

        beside = threading.Thread(target=hears)
        with one.transaction() as work:
            room_topics.heard(county.unit_of(work), [(Ability.WRITE, "")])
            beside.start()
            while not waiting_for_a_lock(postgres_url):
                assert not waits.is_set(), "it did not wait"
        beside.join()
        with county.unit() as unit:
            assert failing(unit.work) == {}


def test_a_topic_that_is_made_twice_goes_though_it_could_not_be_deleted_at_once(
    office: Office,
) -> None:
    """Telegram told of it before its making was confirmed: fault 85."""
    office.does(lambda work: work.rooms.drop(CODE))

    def adopted() -> None:
        office.telegram.meanwhile = lambda: None
        office.does(lambda work: work.rooms.adopt(RoomTopic(CODE, 50)))

    office.telegram.meanwhile = adopted
    assert office.says(office.one, Act.OPEN_TOPIC) is Fate.SENT
    (surplus,) = [
        one
        for one in office.county.deliveries(Channel.ROOM)
        if one.act is Act.DELETE_TOPIC and one.ticket == CODE
    ]
    assert surplus.message_id not in {None, 50}


def test_that_the_group_can_be_used_again_is_logged_whoever_tells(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    group, chief = server.group(), server.user("Chief")
    with running(server, clean=False, group=group.id) as bot:
        handed_over(server)
        topic_of(group, bot)
        group.set_bot("absent", by=chief)
        bot.eventually(lambda: trouble(bot) == "thrown_out")
        assert "can be used again" not in caplog.text
        group.set_bot("administrator", by=chief)
        bot.eventually(lambda: "the caseworkers' group can be used again" in caplog.text)
        settled(bot, server)


class ClosedBetween(Telegram):
    """Somebody closes the topic before the second message arrives there."""

    def __init__(self) -> None:
        super().__init__()
        self.tried = 0
        self.said: list[str] = []

    async def call(self, method: str, **parameters: object) -> Any:
        if method == "sendMessage":
            self.tried += 1
            if self.tried == 2:
                raise Refused(400, "Bad Request: TOPIC_CLOSED")
            self.said.append(str(parameters["text"]))
        return await super().call(method, **parameters)


def test_what_was_said_of_a_long_text_is_not_said_again_when_its_topic_is_opened(
    office: Office,
) -> None:
    """Somebody closed it between two parts: fault 39."""
    telegram = office.telegram = ClosedBetween()
    sender = office._sender()
    blocks = tuple(Block(Phrase("bot/greeting#text")) for _ in range(180))
    delivery = Delivery(Channel.ROOM, Act.SEND, "de", Message(blocks), ticket=CODE)
    report = asyncio.run(sender.send(Queued(1, "lane", delivery, 0)))
    assert report.fate is Fate.SENT
    assert [text.count("Hallo") > 0 for text in telegram.said] == [True, True]
    assert sum(text.count("Hallo") for text in telegram.said) == len(blocks)
