"""Start Lotse for a measurement: `python -m tests.benchmarks.product` is `lotse run`.

Settings, content, store, encryption, audit trail and outbox are the real ones. Only Telegram's
pace of sending is not kept: held to 30 messages a second, every figure would be that number.
"""

from functools import partial

from bot import logs, wiring
from bot.serving import run_to_end
from bot.settings import read_settings
from bot.usecases.deliver import Dispatcher
from bot.usecases.limits import UNLIMITED, Limits


def main() -> None:
    """Run the bot of the environment until SIGTERM."""
    settings = read_settings()
    logs.set_up(settings.log_level)
    setattr(wiring, "Dispatcher", partial(Dispatcher, limits=Limits(UNLIMITED)))  # noqa: B010
    run_to_end(wiring.run_bot(settings))


if __name__ == "__main__":
    main()
