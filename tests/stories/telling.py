"""Stories: conversations written down step by step, with what the newcomer sees.

A step says what somebody does; what is seen is kept as message ids, so editors can
change every wording without breaking a story. `caseworker ...` steps are the desk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.model.tickets import Caseworker, Outcome, Ticket
from bot.model.turns import Attachment
from bot.usecases import casework
from bot.usecases.refusals import Refused
from bot.usecases.unit import Unit
from tests.playing.house import House
from tests.playing.newcomer import Newcomer, Shown
from tests.playing.tickets import every_ticket

WORKER = Caseworker("w1", "amal", "Amal Yilmaz", frozenset())


@dataclass(frozen=True)
class Story:
    """One golden conversation."""

    path: Path
    title: str
    language: str
    steps: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, path: Path) -> "Story":
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(path, data["story"], data["phone"], tuple(data["steps"]))

    def write(self, told: list[dict[str, Any]]) -> None:
        """Keep the steps and replace what is seen."""
        data = {"story": self.title, "phone": self.language, "steps": told}
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
        self.path.write_text(text, encoding="utf-8")


def play(story: Story, house: House) -> list[dict[str, Any]]:
    """Carry out every step and return the story as it happens now."""
    newcomer = Newcomer(house, language_code=story.language)
    return [
        {"do": step["do"], "see": _done(newcomer, house, str(step["do"]))} for step in story.steps
    ]


def _done(newcomer: Newcomer, house: House, step: str) -> list[dict[str, Any]]:
    verb, _, rest = step.partition(" ")
    if verb == "caseworker":
        _office(house, rest)
        newcomer.toasts = []
        newcomer.receive()
    elif verb == "wait":
        house.pass_time(hours=float(rest))
        return []
    else:
        act = _VERBS.get(verb)
        if act is None:
            newcomer.send(step)
        else:
            act(newcomer, rest)
    seen = [_seen(shown) for shown in newcomer.new]
    return [*({"toast": toast.phrase.key} for toast in newcomer.toasts), *seen]


def _seen(shown: Shown) -> dict[str, Any]:
    how = "changed" if shown.edited else "new"
    seen: dict[str, Any] = {how: shown.keys}
    if shown.labels:
        seen["buttons"] = shown.labels
    return seen


_VERBS: Mapping[str, Callable[[Newcomer, str], None]] = {
    "press": lambda one, rest: one.press(rest),
    "again": lambda one, _: one.press_again(),
    "forge": lambda one, rest: one.press_data(rest, one.last.id),
    "type": lambda one, rest: one.type(rest),
    "attach": lambda one, rest: one.attach(Attachment(rest)),
}


def _office(house: House, order: str) -> None:
    """What a caseworker who may see everything does with the newest case."""
    with house.unit() as unit:
        teams = frozenset(queue.team for queue in unit.content.region.queues.values())
        worker = Caseworker(WORKER.id, WORKER.login, WORKER.name, teams)
        unit.work.staff.save(worker, None)
        ticket = every_ticket(unit.work, *teams)[0]
        done = _ordered(unit, worker, ticket, order)
        assert not isinstance(done, Refused), done


def _ordered(unit: Unit, worker: Caseworker, ticket: Ticket, order: str) -> Ticket | Refused:
    verb, _, rest = order.partition(" ")
    code = ticket.code
    match verb:
        case "claims":
            return casework.claim(unit, worker, code, None)
        case "writes":
            return casework.answer_text(unit, worker, code, None, rest)
        case "asks":
            return casework.ask(unit, worker, code, None, rest)
        case "sends":
            return casework.send_card(unit, worker, code, None, rest)
        case "replies":
            return casework.answer_reply(unit, worker, code, None, rest, {})
        case "notes":
            return casework.note(unit, worker, code, None, rest)
        case "closes":
            return casework.close(unit, worker, code, None, Outcome.ADVISED)
        case "reopens":
            return casework.reopen(unit, worker, code, None)
        case _:
            raise ValueError(f"no caseworker does {verb!r}")
