"""Stock python-telegram-bot: ConversationHandler, PicklePersistence and webhook, all by default.

This is what the library's examples show and what most bots of this kind are. State is written
every 60 seconds, an update is confirmed when it is in a queue in memory.
"""

import json
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

from tests.benchmarks.peers import reference

Context = ContextTypes.DEFAULT_TYPE
KEYBOARDS: Final = {
    step: InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in reference.buttons(step)
        ]
    )
    for step in range(1, reference.STEPS + 1)
}
CASES: Final = Path(reference.DATA) / "cases.jsonl"


async def start(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data.clear()
    await update.message.reply_text(reference.text(1), reply_markup=KEYBOARDS[1])
    return 1


def taking(step: int) -> Callable[[Update, Context], Coroutine[Any, Any, int]]:
    """The handler of the press that reply `step` asked for."""

    async def take(update: Update, context: Context) -> int:
        query = update.callback_query
        assert query is not None
        assert context.user_data is not None
        await query.answer()
        context.user_data[reference.KEYS[step - 1]] = query.data
        if step + 1 == reference.STEPS:
            keep(query.from_user.id, context.user_data)
        await query.edit_message_text(reference.text(step + 1), reply_markup=KEYBOARDS[step + 1])
        return step + 1 if step + 1 < reference.STEPS else ConversationHandler.END

    return take


def keep(person: int, answers: dict[Any, Any]) -> None:
    """The case, as a line of a file."""
    with CASES.open("a") as cases:
        cases.write(json.dumps({"user": person, **answers}) + "\n")


def conversation() -> ConversationHandler[Context]:
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            step: [CallbackQueryHandler(taking(step), pattern=f"^{prefix}:")]
            for step, prefix in enumerate(reference.EXPECTED, start=1)
        },
        fallbacks=[CommandHandler("start", start)],
        allow_reentry=True,
        name="journey",
        persistent=True,
    )


def main() -> None:
    """Serve the webhook until SIGTERM."""
    bot = (
        Application.builder()
        .token(reference.TOKEN)
        .base_url(f"{reference.API}/bot")
        .persistence(PicklePersistence(Path(reference.DATA) / "conversations.pickle"))
        .build()
    )
    bot.add_handler(conversation())
    bot.run_webhook(
        listen="127.0.0.1",
        port=reference.PORT,
        url_path=reference.PATH,
        secret_token=reference.SECRET,
        webhook_url=f"http://127.0.0.1:{reference.PORT}{reference.PATH}",
        allowed_updates=Update.ALL_TYPES,
    )


if __name__ == "__main__":
    os.umask(0o077)
    main()
