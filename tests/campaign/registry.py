"""What the campaign consists of: parts, each a fault or a kind of fault put to the program often.

To register, put a module beside this one, `tests/campaign/<name>.py`, with a constant `PARTS`:

    def run(seed: int, place: Place) -> Outcome:
        figures = torn.run(seed, place.folder)  # the function that the pytest test calls too
        return Outcome(cases=figures.kills, lost=figures.lost, bound=figures.kills)

    PARTS = (Part("disk/full", "disk full at the n-th write", (62,), run, ci=5, campaign=300),)

Nothing else is needed: `parts()` finds it. A module must be quick to import and start nothing
when imported. `run` gets seeds 0, 1, 2 ... and is called in one process, one run after the other;
the same seed has to do the same. What is dear to make (a server, a process to fork from) is made
once by `place.shared`. A run that finds something wrong returns it counted; a run that cannot be
carried out raises. The pytest test of a part runs the seeds of `range(part.ci)`, the campaign those
of `range(part.campaign)`. How runs are kept and drawn is in `keeping` and `report`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar, cast

from tests import databases

T = TypeVar("T")

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run went through and what went wrong; outcomes add up.

    `cases` counts what was done to the program (kills, faults, hostile inputs), `updates` what
    people did meanwhile. `lost`, `doubled` (tickets, transitions, audit entries, items), `inverted`
    (order within a chat) and `wrong` (any other broken promise) have to be 0. `duplicates` are
    messages that came twice; they may be as many as `bound`: sends in flight at the kills and
    responses lost. `seconds` is the longest time of something that has a limit, if anything has.
    """

    cases: int
    updates: int = 0
    lost: int = 0
    doubled: int = 0
    inverted: int = 0
    wrong: int = 0
    duplicates: int = 0
    bound: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        faultless = not (self.lost or self.doubled or self.inverted or self.wrong)
        return faultless and self.duplicates <= self.bound

    def __add__(self, other: "Outcome") -> "Outcome":
        names = [one.name for one in fields(Outcome) if one.name != "seconds"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return Outcome(**sums, seconds=max(self.seconds, other.seconds))


@dataclass
class Place:
    """Where a run happens: an empty folder of its own, and what runs share."""

    folder: Path
    _kept: dict[str, object] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def shared(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What `make` opens, made when first asked for and closed when the campaign ends."""
        if name not in self._kept:
            self._kept[name] = self._open.enter_context(make())
        return cast("T", self._kept[name])

    def postgres(self) -> str:
        """A PostgreSQL server for all runs; `databases.copied_database` gives a database of it."""
        return self.shared("postgres", databases.postgres_server)

    @contextmanager
    def fresh(self) -> "Iterator[Place]":
        """The same place with an empty folder for one run, gone afterwards."""
        with TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            yield Place(Path(folder), self._kept, self._open)


@contextmanager
def opened(folder: Path) -> Iterator[Place]:
    """A place in `folder`, with everything shared closed at the end."""
    with ExitStack() as stack:
        yield Place(folder, {}, stack)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table. `name` is short and unique, `title` says the fault in words.

    `faults` are numbers of the fault model, `run` is one run; `ci` and `campaign` are how many
    runs there are. `bounded` says whether messages may come twice at all, so that the table
    shows duplicates and their bound; `compared` marks a part that is shown beside but proves
    nothing of ours.
    """

    name: str
    title: str
    faults: tuple[int, ...]
    run: Callable[[int, Place], Outcome]
    ci: int
    campaign: int
    bounded: bool = False
    compared: bool = False


def parts() -> tuple[Part, ...]:
    """Every part of every module beside this one, by name. Raises ValueError for a name twice."""
    names = sorted(one.stem for one in HERE.glob("*.py") if not one.stem.startswith(("_", "test_")))
    modules = [import_module(f"tests.campaign.{name}") for name in names]
    found = [part for module in modules for part in getattr(module, "PARTS", ())]
    by_name = {part.name: part for part in found}
    if len(by_name) != len(found):
        raise ValueError("two parts have the same name")
    return tuple(by_name[name] for name in sorted(by_name))
