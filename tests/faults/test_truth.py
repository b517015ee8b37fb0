"""Nothing pretends: the desk says what is wrong with the way to Telegram and what that means."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from bot.channels.telegram import watch
from bot.channels.telegram.webhook import Webhook
from bot.usecases import signals
from bot.usecases.notices import TROUBLE
from bot.usecases.ports import NotCommitted
from bot.usecases.signals import KEPT_UP, Trouble
from tests.botapi import BotApiServer, Fault, User
from tests.channels.telegram.running import Running, running
from tests.channels.telegram.test_journeys import agreed
from tests.faults.desk import alive, banner, colleague, readiness, says, silent

QUICK: Final[dict[str, Any]] = {"watch_every": 0.02}


def push(bot: Running, **time: float) -> None:
    bot.clock.pushed += timedelta(**time)


def cut_off(server: BotApiServer, user: User) -> None:
    """Let every call fail from now on; what `user` sends ends the poll that is under way."""
    server.faults.next("getUpdates", Fault.drop_before(), times=10_000)
    server.faults.next("*", Fault.drop_before(), times=10_000)
    user.send("/menu")


def test_a_telegram_out_of_reach_is_told_and_then_no_longer(server: BotApiServer) -> None:
    """fault 43: since when, what it means, and that it is over."""
    with running(server, clean=False, **QUICK) as bot:
        amina = agreed(server)
        anna = colleague(bot)
        assert "Telegram" not in banner(anna)
        since = bot.store(signals.last_heard)
        assert since is not None
        cut_off(server, amina)
        bot.eventually(lambda: bot.pauses.asked, 60)
        push(bot, seconds=90)
        text = says(bot, anna, "Telegram ist nicht erreichbar")
        assert "10:0" in text, "the time of the county"
        assert "gehen von selbst hinaus" in text
        assert "verschicken (" not in text, "it is told once, not twice in other words"
        status, told = readiness(anna)
        assert (status, told["ready"]) == (200, True), "a new start of the process would not help"
        assert alive(anna)
        assert "unheard" in str(told["troubles"])
        server.faults.clear()
        silent(bot, anna, "Telegram ist nicht erreichbar")


def test_a_circuit_that_is_open_is_told_and_closes_without_a_message(server: BotApiServer) -> None:
    """fault 43: answers wait, nothing more is sent, and a watch finds out when it works again."""
    with running(server, clean=False, **QUICK) as bot:
        people = [agreed(server, f"N{number}") for number in range(5)]
        anna = colleague(bot)
        server.faults.next("*", Fault.server_error(502), times=5)
        for one in people:
            one.send("/menu")
        says(bot, anna, "lässt sich nichts verschicken")
        silent(bot, anna, "lässt sich nichts verschicken")
        assert server.calls_of("getMe")
        bot.eventually(lambda: bot.store(lambda work: work.outbox.waiting()) == 0, 60)


def test_a_second_program_is_told(server: BotApiServer) -> None:
    """fault 19: at the desk within a minute, with what it means."""
    with running(server, **QUICK) as bot:
        anna = colleague(bot)
        with running(server, house=bot.house, **QUICK):
            text = says(bot, anna, "Ein zweites Programm holt")
            assert "können fehlen" in text
        silent(bot, anna, "Ein zweites Programm holt")


def test_a_foreign_webhook_is_told(server: BotApiServer) -> None:
    """fault 19, fault 20: while somebody else's webhook keeps us from polling."""
    server.set_webhook_by_stranger("https://other.example/hook")
    with running(server, **QUICK) as bot:
        anna = colleague(bot)
        says(bot, anna, "Ein anderes Programm bekommt die Nachrichten")
        server.set_webhook_by_stranger("")
        silent(bot, anna, "Ein anderes Programm bekommt")


def test_a_webhook_that_was_changed_is_told_for_a_day(server: BotApiServer) -> None:
    """fault 20: it is set anew, and the desk says that messages may be missing."""
    with running(server, webhook=True, **QUICK) as bot:
        anna = colleague(bot)
        server.wait_for(lambda: server.webhook_info["url"])
        server.set_webhook_by_stranger("https://thief.example/hook")
        says(bot, anna, "läuft wieder")
        push(bot, hours=23)
        assert "Adresse des Bots" in banner(colleague(bot))
        push(bot, hours=2)
        assert "Adresse des Bots" not in banner(colleague(bot))


