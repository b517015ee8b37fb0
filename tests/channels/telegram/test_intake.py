"""Poison, duplicates, kills and second pollers: what gets in, and what never blocks the others."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram import batch
from bot.channels.telegram.health import CONFLICT, WEBHOOK
from bot.channels.telegram.intake import CAREFUL, RUNNING
from bot.store.memory.program import MemoryNotes
from bot.usecases.converse import converse_all
from bot.usecases.ports import NotCommitted
from tests.botapi import BotApiServer, Fault, User
from tests.botapi.samples import samples
from tests.channels.telegram.office import office
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import AGREE, agreed


def quarantined(bot: Running) -> int:
    return len(bot.house.store._state.quarantine)  # type: ignore[attr-defined]


def poisoned(user: User) -> dict[str, Any]:
    """A message whose text is a number: no client can send it."""
    raw = copy.deepcopy(dict(samples(user.id)["message/text"]))
    raw["message"] |= {"text": 5, "message_id": 4711, "from": user.raw}
    return raw


def test_poison_is_put_aside_and_its_neighbours_are_answered(server: BotApiServer) -> None:
    """One update that cannot be read stops nobody else: fault 18."""
    users = [server.user(f"U{number}", language_code="de") for number in range(6)]
    for number, user in enumerate(users):
        user.start()
        if number == 3:
            server.push(poisoned(user))
    with running(server) as bot:
        for user in users:
            user.wait_for(lambda screen: screen.with_button("Deutsch"))
        users[3].wait_for_text("schiefgegangen")
        server.wait_until_confirmed()
        assert quarantined(bot) == 1
        assert bot.service.intake.counts.quarantined == 1
    texts = [[m.text for m in user.screen().from_bot] for user in users]
    assert [len(found) for found in texts] == [1, 1, 1, 2, 1, 1]


def test_every_field_of_the_wrong_type_blocks_nobody(server: BotApiServer) -> None:
    """Wrong types in every field are put aside or ignored: fault 18."""
    names = ("message/text", "callback_query/message/Message", "my_chat_member", "edited_message")
    amina = server.user("Amina", language_code="de")
    bodies = [body for name in names for body in distorted(samples(amina.id)[name])]
    with running(server, clean=False) as bot:  # the presses and their messages are invented
        for body in bodies:
            server.push(body)
        amina.start()
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))
        server.wait_until_confirmed()
        assert len(bodies) > 80
        assert bot.service.health.last_success is not None


def distorted(raw: Any) -> list[Any]:
    (kind,) = raw.keys() - {"update_id"}
    wrong_values: tuple[Any, ...] = ("text", -1, None, [], {})
    return [
        {kind: {**raw[kind], key: wrong}}
        for key, value in raw[kind].items()
        for wrong in wrong_values
        if type(wrong) is not type(value)
    ]


def test_what_raises_in_the_engine_is_poison_too(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours met by one update is put aside, and no text is logged: fault 18."""
    real = converse_all

    def fragile(unit: Any, arrivals: Any) -> Any:
        if any(getattr(arrival.event, "text", "") == "PoisonCanary" for arrival in arrivals):
            raise KeyError("PoisonCanary")
        return real(unit, arrivals)

    monkeypatch.setattr(batch, "converse_all", fragile)
    with running(server) as bot:
        amina, basma = agreed(server, "Amina"), agreed(server, "Basma")
        amina.send("PoisonCanary")
        basma.send("/menu")
        amina.wait_for_text("schiefgegangen")
        basma.wait_for(lambda screen: len(screen.from_bot) == 2)
        server.wait_until_confirmed()
        assert quarantined(bot) == 1
        amina.press("☰ Menü").wait_answered()
    assert "PoisonCanary" not in caplog.text
    assert "KeyError" in caplog.text


