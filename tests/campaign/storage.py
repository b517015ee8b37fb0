"""Power cuts and failing disks under SQLite; a PostgreSQL that crashes and loses answers."""

from tests.campaign.registry import Outcome, Part, Place
from tests.faults import disk_full, postgres_storm, power


def _power(seed: int, place: Place) -> Outcome:
    return power.run(seed, place.folder, images=50, rounds=4 + seed % 5)


def _full(seed: int, place: Place) -> Outcome:
    return disk_full.run(seed, place.folder, positions=20)


def _storm(seed: int, place: Place) -> Outcome:
    return postgres_storm.run(seed, place.postgres(), events=240)


PARTS = (
    Part("disk/power", "power cut, unsynced writes lost or torn", (62,), _power, ci=1, campaign=10),
    Part("disk/full", "n-th write or sync fails", (62,), _full, ci=2, campaign=15),
    Part("postgres/storm", "crash, end of connections, COMMIT cut", (65, 66), _storm, 1, 9),
)
