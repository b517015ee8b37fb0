"""Where a county's data is: database, master key and ledger, from its settings.

Nothing is opened here but to look whether it is there, or to bring the schema up to date.
"""

from pathlib import Path

from bot.settings import Settings
from bot.store.crypto import BadMasterKey, MasterKey, load_or_create_master_key
from bot.store.engine import sqlite_file, sqlite_url
from bot.store.migrate import upgrade
from bot.store.reach import is_begun, place_of, reached
from bot.store.sql.opening import begun


class NoDatabase(Exception):
    """No database has been begun where the settings say; the message says what to do."""


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
    if settings.database_url is None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _url(settings)


def need_database(settings: Settings) -> None:
    """Raise NoDatabase where none was begun, and make nothing; Unreachable if it is away.

    To be called before what only makes sense on data that is there. In the wrong folder a new
    database would be made, and would say of everybody that nothing is stored.
    """
    url = _url(settings)
    if is_begun(url):
        return
    name = "LOTSE_DATA_DIR" if settings.database_url is None else "LOTSE_DATABASE_URL"
    set_here = name.removeprefix("LOTSE_").lower() in settings.model_fields_set
    raise NoDatabase(
        f"no database has been begun at {place_of(url)} ({name} is {'' if set_here else 'not '}"
        "set): run this with the settings of the service; a new database is begun by "
        "`lotse db upgrade`"
    )


def upgrade_database(settings: Settings) -> None:
    """Bring the schema up to this program; harmless when it is.

    A new SQLite file is its owner's alone, whatever the system's habit. Raises Unreachable.
    """
    file = sqlite_file(database_url(settings))
    if file is not None and not file.exists():
        file.touch(mode=0o600)
    with reached(database_url(settings), "lotse-upgrade") as engine:
        upgrade(engine)


def _url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return sqlite_url(settings.data_dir / "lotse.db")
