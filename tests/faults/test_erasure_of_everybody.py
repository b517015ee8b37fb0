"""Nothing of anybody is left once they are erased, in no file and for no key: fault 85, fault 86.

The people, what they do and how it is looked for are in `erasure`. SQLite clears its files by
itself. PostgreSQL keeps what it deleted in its pages until VACUUM FULL and in its write-ahead log
until that is recycled: sealed all the time, but with its data key beside, which is why the
decision on erasure tells a county what to do about it.
"""

import base64
import json
import struct
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests import databases
from tests.faults import canary, erasure

Record = Callable[[str, object], None]


def folders(place: Path) -> tuple[Path, Path]:
    data, aside = place / "data", place / "aside"
    data.mkdir()
    aside.mkdir()
    return data, aside


def server_files(url: str) -> Path:
    """The folder in which the PostgreSQL server of this database keeps everything."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        place = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    return Path(str(place))


def test_thirty_people_on_sqlite_leave_not_a_byte(
    sqlite_template: Path, tmp_path: Path, record_property: Record
) -> None:
    """fault 85, fault 86: erased by /delete, by silence, by the end of a case; restored, too."""
    data, aside = folders(tmp_path)
    done = erasure.run(1, 30, databases.copied_file(sqlite_template, data), aside, data)
    record_property("erased people", done.people)
    assert done.updates > 500
    assert done.known > 20
    assert done.hits == ()
    assert done.keys > 30
    assert (done.keys_left, done.keys_in_log) == (0, 0)


def test_people_on_postgresql_leave_not_a_readable_byte(
    postgres_url: str, tmp_path: Path, record_property: Record
) -> None:
    """fault 85, fault 86: nothing readable anywhere, and no key outside the write-ahead log."""
    _, aside = folders(tmp_path)
    done = erasure.run(2, 12, postgres_url, aside, server_files(postgres_url))
    assert done.known > 12
    assert done.hits == ()
    assert done.keys > 12
    assert done.keys_left == 0
    record_property(
        "keys of erased people in PostgreSQL's log until it is recycled", done.keys_in_log
    )


def test_what_is_searched_for_would_be_found(tmp_path: Path) -> None:
    """Each writing is found wherever it begins, so that no hits means nothing there."""
    patterns = canary.words_in_bytes() | canary.ids_in_bytes()
    known = canary.telegram_id(7)
    for number, written in enumerate(_writings(canary.mark("any", 7), known)):
        file = tmp_path / "a" / str(number)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x" * ((1 << 20) - 5) + written + b"y")
        assert canary.in_files([file], patterns), written
    assert canary.in_values("here", {"deep": [f"{known}"]})
    assert canary.in_values("here", [{"text": canary.mark("any", 7)}])
    assert canary.in_values("here", ["nobody", 7, known + 2000]) == []


def _writings(words: str, known: int) -> list[bytes]:
    utf8 = words.encode()
    shifted = [base64.b64encode(bytes(shift) + utf8 + b"?") for shift in range(3)]
    return [
        utf8,
        words.encode("utf-16"),
        words.encode("utf-16-be"),
        json.dumps(words).encode(),
        json.dumps(words, ensure_ascii=False).encode(),
        utf8.hex().encode(),
        utf8.hex().upper().encode(),
        *shifted,
        str(known).encode(),
        base64.b64encode(b"1" + str(known).encode() + b"22"),
        struct.pack(">q", known),
        struct.pack("<q", known),
    ]
