"""Breaker, throttle, profile and the classes of refusals, each for itself."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.telegram.breaker import FAILURES, Breaker
from bot.channels.telegram.cable import Cable
from bot.channels.telegram.faults import Refused, Uncertain, Why, refusal, retry_at, why
from bot.channels.telegram.profile import tell_profile
from bot.channels.telegram.throttle import (
    BURST,
    LONG_BURST,
    LONG_RATE,
    RATE,
    STANDING_COSTS,
    Pass,
    Throttle,
)
from bot.store.memory import MemoryStore
from bot.store.runner import ThreadRunner
from tests.botapi import BotApiServer, Fault
from tests.channels.telegram.office import texts


def test_the_breaker_opens_probes_once_and_closes() -> None:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert not breaker.is_open
        breaker.failed(now=100.0, jitter=0.0)
    assert breaker.is_open
    assert not breaker.probe_due(104.9)
    assert breaker.probe_due(105.0)
    assert not breaker.probe_due(106.0), "one probe at a time"
    breaker.failed(now=106.0, jitter=0.0)
    assert not breaker.probe_due(115.9), "the second pause is longer"
    assert breaker.probe_due(116.0)
    breaker.succeeded()
    assert not breaker.is_open


def test_the_breaker_never_waits_longer_than_a_minute_and_a_quarter() -> None:
    breaker = Breaker()
    now = 0.0
    for _ in range(FAILURES):
        breaker.failed(now, 1.0)
    for _ in range(20):
        now += 75.0
        assert breaker.probe_due(now)
        breaker.failed(now, 1.0)


def test_throttling_by_the_time_telegram_noted() -> None:
    throttle = Throttle(burst=3, rate=1)
    now = [throttle.admit(1, {"message": {"date": 1000}}, 5000.0) for _ in range(5)]
    assert now == [Pass.YES, Pass.YES, Pass.YES, Pass.NO_AND_SAY_SO, Pass.NO]
    assert throttle.admit(2, {"message": {"date": 1000}}, 5000.0) is Pass.YES
    assert throttle.admit(1, {"message": {"date": 1001}}, 5000.0) is Pass.YES
    hours = [throttle.admit(3, {"message": {"date": 60 * n}}, 5000.0) for n in range(50)]
    assert set(hours) == {Pass.YES}, "what was written over an hour is no flood"


def test_dates_that_go_backwards_refill_nothing() -> None:
    """Messages bring Telegram's whole seconds, presses our clock: fault 53."""
    throttle = Throttle()
    taken = 0
    for number in range(1000):
        now = 5000 + number / 100
        body = (
            press(str(number), number, "h") if number % 2 else {"message": {"date": int(now) - 2}}
        )
        taken += throttle.admit(1, body, now) is Pass.YES
    assert taken <= BURST + 10 * RATE


def test_hours_of_a_flood_are_slower_than_its_first_minutes() -> None:
    """One person cannot fill the group or the outbox in the course of a day: fault 53."""
    throttle = Throttle()
    hour = [throttle.admit(1, {"message": {"date": second}}, 0.0) for second in range(3600)]
    assert hour[:280] == [Pass.YES] * 280
    assert hour.count(Pass.YES) <= LONG_BURST + 3600 * LONG_RATE
    assert hour.count(Pass.NO_AND_SAY_SO) == 1


def test_stopping_the_bot_and_going_on_again_and_again_is_not_told_each_time() -> None:
    throttle = Throttle()
    told = [throttle.admit_standing(1, 100.0) for _ in range(100)]
    assert told.count(Pass.YES) == LONG_BURST / STANDING_COSTS
    assert Pass.NO_AND_SAY_SO not in told, "who stopped the bot cannot be written to"
    assert throttle.admit_standing(2, 100.0) is Pass.YES


