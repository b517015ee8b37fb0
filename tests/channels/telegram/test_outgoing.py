"""What each error of Telegram and of the network means for a delivery (faults 25 to 37)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.channels.telegram.answers import AT_ONCE
from bot.channels.telegram.cable import CONNECTIONS, Cable
from bot.channels.telegram.outgoing import ChatSender
from bot.model.buttons import Action, Button, Do
from bot.model.outbox import Act, Channel, Delivery, Fate, Queued, Report
from bot.model.phrases import Block, Phrase
from bot.model.turns import Message
from bot.usecases.deliver import SLOTS, TOO_MANY
from tests.botapi import BotApiServer, Fault, User
from tests.channels.telegram.office import texts
from tests.channels.telegram.running import Clock

HELLO = Message(
    (Block(Phrase("language_courses/topic#title")),),
    ((Button(Phrase("people/paper.permit#text"), Action(Do.HOME)),),),
)
OTHER = Message((Block(Phrase("people/paper.none#text")),))
LONG = Message(
    tuple(Block(Phrase("bot/as_written#text", {"text": "Wort " * 300})) for _ in "123456")
)
CLOCK = Clock()


def test_whatever_is_under_way_at_once_has_a_connection() -> None:
    """Who waits for one would use up the seconds of its call."""
    assert SLOTS + AT_ONCE < CONNECTIONS


def play(
    server: BotApiServer, steps: Callable[[ChatSender], Awaitable[None]], *, seconds: float = 5.0
) -> None:
    async def whole() -> None:
        cable = Cable(server.token, server.url, call_seconds=seconds)
        try:
            await steps(ChatSender(cable, texts().renderer, CLOCK))
        finally:
            await cable.close()

    asyncio.run(whole())


def queued(user: User, message: Message | None = HELLO, **changes: object) -> Queued:
    fields: dict[str, object] = {"channel": Channel.CHAT, "act": Act.SEND, "language": "de"}
    fields |= {"message": message, "chat": user.chat_id, **changes}
    delivery = Delivery(**fields)  # type: ignore[arg-type]
    return Queued(7, delivery.lane, delivery, 0)


def reported(
    server: BotApiServer, row: Queued, fault: Fault | None = None, *, seconds: float = 5.0
) -> Report:
    found: list[Report] = []

    async def once(sender: ChatSender) -> None:
        found.append(await sender.send(row))

    if fault is not None:
        server.faults.next("sendMessage", fault)
    play(server, once, seconds=seconds)
    return found[0]


@pytest.fixture
def amina(server: BotApiServer) -> User:
    user = server.user("Amina", language_code="de")
    user.start()
    return user


UNCLEAR = [
    *(
        Fault.server_error(code, done=done)
        for code in (500, 502, 503, 504)
        for done in (True, False)
    ),
    Fault.html_error(502),
    Fault.html_error(504, done=True),
    Fault.drop_before(),
    Fault.drop_after(),
    Fault.truncated(),
    Fault.hang(3600),
    Fault.hang(3600, done=True),
    Fault.drip(0.1),
    Fault("ok false", Fault.flood().damage, body={"ok": False}),
]


@pytest.mark.parametrize("fault", UNCLEAR, ids=lambda fault: f"{fault.name}-{fault.done}")
def test_what_is_unclear_is_tried_again(server: BotApiServer, amina: User, fault: Fault) -> None:
    """5xx, HTML, resets, hangs and drips are of unknown fate: fault 26, fault 28, fault 30."""
    report = reported(server, queued(amina), fault, seconds=0.5)
    assert report.fate is Fate.UNKNOWN
    assert report.retry_at is not None
    assert timedelta(seconds=0.5) < report.retry_at - CLOCK.now() < timedelta(seconds=3)
    assert server.token not in report.reason


def test_a_closed_port_means_not_sent(amina: User) -> None:
    """What never left is surely not sent: fault 27."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def steps() -> Report:
        cable = Cable("1:none", f"http://127.0.0.1:{port}")
        try:
            return await ChatSender(cable, texts().renderer, CLOCK).send(queued(amina))
        finally:
            await cable.close()

    report = asyncio.run(steps())
    assert (report.fate, report.reason) == (Fate.NOT_SENT, "connect_ConnectionRefusedError")


@pytest.mark.parametrize(("after", "pause"), [(5, 5), (60, 60), (3600, 3600), (None, 5)])
def test_too_many_pauses_as_told(
    server: BotApiServer, amina: User, after: int | None, pause: int
) -> None:
    """The pause is the one Telegram named, or a default: fault 25."""
    report = reported(server, queued(amina), Fault.flood(after))
    assert (report.fate, report.reason) == (Fate.NOT_SENT, TOO_MANY)
    assert report.retry_at is not None
    assert abs((report.retry_at - CLOCK.now()).total_seconds() - pause) < 1


@pytest.mark.parametrize("make_gone", [User.block, User.deactivate])
def test_who_blocked_us_is_unreachable(
    server: BotApiServer, amina: User, make_gone: Callable[[User], None]
) -> None:
    """Blocked and deactivated are final: fault 31."""
    make_gone(amina)
    report = reported(server, queued(amina))
    assert (report.fate, report.unreachable) == (Fate.DEAD, True)


def test_who_never_wrote_is_unreachable(server: BotApiServer) -> None:
    """Who never wrote cannot be written to: fault 31."""
    stranger = server.user("Basma")
    assert reported(server, queued(stranger)).unreachable


