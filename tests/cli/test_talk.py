"""A whole conversation in the terminal: what is printed is read, what is typed is answered."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

from tests.playing.house import ROOT
from tests.playing.newcomer import plain
from tests.process.command import PATIENCE, environment
from tests.process.newcomers import CODE, TO_THE_SUMMARY, words


@dataclass(frozen=True)
class Terminal:
    """Somebody in front of `lotse talk`."""

    process: subprocess.Popen[str]

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read(self, pattern: str) -> re.Match[str]:
        """Where the next line that fits does so. Fails when the program falls silent or ends."""
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(plain(line))
            if found := re.search(pattern, seen[-1]):
                return found
        raise AssertionError(f"{pattern!r} was not said:\n{''.join(seen)}")

    def press(self, key: str) -> None:
        """Press the next button with a text in Ukrainian, by the number in front of it."""
        label = re.escape(words(key, "uk"))
        self.type(self.read(rf"\[(#\d+) [^\]]*{label}").group(1))

    def quit(self) -> int:
        """Leave, read what is left, and return the exit code."""
        self.type("/quit")
        assert self.process.stdout is not None
        self.process.stdout.read()
        return self.process.wait(PATIENCE)


@contextmanager
def talking(language: str) -> Iterator[Terminal]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "talk", "--lang", language],
        cwd=ROOT,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    silence = Timer(PATIENCE, process.kill)
    silence.start()
    try:
        with process:
            yield Terminal(process)
    finally:
        silence.cancel()


def test_a_conversation_in_ukrainian_leads_to_a_case() -> None:
    with talking("uk") as terminal:
        terminal.type(terminal.read(r"\[(#\d+) Українська").group(1))
        for key in ("bot/agree#text", *TO_THE_SUMMARY):
            terminal.press(key)
        terminal.read(words("bot/summary.title#text", "uk"))
        terminal.press("bot/summary.send#text")
        terminal.read(words("bot/sent.title#text", "uk"))
        code = terminal.read(CODE.pattern).group()
        terminal.type("Дякую")
        terminal.read(words("bot/case.received#text", "uk"))
        terminal.type("/status")
        terminal.read(code)
        assert terminal.quit() == 0


def test_a_number_that_no_button_has_is_answered() -> None:
    with talking("de") as terminal:
        terminal.read(r"\[#1 ")
        terminal.type("#99")
        terminal.read(r"\[#\d+ ")
        assert terminal.quit() == 0
