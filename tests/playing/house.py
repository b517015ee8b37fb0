"""A county office in a test: content, wording, clock and a store, without Telegram.

Everything is the real thing but time and chance, which are fixed here and nowhere
else. What is sent is taken from the outbox and rendered, as the channels do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.content.load import Run, load, offered_languages
from bot.content.loaded import Loaded
from bot.content.prepared import FOLDER as PREPARED
from bot.content.prepared import Prepared, Ready, mark_of
from bot.i18n.catalogue import Catalogues
from bot.i18n.compose import raise_fault
from bot.i18n.render import Renderer
from bot.model.content import Content
from bot.model.outbox import Act, Channel, Delivery, Fate, Report
from bot.store.memory import MemoryStore
from bot.usecases.ports import Store, Work
from bot.usecases.unit import Policy, Unit

ROOT = Path(__file__).resolve().parents[2]
REGION = "musterkreis"
MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""When stories begin: a working day, within office hours."""


@dataclass(frozen=True)
class Texts:
    """The county's content and everything needed to show it."""

    content: Content
    renderer: Renderer


@cache
def county() -> Texts:
    """The model county's content in all languages; loaded once, checked by other tests."""
    loaded, catalogues = read()
    if loaded.content is None:
        raise AssertionError("\n".join(str(problem) for problem in loaded.problems))
    zone = loaded.content.region.time_zone
    renderer = Renderer(catalogues, loaded.german, zone, raise_fault)
    return Texts(loaded.content, renderer)


def prepared(data: Path) -> Path:
    """Make a data folder with the county's content as a bot that starts again finds it.

    What it is prepared from, and when it is not used, is tested on its own.
    """
    mark, raw = _prepared()
    folder = data / PREPARED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / mark).write_bytes(raw)
    return data


@cache
def read() -> tuple[Loaded, Catalogues]:
    """The county's content and its translations, read once."""
    catalogues = Catalogues.load(ROOT / "locales", offered_languages(ROOT / "locales"))
    run = Run(known_clean=True)
    return load(ROOT / "content", REGION, catalogues, run=run), catalogues


@cache
def _prepared() -> tuple[str, bytes]:
    mark = mark_of(ROOT / "content", ROOT / "locales", REGION)
    with TemporaryDirectory() as folder:
        Prepared(Path(folder)).keep(mark, Ready.of(*read(), MONDAY_MORNING.date()))
        return mark, (Path(folder) / mark).read_bytes()


class FixedChance:
    """Ids and codes in a fixed order."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def code(self) -> str:
        return f"K{next(self._numbers):04d}"

    def id(self) -> str:
        return f"person-{next(self._numbers)}"


class Sundays:
    """Holidays for tests: none but Christmas."""

    def is_holiday(self, state: str, day: date) -> bool:
        return bool(state) and (day.month, day.day) in {(12, 25), (12, 26), (1, 1)}


@dataclass
class House:
    """One bot with its store. `now` is moved by hand."""

    store: Store = field(default_factory=MemoryStore)
    texts: Texts = field(default_factory=county)
    now: datetime = MONDAY_MORNING
    policy: Policy = field(default_factory=Policy)
    chance: FixedChance = field(default_factory=FixedChance)
    reopen: Callable[[], Store] | None = None

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A committed unit of work. With `reopen`, the store is closed and loaded anew first."""
        if self.reopen is not None:
            self.store = self.reopen()
        with self.store.transaction() as work:
            yield self.unit_of(work)

    def unit_of(self, work: Work) -> Unit:
        texts = self.texts
        return Unit(
            work, texts.content, self.now, Sundays(), texts.renderer, self.chance, self.policy
        )

    def pass_time(self, **kwargs: float) -> None:
        self.now += timedelta(**kwargs)

    def sent(self, message_ids: Iterator[int]) -> list[tuple[Delivery, int]]:
        """Deliver all that waits for chats, in order; returns each with its message id."""
        delivered = []
        while True:
            with self.unit() as unit:
                rows = unit.work.outbox.take(self.now, (), 64)
                reports = []
                for row in rows:
                    edited = row.delivery.message_id if row.delivery.act is Act.EDIT else None
                    number = edited or next(message_ids)
                    if row.delivery.channel is Channel.CHAT:
                        delivered.append((row.delivery, number))
                    reports.append(Report(row.id, Fate.SENT, number))
                unit.work.outbox.mark(reports, self.now)
            if not rows:
                return delivered
