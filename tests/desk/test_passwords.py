"""Nobody learns from waiting which accounts exist."""

import asyncio

from bot.desk.passwords import _HASHER, _NOBODYS_HASH, matches


def test_a_login_that_nobody_has_costs_what_a_wrong_password_costs() -> None:
    assert not _HASHER.check_needs_rehash(_NOBODYS_HASH), "made with other parameters"


def test_nobody_is_let_in_without_an_account() -> None:
    assert not asyncio.run(matches("a password nobody has", None))
    assert not asyncio.run(matches("a password nobody has", ""))
