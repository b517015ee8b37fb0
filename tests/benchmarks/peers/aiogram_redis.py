"""aiogram 3 with its finite state machine in Redis and its own webhook application.

As its documentation shows it. An update is confirmed when its handler has ended; two updates of
one person may run beside each other.
"""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.benchmarks.peers import reference

STATES: Final = [State(f"s{step}", "Journey") for step in range(1, reference.STEPS)]
KEYBOARDS: Final = {
    step: InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
            for row in reference.buttons(step)
        ]
    )
    for step in range(1, reference.STEPS + 1)
}
CASES: Final = Path(reference.DATA) / "cases.jsonl"
router = Router()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_data({})
    await state.set_state(STATES[0])
    await message.answer(reference.text(1), reply_markup=KEYBOARDS[1])


def taking(step: int) -> Callable[[CallbackQuery, FSMContext], Awaitable[None]]:
    """The handler of the press that reply `step` asked for."""

    async def take(query: CallbackQuery, state: FSMContext) -> None:
        answers = await state.update_data({reference.KEYS[step - 1]: query.data})
        if step + 1 < reference.STEPS:
            await state.set_state(STATES[step])
        else:
            keep(query.from_user.id, answers)
            await state.clear()
        await query.answer()
        assert isinstance(query.message, Message)
        await query.message.edit_text(reference.text(step + 1), reply_markup=KEYBOARDS[step + 1])

    return take


def keep(person: int, answers: dict[str, Any]) -> None:
    """The case, as a line of a file."""
    with CASES.open("a") as cases:
        cases.write(json.dumps({"user": person, **answers}) + "\n")


async def set_webhook(bot: Bot) -> None:
    address = f"http://127.0.0.1:{reference.PORT}{reference.PATH}"
    await bot.set_webhook(address, secret_token=reference.SECRET)


def main() -> None:
    """Serve the webhook until SIGTERM."""
    for step, (state, prefix) in enumerate(zip(STATES, reference.EXPECTED, strict=True), start=1):
        router.callback_query.register(taking(step), state, F.data.startswith(f"{prefix}:"))
    server = TelegramAPIServer.from_base(reference.API)
    bot = Bot(reference.TOKEN, session=AiohttpSession(api=server))
    dispatcher = Dispatcher(storage=RedisStorage.from_url(os.environ["BENCH_REDIS"]))
    dispatcher.include_router(router)
    dispatcher.startup.register(set_webhook)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher=dispatcher, bot=bot, secret_token=reference.SECRET)
    handler.register(app, path=reference.PATH)
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=reference.PORT, access_log=None, print=None)


if __name__ == "__main__":
    main()
