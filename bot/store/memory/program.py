"""Jobs, figures and notes in memory: what the program keeps for itself, about nobody."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.model.records import Job, JobKind
from bot.store.memory.state import State


class MemoryJobs:
    def __init__(self, state: State) -> None:
        self._state = state

    def put(self, job: Job) -> None:
        self._state.jobs[job.kind, job.key] = job

    def due(self, now: datetime, limit: int) -> list[Job]:
        due = [job for job in self._state.jobs.values() if job.at <= now]
        return sorted(due, key=lambda job: (job.at, job.kind, job.key))[:limit]

    def done(self, job: Job) -> bool:
        there = self._state.jobs.get((job.kind, job.key)) == job
        if there:
            del self._state.jobs[job.kind, job.key]
        return there

    def move(self, job: Job, at: datetime) -> None:
        if self.done(job):
            self.put(replace(job, at=at))

    def hasten(self, kind: JobKind, at: datetime) -> None:
        for job in [*self._state.jobs.values()]:
            if job.kind is kind and job.at > at:
                self.put(replace(job, at=at))

    def unknown(self) -> list[str]:
        return []  # no other program was here before


class MemoryFigures:
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, day: date, key: str, number: int) -> None:
        before = self._state.figures.get((day, key), 0)
        self._state.figures[day, key] = before + number

    def between(self, first: date, last: date) -> Mapping[str, int]:
        totals: Counter[str] = Counter()
        for (day, key), number in self._state.figures.items():
            if first <= day <= last:
                totals[key] += number
        return dict(totals)


class MemoryProcesses:
    own = "memory"

    def alive(self) -> frozenset[str]:
        return frozenset({self.own})


class MemoryNotes:
    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, key: str) -> str | None:
        return self._state.notes.get(key)

    def held(self, key: str) -> str | None:
        return self.get(key)  # units come one after the other

    def put(self, key: str, value: str) -> None:
        self._state.notes[key] = value

    def drop(self, key: str) -> None:
        self._state.notes.pop(key, None)