def test_a_press_that_is_poison_is_answered(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(unit: Any, arrivals: Any) -> Any:
        raise RuntimeError

    with running(server):
        amina = agreed(server)
        monkeypatch.setattr(batch, "converse_all", broken)
        amina.forge("h", message=amina.last().id).wait_answered()
        amina.wait_for_text("schiefgegangen")


def test_a_kill_loses_nothing_and_repeats_no_effect(server: BotApiServer) -> None:
    house = office()
    first = Running(server, house=house).start()
    amina = agreed(server)
    with server.world.change():
        server.faults.latency(0.2, 0.2)
        amina.send("/menu")
        amina.send("/person")
    first.eventually(lambda: first.store(lambda work: work.outbox.waiting()) > 0)
    first.kill()
    server.faults.clear()
    amina.send("/privacy")
    assert house_notes(house, RUNNING) == "memory"
    with running(server, house=house) as second:
        assert second.service.intake._careful == CAREFUL
        server.wait_until_confirmed()
        second.eventually(lambda: second.store(lambda work: work.outbox.waiting()) == 0)
        assert quarantined(second) == 0
        amina.press(amina.last().labels[0]).wait_answered()
    assert house_notes(house, RUNNING) == ""
    assert 4 <= len(amina.screen().from_bot) <= 4 + 16


def house_notes(house: Any, key: str) -> str | None:
    with house.unit() as unit:
        found: str | None = unit.work.notes.get(key)
        return found


def test_an_update_that_kills_is_put_aside_after_some_lives(server: BotApiServer) -> None:
    """An update that ends the process cannot do so for ever: fault 18."""
    house = office()
    amina = server.user("Amina", language_code="de")
    amina.start()
    number = server.world.updates.entries[0].update_id
    with house.unit() as unit:
        unit.work.notes.put(RUNNING, "1")
        for _ in range(5):
            unit.work.updates.attempts(number)
    with running(server, house=house) as bot:
        amina.wait_for_text("schiefgegangen")
        server.wait_until_confirmed()
        assert quarantined(bot) == 1


def test_while_the_store_takes_no_commit_nothing_is_confirmed(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No commit, no confirmation, and it goes on by itself: fault 62."""
    real = batch.act
    full = [True]

    def disk_full(*arguments: Any) -> Any:
        if full[0]:
            raise NotCommitted
        return real(*arguments)

    monkeypatch.setattr(batch, "act", disk_full)
    with running(server) as bot:
        amina = server.user("Amina", language_code="de")
        amina.start()
        bot.eventually(lambda: bot.pauses.asked)
        assert server.pending() == 1
        full[0] = False
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))
        assert quarantined(bot) == 0


def test_who_writes_while_the_store_takes_nothing_is_not_blamed_for_it(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram brings the message again and again; it is judged once: faults 53 and 62."""
    real = batch.act
    brought = []

    def disk_full(*arguments: Any) -> Any:
        brought.append(arguments)
        if len(brought) < 60:
            raise NotCommitted
        return real(*arguments)

    with running(server) as bot:
        amina = agreed(server)
        server.wait_until_confirmed()
        monkeypatch.setattr(batch, "act", disk_full)
        amina.send("/person")
        server.wait_until_confirmed()
        assert len(brought) >= 60
        assert bot.service.intake.counts.throttled == 0
        amina.wait_for(lambda screen: len(screen.from_bot) == 2)


def test_ids_that_fall_are_taken(server: BotApiServer) -> None:
    """Update numbers that begin lower again are new updates: fault 13."""
    with running(server):
        amina = agreed(server)
        server.wait_until_confirmed()
        server.restart_update_ids(2_000_001)
        amina.send("/menu")
        amina.wait_for(lambda screen: len(screen.from_bot) == 2)
        server.wait_until_confirmed()


def test_a_second_poller_is_noticed_told_and_does_no_harm(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Two pollers: told loudly, one effect each: fault 19."""
    house = office()
    with running(server, house=house) as first, running(server, house=house) as second:
        first.eventually(lambda: first.service.health.conflicts + second.service.health.conflicts)
        amina = server.user("Amina", language_code="de")
        amina.start()
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))
        server.wait_until_confirmed()
        assert "a second program takes this bot's updates" in caplog.text
        assert not (first.service.health.well and second.service.health.well)
        assert house_notes(house, CONFLICT)
        assert len(amina.screen().from_bot) == 1


@pytest.mark.parametrize(
    "fault", [Fault.drop_before(), Fault.flood(1), Fault.server_error(500), Fault.html_error()]
)
def test_what_helps_against_a_conflict_may_fail_too(server: BotApiServer, fault: Fault) -> None:
    """The look at somebody else's webhook fails; polling goes on all the same: fault 19."""
    with running(server, clean=False) as bot:
        bot.eventually(lambda: server.calls_of("getUpdates"))
        server.faults.next("getWebhookInfo", fault, times=3)
        server.set_webhook_by_stranger("https://other.example/hook")
        bot.eventually(lambda: server.faults.pending() == 0, 60)
        server.set_webhook_by_stranger("")
        amina = server.user("Amina", language_code="de")
        amina.start()
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))


def test_a_conflict_that_cannot_be_noted_is_noted_later(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store takes nothing just then: polling goes on, and the note follows: faults 19, 62."""
    refused: list[str] = []
    real = MemoryNotes.put

    def put(notes: MemoryNotes, key: str, value: str) -> None:
        if key == CONFLICT and value and len(refused) < 9:
            refused.append(key)
            raise NotCommitted
        real(notes, key, value)

    monkeypatch.setattr(MemoryNotes, "put", put)
    with running(server) as bot:
        bot.eventually(lambda: server.calls_of("getUpdates"))
        server.set_webhook_by_stranger("https://other.example/hook")
        bot.eventually(lambda: house_notes(bot.house, CONFLICT), 60)
        server.set_webhook_by_stranger("")
        bot.eventually(lambda: not house_notes(bot.house, CONFLICT), 60)
    assert len(refused) == 9


def test_a_webhook_of_somebody_else_is_told_and_left_alone(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A poller meets a webhook: told, until it is gone: fault 19."""
    server.set_webhook_by_stranger("https://other.example/hook")
    with running(server) as bot:
        bot.eventually(lambda: bot.service.health.conflicts >= 2)
        assert "somebody else set a webhook" in caplog.text
        assert server.webhook_info["url"] == "https://other.example/hook"
        server.set_webhook_by_stranger("")
        bot.eventually(lambda: bot.service.health.well)
    assert server.calls_of("deleteWebhook") == []


def test_our_own_webhook_of_an_earlier_run_is_removed(server: BotApiServer) -> None:
    house = office()
    with house.unit() as unit:
        unit.work.notes.put(WEBHOOK, "https://ours.example/hook")
    server.set_webhook_by_stranger("https://ours.example/hook")
    with running(server, house=house):
        amina = server.user("Amina", language_code="de")
        amina.start()
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))
    (call,) = server.calls_of("deleteWebhook")
    assert not call.params.get("drop_pending_updates")


