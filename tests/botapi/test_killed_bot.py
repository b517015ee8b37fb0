"""A bot process that is killed leaves the server, its updates and the people untouched."""

import subprocess
import sys

from tests.botapi import BotApiServer
from tests.botapi.client import Client

_BOT = """
import asyncio, sys
from telegram import Bot

async def poll(root, token):
    bot = Bot(token, base_url=root)
    while True:
        await bot.get_updates(timeout=30)

asyncio.run(poll(*sys.argv[1:]))
"""


def test_a_killed_poller_loses_nothing_and_disturbs_nobody(
    server: BotApiServer, client: Client
) -> None:
    bot = subprocess.Popen([sys.executable, "-c", _BOT, server.base_url, server.token])
    try:
        server.wait_for(lambda: server.calls_of("getUpdates"), timeout=20)
    finally:
        bot.kill()
        bot.wait()
    user = server.user()
    user.start()
    (update,) = client.run(client.bot.get_updates(timeout=5))
    client.run(client.bot.send_message(user.id, "still here"))
    assert client.run(client.bot.get_updates(offset=update.update_id + 1)) == ()
    assert user.last().text == "still here"
    assert server.refusals == []
