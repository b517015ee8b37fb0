"""The commands: thin, each reads its settings, calls one function and prints the result.

Editors' commands are in `bot.cli_content`, those for the database in `bot.cli_db`. A
command imports what it needs when it runs: nobody who checks a text waits for Telegram
and the database. Exit codes: 0 done, 1 findings that block, 2 wrong settings or usage.
"""

import sys
from collections.abc import Callable, Coroutine
from typing import Annotated

import typer

from bot import cli_content, cli_db, command_line
from bot.command_line import fail, mended, said
from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="First-contact advice for newcomers, by Telegram.")
desk = typer.Typer(no_args_is_help=True, help="The caseworkers' desk and room.")
user = typer.Typer(no_args_is_help=True, help="The caseworkers' accounts.")
app.add_typer(cli_content.content, name="content")
app.add_typer(cli_content.i18n, name="i18n")
app.add_typer(cli_db.db, name="db")
app.add_typer(desk, name="desk")
desk.add_typer(user, name="user")

Login = Annotated[str, typer.Argument(help="The caseworker's login.")]


def main() -> None:
    """Run the command line."""
    command_line.load_less()
    app()


# --- running ------------------------------------------------------------------------


@app.command("run")
def run() -> None:
    """Run the bot and the desk, by long polling or webhook, until SIGTERM."""
    from bot import wiring

    settings = command_line.settings()
    if settings.telegram_token is None:
        fail(["LOTSE_TELEGRAM_TOKEN: not set; get one from @BotFather, or try `lotse demo`"])
    _running(wiring.run_bot, settings)


@app.command("demo")
def demo() -> None:
    """Open the playground: a newcomer's chat beside the desk, without Telegram."""
    from bot import wiring

    _running(wiring.run_demo, command_line.settings())


@app.command("talk")
def talk(lang: Annotated[str, typer.Option(help="The telephone's language.")] = "de") -> None:
    """Talk to Lotse in the terminal; nothing is kept."""
    from bot import wiring

    settings = command_line.settings()
    mended(lambda: wiring.talk(settings, lang, sys.stdin, typer.echo))


@app.command("check-config")
def check_config() -> None:
    """Report every fault of the settings, or that there is none."""
    settings = command_line.settings()
    for name in sorted(settings.model_fields_set):
        typer.echo(f"LOTSE_{name.upper()} is set")
    typer.echo("the settings are in order")


@app.command("health")
def health() -> None:
    """Ask the running program on this machine whether it can work (for containers)."""
    from urllib.request import urlopen

    host, port = command_line.settings().desk_bind
    reached = "127.0.0.1" if host in {"", "0.0.0.0"} else host  # noqa: S104 - asks, does not bind
    try:
        with urlopen(f"http://{reached}:{port}/healthz", timeout=5) as answer:
            typer.echo(answer.read().decode())
    except OSError as error:
        fail([f"not well: {error}"], code=1)


# --- people -------------------------------------------------------------------------

app.command("erase")(cli_db.erase)


@user.command("add")
def user_add(
    login: Login,
    name: Annotated[str, typer.Option(help="How colleagues know them.")],
    team: Annotated[list[str], typer.Option(help="A team of queues.yaml; may be repeated.")],
    language: Annotated[str, typer.Option(help="Language of the desk: de or en.")] = "de",
) -> None:
    """Add or change a caseworker and print a one-time link to set a password."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.add_user(settings, login, name, team, language)))


@user.command("list")
def user_list() -> None:
    """List the caseworkers with their teams."""
    from bot import administration

    settings = command_line.settings()
    for line in mended(lambda: administration.list_users(settings)):
        typer.echo(line)


@user.command("off")
def user_off(login: Login) -> None:
    """Switch a caseworker's account off: every session ends at once."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.switch_off(settings, login)))


@user.command("sign-out")
def user_sign_out(login: Login) -> None:
    """Sign a caseworker out of every browser; the account stays."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.sign_out(settings, login)))


@user.command("telegram")
def user_telegram(login: Login) -> None:
    """Print a one-time code with which a caseworker binds their Telegram account."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.telegram_code(settings, login)))


@desk.command("room")
def desk_room(login: Login) -> None:
    """Print a one-time code with which a caseworker makes a group the caseworkers' room."""
    from bot import administration

    settings = command_line.settings()
    typer.echo(mended(lambda: administration.room_code(settings, login)))


# --- small ------------------------------------------------------------------------------


def _running(run_it: Callable[[Settings], Coroutine[None, None, None]], settings: Settings) -> None:
    from bot.serving import run_to_end

    def running() -> None:
        try:
            run_to_end(run_it(settings))
        except* said() as group:
            raise _first(group) from None

    mended(running)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
