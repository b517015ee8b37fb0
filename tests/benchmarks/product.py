"""Start Lotse for a measurement: `python -m tests.benchmarks.product` is `lotse run`.

Settings, content, store, encryption, audit trail and outbox are the real ones. Only Telegram's
pace of sending is not kept: held to 30 messages a second, every figure would be that number.
"""

from functools import partial

from bot import command_line


def main() -> None:
    """Run the bot of the environment until SIGTERM."""
    command_line.load_less()
    from bot import wiring
    from bot.serving import run_to_end
    from bot.usecases.deliver import Dispatcher
    from bot.usecases.limits import UNLIMITED, Limits

    setattr(wiring, "Dispatcher", partial(Dispatcher, limits=Limits(UNLIMITED)))  # noqa: B010
    run_to_end(wiring.run_bot(command_line.settings()))


if __name__ == "__main__":
    main()
