from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from bot.store import migrate
from bot.store.engine import connect, sqlite_url
from bot.store.migrate import WrongSchema, upgrade
from bot.store.sql import open_store
from bot.store.tables import metadata
from tests.databases import MASTER


def set_revision(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def test_migrations_give_the_tables_of_the_program(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_indexes_and_constraints_are_those_of_the_tables(engine: Engine) -> None:
    found = inspect(engine)
    for table in metadata.sorted_tables:
        names = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= names
        key = found.get_pk_constraint(table.name)
        assert key["constrained_columns"] == [column.name for column in table.primary_key]


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        migrate.check_schema(connection)


def test_the_files_of_the_revisions_are_called_as_they_are() -> None:
    scripts = ScriptDirectory.from_config(migrate.config_of(migrate.MIGRATIONS))
    found = tuple(script.revision for script in scripts.walk_revisions())
    assert found[::-1] == migrate.revisions(migrate.MIGRATIONS)


def test_a_database_from_a_newer_program_is_refused(url: str, engine: Engine) -> None:
    set_revision(engine, "9999")
    attempts: list[Callable[[], object]] = [
        lambda: upgrade(engine),
        lambda: open_store(url, MASTER),
    ]
    for attempt in attempts:
        with pytest.raises(WrongSchema, match="newer version"):
            attempt()


def test_a_database_without_tables_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(WrongSchema, match="lotse db upgrade"):
        open_store(sqlite_url(tmp_path / "new.db"), MASTER)


def test_a_broken_revision_leaves_the_schema_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revision that fails half-way leaves nothing: fault 68."""
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((migrate.MIGRATIONS / "env.py").read_text())
    (scripts / "versions" / "0001.py").write_text(
        "from alembic import op\n"
        "from sqlalchemy import Column, Text\n"
        'revision = "0001"\n'
        "down_revision = None\n"
        "def upgrade():\n"
        '    op.create_table("half", Column("a", Text()))\n'
        '    op.execute("no statement at all")\n'
    )
    monkeypatch.setattr(migrate, "MIGRATIONS", scripts)
    engine = connect(sqlite_url(tmp_path / "new.db"), "tests")
    with pytest.raises(Exception, match="syntax error"):
        upgrade(engine)
    assert "half" not in inspect(engine).get_table_names()
    engine.dispose()


def test_every_table_says_how_it_is_erased() -> None:
    rules = {table.name: table.info.get("erase", "") for table in metadata.sorted_tables}
    assert [name for name, rule in rules.items() if len(rule) < 20] == []


def test_nothing_personal_has_a_column_in_clear() -> None:
    """A new column beside these is a decision: seal it, or say here why a query needs it."""
    clear = {
        f"{table.name}.{column.name}"
        for table in (metadata.tables[name] for name in ("people", "tickets", "items", "outbox"))
        for column in table.columns
        if not column.name.endswith("_sealed")
    }
    assert clear == {
        *(f"people.{name}" for name in ("person", "telegram", "version", "seen")),
        *(f"tickets.{name}" for name in ("code", "queue", "team", "priority", "state", "is_open")),
        *(f"tickets.{name}" for name in ("version", "created", "changed", "due", "closed")),
        *(f"tickets.{name}" for name in ("person", "content", "claimed_by", "outcome", "rating")),
        *(f"tickets.{name}" for name in ("reachable", "shredded")),
        *(f"items.{name}" for name in ("ticket", "number", "at", "author", "caseworker")),
        *(f"outbox.{name}" for name in ("id", "lane", "state", "rank", "not_before", "attempts")),
        *(f"outbox.{name}" for name in ("act", "person", "message_id", "changed")),
        *(f"outbox.{name}" for name in ("holder", "held_until", "parts")),
    }