def test_a_danger_that_was_answered_counts_for_one_flood() -> None:
    throttle = Throttle(burst=4, rate=1)
    flood: list[dict[str, Any]] = [{"message": {"date": 1000}}] * 9
    assert throttle.answered(1) == frozenset()
    throttle.note(1, "violence")
    assert throttle.answered(1) == frozenset(), "nobody we know"
    for body in flood:
        throttle.admit(1, body, 1000.0)
    throttle.note(1, "violence")
    throttle.admit(1, {"message": {"date": 1001}}, 1001.0)
    assert throttle.answered(1) == frozenset({"violence"})
    throttle.admit(1, {"message": {"date": 1010}}, 1010.0)
    assert throttle.answered(1) == frozenset()


def press(query: str, message: int, data: str) -> dict[str, object]:
    return {"callback_query": {"id": query, "message": {"message_id": message}, "data": data}}


def test_a_button_pressed_twice_at_once_was_meant_once() -> None:
    throttle = Throttle()
    assert throttle.admit(1, press("a", 7, "at.x"), 100.0) is Pass.YES
    assert throttle.admit(1, press("b", 7, "at.x"), 100.2) is Pass.ECHO
    assert throttle.admit(1, press("c", 7, "at.x"), 100.9) is Pass.ECHO
    assert throttle.admit(1, press("d", 7, "at.x"), 101.1) is Pass.YES, "thought about it"
    assert throttle.admit(1, press("e", 8, "at.x"), 101.2) is Pass.YES, "of another message"
    assert throttle.admit(1, press("f", 8, "at.y"), 101.3) is Pass.YES
    assert throttle.admit(2, press("g", 8, "at.y"), 101.3) is Pass.YES, "somebody else"
    assert throttle.admit(1, {"message": {"date": 101}}, 101.3) is Pass.YES
    assert throttle.admit(1, press("h", 8, "at.y"), 101.4) is Pass.YES, "a word lies between"


def test_a_press_that_was_not_committed_comes_again_and_is_no_echo() -> None:
    throttle = Throttle()
    for _ in range(3):
        assert throttle.admit(1, press("a", 7, "h"), 100.0) is Pass.YES
        assert throttle.admit(1, press("b", 7, "h"), 100.0) is Pass.ECHO


@pytest.mark.parametrize("ours", [9000.0, 1000.0, 10.0])
def test_a_clock_that_is_wrong_locks_nobody_out(ours: float) -> None:
    """Presses are dated by us, messages by Telegram, hours apart; each is written in its turn."""
    throttle = Throttle(burst=2, rate=1)
    for second in range(0, 60, 2):
        assert throttle.admit(1, {}, ours + second) is Pass.YES
        assert throttle.admit(1, {"message": {"date": 1000 + second}}, 0.0) is Pass.YES
    for second in range(60, 90):
        assert throttle.admit(1, {"message": {"date": 1000 + second}}, 0.0) is Pass.YES


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    throttle = Throttle(burst=2, rate=1)
    now = [*range(90_000, 90_030), *range(1_000, 1_030), *range(50_000, 50_030)]
    assert {throttle.admit(1, {}, float(second)) for second in now} == {Pass.YES}


