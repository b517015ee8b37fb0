"""A log that is full, or that nobody reads: the bot goes on, and lines that are lost are told."""

import logging
import os
from pathlib import Path

from bot.logs import MOST_WAITING, Patient

FULL = Path("/dev/full")


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("bot", logging.ERROR, __file__, 1, text, (), None)


def read(handle: int) -> str:
    """What is in the pipe now."""
    found = b""
    os.set_blocking(handle, False)
    while True:
        try:
            part = os.read(handle, 65_536)
        except BlockingIOError:
            return found.decode()
        found += part


def test_a_pipe_that_nobody_reads_holds_nothing_up() -> None:
    """Lines wait, then the oldest are lost and counted, and everything goes on when somebody reads
    again: fault 74."""
    reading, writing = os.pipe()
    patient = Patient(writing)
    line = "x" * 200
    for number in range(3 * MOST_WAITING):
        patient.emit(record(f"{number} {line}"))
    first = read(reading)
    patient.emit(record("here again"))
    patient.flush()
    later = read(reading)
    while "here again" not in later:
        patient.flush()
        later += read(reading)
    os.close(reading)
    os.close(writing)
    lines = [one for one in (first + later).splitlines() if not one.startswith("lines of")]
    told = [int(one.rpartition(" ")[2]) for one in later.splitlines() if one.startswith("lines of")]
    assert sum(told) + len(lines) == 3 * MOST_WAITING + 1
    assert sum(told) > 0
    assert [int(one.split()[0]) for one in lines[:-1]] == sorted(
        int(o.split()[0]) for o in lines[:-1]
    )


def test_a_long_line_arrives_whole() -> None:
    reading, writing = os.pipe()
    patient = Patient(writing)
    patient.emit(record("long " * 10_000))
    assert read(reading) == "long " * 10_000 + "\n"
    os.close(reading)
    os.close(writing)


def test_a_full_disk_and_a_reader_that_is_gone_are_no_errors() -> None:
    """A log on a full disk, a pipe whose reader has died: fault 74."""
    reading, writing = os.pipe()
    os.close(reading)
    full = os.open(FULL, os.O_WRONLY)
    for handle in (writing, full):
        patient = Patient(handle)
        for number in range(10):
            patient.emit(record(str(number)))
        patient.flush()
        assert patient._lost == 10
        os.close(handle)