def test_a_revoked_token_stops_everything_and_keeps_the_outbox(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Sending stops, what waits is kept and sent later: fault 24."""
    with running(server) as bot:
        amina = agreed(server)
        server.faults.revoke_token()
        amina.send("/menu")
        bot.eventually(lambda: bot.service.health.token_refused)
        bot.eventually(lambda: "refuses the bot's token" in caplog.text)
        server.faults.restore_token()

        def answered() -> bool:
            bot.clock.pushed += timedelta(minutes=1)
            return len(amina.screen().from_bot) == 2

        bot.eventually(answered)
        bot.eventually(lambda: bot.service.health.well)


def test_polling_goes_on_after_network_faults(server: BotApiServer) -> None:
    faults = [Fault.drop_before(), Fault.html_error(502), Fault.truncated(), Fault.flood(1)]
    for fault in faults:
        server.faults.next("getUpdates", fault)
    with running(server):
        amina = server.user("Amina", language_code="de")
        amina.start()
        amina.wait_for(lambda screen: screen.with_button("Deutsch"))
        assert server.faults.pending() == 0


def test_a_flood_in_one_chat_holds_up_no_other(server: BotApiServer) -> None:
    """A 429 pauses its chat alone, in order: fault 25."""
    with running(server) as bot:
        amina, basma = agreed(server, "Amina"), agreed(server, "Basma")
        fault = Fault.flood(1)
        server.faults.next("sendMessage", fault, chat_id=amina.chat_id)
        for text in ("/menu", "/privacy", "/person"):
            amina.send(text)
        bot.eventually(lambda: server.faults.pending() == 0)
        basma.send("/menu")
        basma.wait_for(lambda screen: len(screen.from_bot) == 2, timeout=0.9)
        assert len(amina.screen().from_bot) == 1
        amina.wait_for(lambda screen: len(screen.from_bot) == 4)
        assert AGREE not in amina.screen().text