@pytest.mark.parametrize(
    ("status", "description", "reason"),
    [
        (401, "Unauthorized", Why.UNAUTHORIZED),
        (403, "Forbidden: bot was blocked by the user", Why.UNREACHABLE),
        (403, "Forbidden: user is deactivated", Why.UNREACHABLE),
        (403, "Forbidden: bot can't initiate conversation with a user", Why.UNREACHABLE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Why.UNREACHABLE),
        (400, "Bad Request: chat not found", Why.UNREACHABLE),
        (400, "USER_IS_BLOCKED", Why.UNREACHABLE),
        (400, "Bad Request: message is not modified: specified new", Why.NOT_MODIFIED),
        (400, "Bad Request: TOPIC_NOT_MODIFIED", Why.NOT_MODIFIED),
        (400, "Bad Request: message to edit not found", Why.MESSAGE_GONE),
        (400, "Bad Request: message can't be edited", Why.MESSAGE_GONE),
        (400, "Bad Request: MESSAGE_ID_INVALID", Why.MESSAGE_GONE),
        (400, "Bad Request: can't parse entities: Unsupported", Why.BAD_MARKUP),
        (400, "Bad Request: query is too old and response timeout expired", Why.OLD_QUERY),
        (400, "Bad Request: QUERY_ID_INVALID", Why.OLD_QUERY),
        (400, "Bad Request: message thread not found", Why.THREAD_GONE),
        (400, "Bad Request: TOPIC_DELETED", Why.THREAD_GONE),
        (400, "Bad Request: TOPIC_CLOSED", Why.THREAD_CLOSED),
        (400, "Bad Request: the chat is not a forum", Why.NO_FORUM),
        (400, "Bad Request: not enough rights to create a topic", Why.NO_RIGHTS),
        (400, "Bad Request: need administrator rights in the channel chat", Why.NO_RIGHTS),
        (400, "Bad Request: message is too long", Why.PERMANENT),
        (409, "Conflict: terminated by other getUpdates request", Why.CONFLICT),
        (429, "Too Many Requests: retry after 5", Why.TOO_MANY),
    ],
)
def test_refusals_by_their_wording(status: int, description: str, reason: Why) -> None:
    assert why(Refused(status, description)) is reason


def test_refusals_by_their_body() -> None:
    body = b'{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1007}}'
    moved = refusal(400, body)
    assert isinstance(moved, Refused)
    assert (moved.migrated_to, why(moved)) == (-1007, Why.MIGRATED)
    assert isinstance(refusal(502, b"<html>"), Uncertain)
    assert isinstance(refusal(400, b"<html>"), Uncertain)
    page = refusal(429, b"<html>")
    assert isinstance(page, Refused)
    assert why(page) is Why.TOO_MANY
    odd = refusal(429, b'{"parameters": {"retry_after": "soon"}}')
    assert isinstance(odd, Refused)
    assert odd.retry_after is None


def test_the_time_to_try_again_grows_spreads_and_repeats() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    first = [retry_at(now, 0, row) - now for row in range(50)]
    assert min(first) >= timedelta(seconds=1)
    assert max(first) < timedelta(seconds=1.25)
    assert len(set(first)) > 25
    assert retry_at(now, 99, 5) == retry_at(now, 6, 5) < now + timedelta(seconds=76)


@pytest.fixture
def runner() -> Iterator[ThreadRunner]:
    made = ThreadRunner(MemoryStore(), 1)
    yield made
    made.close()


def told(server: BotApiServer, runner: ThreadRunner, languages: tuple[str, ...]) -> list[Any]:
    """Tell the profile and return the language codes of the calls made for it."""
    before = len(server.calls)

    async def once() -> None:
        cable = Cable(server.token, server.url)
        await tell_profile(cable, texts().renderer, runner, languages)
        await cable.close()

    asyncio.run(once())
    return [call.params.get("language_code") for call in server.calls[before:]]


def test_the_profile_is_told_once_in_each_language_telegram_knows(
    server: BotApiServer, runner: ThreadRunner
) -> None:
    calls = told(server, runner, ("de", "en", "kmr", "prs"))
    assert len(calls) == 9
    assert {code or "" for code in calls} == {"de", "en", ""}
    assert told(server, runner, ("de", "en", "kmr", "prs")) == []
    server.assert_clean()
    assert server.world.profile.descriptions["de"].startswith("Erste Beratung")


def test_a_profile_that_failed_is_told_at_the_next_start(
    server: BotApiServer, runner: ThreadRunner
) -> None:
    server.faults.next("setMyDescription", Fault.server_error(502))
    assert len(told(server, runner, ("de",))) == 2
    assert len(told(server, runner, ("de",))) == 6
