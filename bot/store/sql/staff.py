"""Caseworkers in a database, with their one-time links and sessions.

Tokens are kept as hashes, and hashes of passwords are sealed: whoever reads the database can
neither sign in with it nor try passwords on it, and a hash put into another row does not open.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from bot.model.records import Session
from bot.model.tickets import Caseworker
from bot.store.crypto import place
from bot.store.sql.transaction import Transaction
from bot.store.tables import caseworkers, links, sessions, sign_ins
from bot.usecases.ports import ATTEMPTS_KEPT


class SqlStaff:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._key = transaction.vault.own_key("staff")

    def all(self) -> list[Caseworker]:
        rows = self._tx.connection.execute(select(caseworkers).order_by(caseworkers.c.login))
        return [self._caseworker(row) for row in rows]

    def by_id(self, caseworker: str) -> Caseworker | None:
        row = self._found(caseworkers.c.id == caseworker)
        return self._caseworker(row) if row else None

    def by_login(self, login: str) -> Caseworker | None:
        row = self._found(caseworkers.c.login == login)
        return self._caseworker(row) if row else None

    def password(self, caseworker: str) -> str:
        """Opened here alone: who is switched off need not have a hash that opens."""
        row = self._found(caseworkers.c.id == caseworker)
        if row is None or row.password_sealed is None:
            return ""
        return self._key.open(_where("password", row.id), row.password_sealed).decode()

    def by_telegram(self, telegram_id: int) -> Caseworker | None:
        row = self._found(caseworkers.c.telegram == self._tx.vault.lookup("tg", telegram_id))
        return self._caseworker(row) if row else None

    def save(self, caseworker: Caseworker, password_hash: str | None) -> None:
        telegram = caseworker.telegram_id
        row: dict[str, object] = {
            "id": caseworker.id,
            "login": caseworker.login,
            "name": caseworker.name,
            "teams": json.dumps(sorted(caseworker.teams)),
            "language": caseworker.language,
            "active": caseworker.active,
            "telegram": None if telegram is None else self._tx.vault.lookup("tg", telegram),
            "telegram_sealed": None
            if telegram is None
            else self._key.seal(_where("telegram", caseworker.id), str(telegram).encode()),
        }
        if password_hash is not None:
            where = _where("password", caseworker.id)
            row["password_sealed"] = self._key.seal(where, password_hash.encode())
        self._tx.upsert(caseworkers, [row])

    def put_link(self, token: str, caseworker: str, purpose: str, until: datetime) -> None:
        row = {"caseworker": caseworker, "purpose": purpose, "until": until}
        self._tx.upsert(links, [{"token": self._hash(token), **row}])

    def has_link(self, token: str, purpose: str, now: datetime) -> bool:
        there = select(links.c.token).where(
            links.c.token == self._hash(token), links.c.purpose == purpose, links.c.until > now
        )
        return self._tx.connection.execute(there).first() is not None

    def take_link(self, token: str, purpose: str, now: datetime) -> str | None:
        taken = delete(links).where(links.c.token == self._hash(token), links.c.purpose == purpose)
        found = self._tx.connection.execute(
            taken.returning(links.c.caseworker, links.c.until)
        ).first()
        return found.caseworker if found is not None and now < found.until else None

    def drop_links(self, caseworker: str, purpose: str | None) -> None:
        dropped = delete(links).where(links.c.caseworker == caseworker)
        if purpose is not None:
            dropped = dropped.where(links.c.purpose == purpose)
        self._tx.connection.execute(dropped)

    def put_session(self, session: Session) -> None:
        self._tx.connection.execute(delete(sessions).where(sessions.c.until <= session.started))
        row = {
            "token": self._hash(session.token),
            "caseworker": session.caseworker,
            "started": session.started,
            "until": session.until,
            "csrf": session.csrf,
        }
        self._tx.upsert(sessions, [row])

    def prolong(self, token: str, until: datetime) -> None:
        same = sessions.c.token == self._hash(token)
        self._tx.connection.execute(update(sessions).where(same).values(until=until))

    def session(self, token: str, now: datetime) -> Session | None:
        query = select(sessions).where(sessions.c.token == self._hash(token))
        row = self._tx.connection.execute(query.where(sessions.c.until > now)).first()
        if row is None:
            return None
        return Session(token, row.caseworker, row.started, row.until, row.csrf)

    def end_sessions(self, caseworker: str) -> None:
        self._tx.connection.execute(delete(sessions).where(sessions.c.caseworker == caseworker))

    def end_session(self, token: str) -> None:
        self._tx.connection.execute(delete(sessions).where(sessions.c.token == self._hash(token)))

    def attempts(self, who: str, since: datetime) -> int:
        name = self._name(who)
        self._tx.lock([name])
        self._tx.connection.execute(delete(sign_ins).where(sign_ins.c.at <= since))
        query = select(func.count()).select_from(sign_ins).where(sign_ins.c.who == name)
        return self._tx.connection.execute(query).scalar_one()

    def put_attempt(self, attempt: str, who: str, at: datetime) -> None:
        row = {"attempt": attempt, "who": self._name(who), "at": at}
        self._tx.connection.execute(sign_ins.insert(), [row])

    def drop_attempt(self, attempt: str) -> None:
        self._tx.connection.execute(delete(sign_ins).where(sign_ins.c.attempt == attempt))

    def drop_attempts_of(self, who: str) -> None:
        same = sign_ins.c.who == self._name(who)
        self._tx.connection.execute(delete(sign_ins).where(same))

    def _name(self, who: str) -> str:
        return self._tx.vault.lookup("sign-in", who)

    def drop_expired(self, now: datetime) -> int:
        over = [delete(table).where(table.c.until <= now) for table in (links, sessions)]
        over.append(delete(sign_ins).where(sign_ins.c.at <= now - ATTEMPTS_KEPT))
        return sum(self._tx.connection.execute(old).rowcount for old in over)

    def _found(self, condition: ColumnElement[bool]) -> Row[Any] | None:
        return self._tx.connection.execute(select(caseworkers).where(condition)).first()

    def _caseworker(self, row: Row[Any]) -> Caseworker:
        telegram = None
        if row.telegram_sealed is not None:
            telegram = int(self._key.open(_where("telegram", row.id), row.telegram_sealed))
        return Caseworker(
            id=row.id,
            login=row.login,
            name=row.name,
            teams=frozenset(json.loads(row.teams)),
            language=row.language,
            active=row.active,
            telegram_id=telegram,
        )

    def _hash(self, token: str) -> str:
        return self._tx.vault.lookup("token", token)


def _where(column: str, caseworker: str) -> bytes:
    return place("caseworkers", column, caseworker, caseworker, 1)