def test_a_webhook_is_watched_though_the_store_takes_nothing(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fault 20, fault 62: what could not be set now is set a minute later."""
    real, failures = Webhook.set, [NotCommitted(), RuntimeError(), NotCommitted()]

    async def set_in_vain(webhook: Webhook) -> None:
        if failures:
            raise failures.pop()
        await real(webhook)

    with running(server, webhook=True, **QUICK) as bot:
        server.wait_for(lambda: server.webhook_info["url"])
        ours = server.webhook_info["url"]
        monkeypatch.setattr(Webhook, "set", set_in_vain)
        server.set_webhook_by_stranger("https://thief.example/hook")
        server.wait_for(lambda: server.webhook_info["url"] == ours)
        bot.eventually(lambda: bot.service.health.webhook_repairs)
        assert bot.service.health.webhook_repairs == 1
    assert failures == []


def test_a_revoked_token_is_told_and_nothing_is_lost(server: BotApiServer) -> None:
    """fault 24: alarm, and answers stay in the outbox until it is restored."""
    with running(server, **QUICK) as bot:
        amina = agreed(server)
        anna = colleague(bot)
        server.faults.revoke_token()
        amina.send("/menu")
        text = says(bot, anna, "lässt den Bot")
        assert "bleiben gespeichert" in text
        server.faults.restore_token()

        bot.in_time(lambda: len(amina.screen().from_bot) == 2)
        silent(bot, anna, "lässt den Bot")


def test_a_day_of_silence_is_told_logged_and_counted(
    server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    """fault 16: 25 hours away, messages are gone at Telegram: log, figure and desk say so."""
    with running(server, **QUICK) as bot:
        amina = agreed(server)
        bot.eventually(lambda: bot.store(signals.last_heard))
        house = bot.house
    amina.send("/menu")
    server.advance(25 * 3600)
    assert server.pending() == 0, "Telegram has dropped the message"
    again = Running(server, house=house, **QUICK)
    again.clock.pushed += timedelta(hours=25)
    again.start()
    try:
        anna = colleague(again)
        text = says(again, anna, "war 25 Stunden nicht erreichbar")
        assert "Fragen Sie bei offenen Fällen nach" in text
        status, told = readiness(anna)
        assert status == 200
        assert "'gap_hours': 25" in str(told["today"])
        amina.send("/menu")
        amina.wait_for(lambda screen: len(screen.from_bot) == 2)
    finally:
        again.stop()
    assert "nothing was heard for 25 hours" in caplog.text


def test_a_full_queue_at_telegram_is_told(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """fault 17: more than so many updates wait there: log and desk say so while it lasts."""
    monkeypatch.setattr(watch, "MANY_WAITING", 10)
    user = server.user("Amina", language_code="de")
    for _ in range(40):
        user.send("/menu")
    server.faults.next("getUpdates", Fault.server_error(502), times=10_000)
    with running(server, clean=False, **QUICK) as bot:
        anna = colleague(bot)
        says(bot, anna, "sehr viele Nachrichten")
        server.faults.clear()
        server.wait_until_confirmed(60)
        push(bot, minutes=2)
        silent(bot, anna, "sehr viele Nachrichten")
    assert "updates wait at Telegram" in caplog.text


def test_a_group_that_fails_and_a_deletion_that_stands_still_are_told(server: BotApiServer) -> None:
    """fault 41: the desk says that work goes on there."""
    with running(server, **QUICK) as bot:
        anna = colleague(bot)
        bot.store(lambda work: work.notes.put(TROUBLE, "topics:no_rights"))
        bot.store(lambda work: work.notes.put("retention.stopped", "clock"))
        text = says(bot, anna, "Gruppe der Fachkräfte")
        assert "Das Löschen alter Daten steht still." in text


def test_a_group_where_topics_must_not_be_deleted_is_told_apart(server: BotApiServer) -> None:
    """Work goes on there; what erased people wrote stays readable: fault 85."""
    with running(server, **QUICK) as bot:
        anna = colleague(bot)
        bot.store(lambda work: work.notes.put(TROUBLE, "delete:no_rights"))
        text = says(bot, anna, "keine Themen löschen")
        assert "lässt sich nicht benutzen" not in text
        bot.store(lambda work: work.notes.put(TROUBLE, "delete:unreachable"))
        text = says(bot, anna, "lässt sich nicht benutzen")
        assert "keine Themen löschen" not in text


def test_a_process_that_died_leaves_no_false_alarm(server: BotApiServer) -> None:
    """What nobody keeps up is over, also when whoever said it can take nothing back."""
    with running(server) as bot:
        anna = colleague(bot)
        bot.store(lambda work: signals.keep_up(bot.unit(work), Trouble.CONFLICT))
        assert "zweites Programm" in banner(anna)
        push(bot, seconds=KEPT_UP.total_seconds() + 1)
        assert "zweites Programm" not in banner(anna)


def test_the_watch_survives_whatever_it_finds(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    broken = [True]
    real = signals.last_heard

    def once(work: object) -> datetime | None:
        if broken:
            broken.clear()
            raise RuntimeError("SecretCanary")
        return real(work)  # type: ignore[arg-type]

    monkeypatch.setattr(signals, "last_heard", once)
    with running(server, **QUICK) as bot:
        bot.eventually(lambda: not broken)
        bot.eventually(lambda: bot.store(real))
    assert "RuntimeError" in caplog.text
    assert "SecretCanary" not in caplog.text
