"""Caseworkers in memory, with their one-time links and sessions."""

from dataclasses import replace
from datetime import datetime

from bot.model.records import Session
from bot.model.tickets import Caseworker
from bot.store.memory.state import Link, State
from bot.usecases.ports import ATTEMPTS_KEPT


class MemoryStaff:
    def __init__(self, state: State) -> None:
        self._state = state

    def all(self) -> list[Caseworker]:
        return sorted((known for known, _ in self._state.staff.values()), key=lambda c: c.login)

    def by_id(self, caseworker: str) -> Caseworker | None:
        found = self._state.staff.get(caseworker)
        return found[0] if found else None

    def by_login(self, login: str) -> Caseworker | None:
        for caseworker, _ in self._state.staff.values():
            if caseworker.login == login:
                return caseworker
        return None

    def password(self, caseworker: str) -> str:
        return self._state.staff.get(caseworker, (None, None))[1] or ""

    def by_telegram(self, telegram_id: int) -> Caseworker | None:
        return next((known for known in self.all() if known.telegram_id == telegram_id), None)

    def save(self, caseworker: Caseworker, password_hash: str | None) -> None:
        _, before = self._state.staff.get(caseworker.id, (None, None))
        self._state.staff[caseworker.id] = (
            caseworker,
            before if password_hash is None else password_hash,
        )

    def put_link(self, token: str, caseworker: str, purpose: str, until: datetime) -> None:
        self._state.links[token] = Link(caseworker, purpose, until)

    def has_link(self, token: str, purpose: str, now: datetime) -> bool:
        link = self._state.links.get(token)
        return link is not None and link.purpose == purpose and now < link.until

    def take_link(self, token: str, purpose: str, now: datetime) -> str | None:
        link = self._state.links.get(token)
        if link is None or link.purpose != purpose:
            return None
        del self._state.links[token]
        return link.caseworker if now < link.until else None

    def drop_links(self, caseworker: str, purpose: str | None) -> None:
        self._state.links = {
            token: link
            for token, link in self._state.links.items()
            if link.caseworker != caseworker or purpose not in (None, link.purpose)
        }

    def put_session(self, session: Session) -> None:
        live = {t: s for t, s in self._state.sessions.items() if s.until > session.started}
        self._state.sessions = {**live, session.token: session}

    def prolong(self, token: str, until: datetime) -> None:
        session = self._state.sessions.get(token)
        if session is not None:
            self._state.sessions[token] = replace(session, until=until)

    def session(self, token: str, now: datetime) -> Session | None:
        session = self._state.sessions.get(token)
        return session if session is not None and now < session.until else None

    def end_sessions(self, caseworker: str) -> None:
        sessions = self._state.sessions
        self._state.sessions = {t: s for t, s in sessions.items() if s.caseworker != caseworker}

    def end_session(self, token: str) -> None:
        self._state.sessions.pop(token, None)

    def attempts(self, who: str, since: datetime) -> int:
        known = self._state.sign_ins.items()
        self._state.sign_ins = {key: at for key, at in known if at > since}
        return sum(one == who for _, one in self._state.sign_ins)

    def put_attempt(self, attempt: str, who: str, at: datetime) -> None:
        self._state.sign_ins[attempt, who] = at

    def drop_attempt(self, attempt: str) -> None:
        for key in [key for key in self._state.sign_ins if key[0] == attempt]:
            del self._state.sign_ins[key]

    def drop_attempts_of(self, who: str) -> None:
        for key in [key for key in self._state.sign_ins if key[1] == who]:
            del self._state.sign_ins[key]

    def drop_expired(self, now: datetime) -> int:
        before = self._lasting()
        self._state.links = {t: o for t, o in self._state.links.items() if o.until > now}
        self._state.sessions = {t: o for t, o in self._state.sessions.items() if o.until > now}
        attempts = self._state.sign_ins
        self._state.sign_ins = {k: at for k, at in attempts.items() if at > now - ATTEMPTS_KEPT}
        return before - self._lasting()

    def _lasting(self) -> int:
        state = self._state
        return len(state.links) + len(state.sessions) + len(state.sign_ins)