def test_a_refused_token_stops_sending_and_loses_nothing(server: BotApiServer, amina: User) -> None:
    """A revoked token is no fate of the message: fault 24."""
    server.faults.revoke_token()
    report = reported(server, queued(amina))
    assert (report.fate, report.reason) == (Fate.NOT_SENT, "unauthorized")


def test_a_permanent_refusal_is_dead(server: BotApiServer, amina: User) -> None:
    report = reported(server, queued(amina), Fault.refusal(400, "Bad Request: message is too long"))
    assert (report.fate, report.unreachable) == (Fate.DEAD, False)


def test_an_unread_markup_goes_out_as_plain_text(server: BotApiServer, amina: User) -> None:
    """Markup that Telegram refuses goes out as text: fault 36."""
    fault = Fault.refusal(400, "Bad Request: can't parse entities: Unsupported start tag")
    report = reported(server, queued(amina), fault)
    assert report.fate is Fate.SENT
    shown = amina.last()
    assert shown.text == "Deutsch lernen"
    assert shown.labels == ("Aufenthaltserlaubnis",)


def test_edits(server: BotApiServer, amina: User) -> None:
    """Not modified is a success, not found a new message: fault 33, fault 34."""

    async def steps(sender: ChatSender) -> None:
        first = await sender.send(queued(amina))
        edit = queued(amina, OTHER, act=Act.EDIT, message_id=first.message_id)
        for _ in range(2):  # the second time it is not modified, which is as wished
            again = await sender.send(edit)
            assert (again.fate, again.message_id) == (Fate.SENT, first.message_id)
        gone = queued(amina, OTHER, act=Act.EDIT, message_id=4711)
        anew = await sender.send(gone)
        assert anew.fate is Fate.SENT
        assert anew.message_id not in {first.message_id, 4711}

    play(server, steps)
    assert [message.text for message in amina.screen().from_bot] == ["Keines", "Keines"]


def test_a_long_message_has_its_buttons_at_the_end_and_goes_on_where_it_stopped(
    server: BotApiServer, amina: User
) -> None:
    """Long text is split at Telegram's limit: fault 37."""
    row = queued(amina, Message(LONG.blocks, HELLO.keyboard))

    def flood_after_the_first() -> None:
        if len(server.sent_to(amina.chat_id)) == 1:
            server.world.listeners.remove(flood_after_the_first)
            server.faults.next("sendMessage", Fault.flood(1))

    async def steps(sender: ChatSender) -> None:
        server.world.listeners.append(flood_after_the_first)
        assert (await sender.send(row)).fate is Fate.NOT_SENT
        assert len(amina.screen().from_bot) == 1
        assert (await sender.send(row)).fate is Fate.SENT

    play(server, steps)
    shown = amina.screen().from_bot
    assert [len(message.buttons) for message in shown] == [0, 0, 1]
    assert "".join(message.text for message in shown).count("Wort") == 6 * 300
    server.assert_clean()


def test_commands_of_a_chat_are_in_its_language(server: BotApiServer, amina: User) -> None:
    report = reported(server, queued(amina, None, act=Act.COMMANDS))
    assert report.fate is Fate.SENT
    (call,) = server.calls_of("setMyCommands")
    assert call.params["scope"] == {"type": "chat", "chat_id": amina.chat_id}
    assert [one["command"] for one in call.params["commands"]][:2] == ["menu", "language"]
    server.assert_clean()


def test_after_five_failures_one_probe_finds_out(server: BotApiServer, amina: User) -> None:
    async def steps(sender: ChatSender) -> None:
        server.faults.next("*", Fault.server_error(502), times=5)
        fates = [(await sender.send(queued(amina))).fate for _ in range(5)]
        assert fates == [Fate.UNKNOWN] * 5
        held_back = await sender.send(queued(amina))
        assert (held_back.fate, held_back.reason) == (Fate.NOT_SENT, "breaker")

    play(server, steps)
    assert len(server.calls_of("sendMessage")) == 5
    assert server.sent_to(amina.chat_id) == []


def test_the_token_is_in_no_log_and_no_error(
    server: BotApiServer, amina: User, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither token nor text in any log: fault 86."""
    caplog.set_level("DEBUG")
    for fault in UNCLEAR:
        report = reported(server, queued(amina), fault, seconds=0.3)
        assert server.token not in repr(report)
    secret = server.token.partition(":")[2]
    assert secret not in caplog.text
    assert "Deutsch lernen" not in caplog.text


def test_every_part_beyond_the_first_is_counted(server: BotApiServer, amina: User) -> None:
    """A long message counts for what it is, an edit that overflows too: fault 37."""
    counted: list[str] = []

    async def whole() -> None:
        cable = Cable(server.token, server.url)
        sender = ChatSender(cable, texts().renderer, CLOCK, counted.append)
        first = await sender.send(queued(amina, LONG))
        assert counted == [str(amina.chat_id)] * 2
        short = await sender.send(queued(amina))
        assert len(counted) == 2
        await sender.send(queued(amina, LONG, act=Act.EDIT, message_id=short.message_id))
        assert len(counted) == 4, "the edit is none, what follows it is"
        await sender.send(queued(amina, LONG, act=Act.EDIT, message_id=4711))
        assert len(counted) == 7, "all of it is new"
        assert first.fate is Fate.SENT
        await cable.close()

    asyncio.run(whole())
    assert len(server.sent_to(amina.chat_id)) == 3 + 1 + 2 + 3
