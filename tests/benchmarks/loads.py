"""The loads: throughput, a distant Telegram, and the pace that people feel.

What a kill leaves is measured apart, in `kills`.
"""

from typing import Final

from tests.benchmarks.running import Load

_PEERS: Final = ("ptb", "aiogram", "grammy")

THROUGHPUT: Final = Load(
    "throughput",
    "Throughput: 32 newcomers at once, Telegram answers at once",
    ("lotse", "lotse-poll", "lotse-postgres", *_PEERS, "floor-a", "floor-g", "floor-p"),
    rounds=3,
)
DISTANT: Final = Load(
    "distant",
    "A distant Telegram: 64 newcomers at once, each call takes 30 ms",
    ("lotse", "lotse-postgres", *_PEERS, "floor-g"),
    rounds=2,
    newcomers=64,
    latency=0.03,
)
PACE: Final = Load(
    "pace",
    "Telegram's own limit: 30 updates a second, each call takes 30 ms",
    ("lotse", "lotse-poll", "lotse-postgres", *_PEERS, "floor-g"),
    rounds=2,
    duration=10.0,
    warm_up=6.0,
    newcomers=128,
    latency=0.03,
    rate=3.0,
    think=0.3,
)
IMPATIENT: Final = Load(
    "impatient",
    "People who do not wait: the next update follows the acknowledgement, each call takes 5 ms",
    ("lotse", "lotse-poll", "lotse-postgres", *_PEERS),
    rounds=1,
    duration=10.0,
    warm_up=0.5,
    newcomers=16,
    latency=0.005,
    impatient=True,
)
QUICK: Final = Load(
    "quick",
    "Throughput in short: 32 newcomers at once, Telegram answers at once",
    ("lotse", "ptb", "floor-g"),
    rounds=2,
    duration=5.0,
    warm_up=1.5,
)

FULL: Final = (THROUGHPUT, DISTANT, PACE)
