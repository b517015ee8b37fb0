"""A bot that forgets what it acknowledged is found out; late acknowledging is no loss."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks import kills
from tests.benchmarks.contenders import Contender
from tests.benchmarks.place import Place
from tests.benchmarks.running import Track
from tests.benchmarks.services import Services

BOT = """
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

root = f"{os.environ['BENCH_API']}/bot{os.environ['BENCH_TOKEN']}"
address = ("127.0.0.1", int(os.environ["BENCH_PORT"]))

def call(method, **fields):
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{root}/{method}", json.dumps(fields).encode(), headers)).close()

class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = {"chat_id": update["message"]["chat"]["id"], "text": "Welcome"}
        if sys.argv[1] == "early":
            threading.Thread(target=call, args=("sendMessage",), kwargs=reply).start()
        else:
            call("sendMessage", **reply)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(address, Hook)
call("setWebhook", url=f"http://127.0.0.1:{address[1]}/webhook")
server.serve_forever()
"""


@pytest.mark.parametrize(
    ("acknowledges", "acknowledged", "replies"), [("early", 20, 0), ("late", 0, 20)]
)
def test_what_telegram_may_forget_is_lost_and_the_rest_comes_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    acknowledges: str,
    acknowledged: int,
    replies: int,
) -> None:
    monkeypatch.setattr(kills, "SETTLED", 1.0)
    command = [sys.executable, "-c", BOT, acknowledges]
    bot = Contender("stock", "a bot", "nothing", frozenset(), lambda _: command)
    track = Track(Place(tmp_path), Services(), tmp_path, tmp_path)
    run = kills.measure(track, bot, 0)
    assert run.error == ""
    assert run.figures == {"people": 20, "acknowledged": acknowledged, "replies": replies}
