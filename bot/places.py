"""Where a county's data is: database, master key and ledger, from its settings.

Nothing is opened here but to look whether it is there, or to bring the schema up to date.
"""

from pathlib import Path

from bot.settings import Settings
from bot.store.crypto import BadMasterKey, MasterKey, load_or_create_master_key
from bot.store.engine import connect, sqlite_file, sqlite_url
from bot.store.migrate import upgrade
from bot.store.sql.opening import begun


def master_key(settings: Settings) -> MasterKey:
    """The master key from the settings, else from the data folder, made there for a new database.

    Raises BadMasterKey if it is malformed, or missing although the database has one.
    """
    if settings.master_key is not None:
        return MasterKey.parse(settings.master_key.get_secret_value(), "LOTSE_MASTER_KEY")
    path = key_path(settings)
    if not path.exists() and begun(database_url(settings)):
        raise BadMasterKey(f"{path}: missing; put it back from where its copy is kept")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return load_or_create_master_key(path)


def key_path(settings: Settings) -> Path:
    """Where the master key is, if the settings do not hold it."""
    return settings.data_dir / "master.key"


def ledger_path(settings: Settings) -> Path:
    """Where erasures are written down beside the database."""
    return settings.data_dir / "erasures.ledger"


def database_url(settings: Settings) -> str:
    """Where the data is: as set, else SQLite in the data folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return sqlite_url(settings.data_dir / "lotse.db")


def upgrade_database(settings: Settings) -> None:
    """Bring the schema up to this program; harmless when it is.

    A new SQLite file is its owner's alone, whatever the system's habit.
    """
    file = sqlite_file(database_url(settings))
    if file is not None and not file.exists():
        file.touch(mode=0o600)
    engine = connect(database_url(settings), "lotse-upgrade")
    try:
        upgrade(engine)
    finally:
        engine.dispose()
