"""Feeds the targets: a committed corpus, and bytes that are made from it by a seed.

No coverage is needed for that, so CI can do it; what a coverage-guided fuzzer does with the same
targets is in `guided`.
"""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded, repeatable
from typing import Final

from tests.fuzz.guided import CORPUS
from tests.fuzz.targets import TARGETS, Target

LIMIT: Final = 1.0
"""Seconds of processor time that one case may take."""

TOKENS: Final = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"[" * 2000,
    b'{"a":' * 1500,
    b"- " * 3000,
    b"? " * 1000,
    b"&a [*a]",
    b"\n\n",
    b'"',
    b"\\",
    b'\\"' * 3000,
    b"\xd9\xa1",
    b"9" * 5000,
    b"-1",
    b"e9999",
    b"NaN",
    b'msgid ""\n',
    b"{fact:x}",
    b"a" * 20_000,
    b": ",
    b".",
)


@dataclass(frozen=True, slots=True)
class Fed:
    """How many cases a target was given, the slowest (seconds), and its growth (MiB)."""

    cases: int
    slowest: float
    grown: float


def corpus(name: str) -> list[bytes]:
    """The committed inputs of a target, in the order of their names."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def made(name: str, seed: int, number: int) -> Iterator[bytes]:
    """Bytes made from the corpus of `name`: cut, doubled, exchanged, with odd pieces in it."""
    chance = Random(f"{name} {seed}")  # noqa: S311 - a test's own, repeatable
    seeds = corpus(name)
    for _ in range(number):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 3, 6, 12))):
            _change(data, seeds, chance)
        yield bytes(data[:200_000])


def _change(data: bytearray, seeds: list[bytes], chance: Random) -> None:
    start, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 2, 4, 16, 200))
    match chance.randrange(7):
        case 0:
            data[start : start + length] = b""
        case 1:
            data[start : start + length] = chance.randbytes(length)
        case 2:
            data[start:start] = data[start : start + length] * chance.choice((2, 3, 50))
        case 3 | 4:
            data[start:start] = chance.choice(TOKENS)
        case 5:
            donor = chance.choice(seeds)
            data[start:start] = donor[chance.randrange(len(donor)) :]
        case _:
            del data[start:]


def feed(name: str, seed: int, number: int) -> Fed:
    """Give a target its corpus and `number` cases more. What it raises is a finding."""
    target = TARGETS[name]
    cases = [*corpus(name), *made(name, seed, number)]
    _slowest(target, cases[:200])
    before = _mebibytes()
    slowest = _slowest(target, cases)
    return Fed(len(cases), slowest, _mebibytes() - before)


def _slowest(target: Target, cases: list[bytes]) -> float:
    slowest = 0.0
    for data in cases:
        started = time.process_time()
        target(data)
        slowest = max(slowest, time.process_time() - started)
    return slowest


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
