"""What the desk is made of: everything it needs from outside, as values and Protocols.

Wiring (or the playground) fills this in; no page knows a database or a channel.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.i18n.render import Renderer
from bot.model.tickets import Caseworker
from bot.usecases.ports import Clock, Runner, Work
from bot.usecases.unit import Unit


def _nobody() -> None:
    """Nobody waits for what is put into the outbox."""


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Parts:
    """The desk's surroundings.

    `secret` makes unguessable tokens. `https`: browsers reach the desk by https, also
    behind a proxy. `framed`: pages of the same origin may show it in a frame. `guest`
    names an account that is signed in without a password (playground only). `ready`
    says whether the program can do its work now. `nudge` is called after each form:
    something may wait to be sent. `poll_seconds` is how often open pages look for changes.
    `hosts` are the names browsers may know us by; none: any.
    """

    runner: Runner
    unit: Callable[[Work], Unit]
    renderer: Renderer
    clock: Clock
    secret: Callable[[], str]
    https: bool = False
    framed: bool = False
    guest: Callable[[Unit], Caseworker] | None = None
    ready: Callable[[], bool] = _always
    nudge: Callable[[], None] = _nobody
    poll_seconds: float = 1.0
    hosts: frozenset[str] = frozenset()
