"""A mail server on loopback that takes mail, refuses it, or hangs up, as it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Office:
    """What the server answers to each command, and what it received.

    `answers` maps a command (or "end" for the mail itself) to a status line; an empty
    line hangs up. `offers` are the extensions it names.
    """

    answers: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    mails: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    office: Office

    def handle(self) -> None:
        if not self._say(self.office.answers.get("hello", "220 here")):
            return
        while line := self.rfile.readline().decode().strip():
            command = line.split(" ", maxsplit=1)[0].upper()
            self.office.commands.append(line)
            if not self._answer(command):
                return

    def _answer(self, command: str) -> bool:
        if command == "EHLO" and "EHLO" not in self.office.answers:
            lines = ("here", *self.office.offers)
            self._say("\r\n".join(f"250-{line}" for line in lines[:-1]) or "", bare=True)
            return self._say(f"250 {lines[-1]}")
        standard = {"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome"}
        answer = self.office.answers.get(command, standard.get(command, "250 fine"))
        going_on = self._say(answer)
        if going_on and command == "DATA" and answer.startswith("354"):
            return self._take_mail()
        return going_on and command != "QUIT"

    def _take_mail(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        answer = self.office.answers.get("end", "250 taken")
        if answer.startswith("250") or not answer:
            self.office.mails.append(b"".join(lines))
        return self._say(answer)

    def _say(self, line: str, *, bare: bool = False) -> bool:
        if line:
            self.wfile.write(f"{line}\r\n".encode())
        return bool(line) or bare


@contextmanager
def post_office(office: Office) -> Iterator[Office]:
    """Run the server until the block ends; `office.port` says where."""
    talk = type("Talk", (_Talk,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        office.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
