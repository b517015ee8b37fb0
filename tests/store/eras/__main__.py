"""Writes the file of the newest revision: see the package."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.engine import connect, sqlite_url
from tests import databases
from tests.store import eras


def main() -> None:
    with TemporaryDirectory() as folder:
        url = sqlite_url(databases.migrated_file(Path(folder)))
        with databases.opened(url) as store:
            eras.populate(store)
        engine = connect(url, "tests")
        with engine.connect() as connection:
            rows = eras.written(connection)
        engine.dispose()
    (revision,) = rows["alembic_version"]
    file = eras.path_of(revision["version_num"])
    file.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", encoding="utf-8")


main()
