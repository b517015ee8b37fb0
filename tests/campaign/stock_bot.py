"""An ordinary bot on python-telegram-bot, as its documentation teaches: not Lotse, only compared.

`run_polling`, a `ConversationHandler` kept by `PicklePersistence`, and a handler that inserts one
row into SQLite, durably, and replies. Run as `python -m tests.campaign.stock_bot FOLDER URL TOKEN`.
"""

import logging
import sqlite3
import sys
import warnings
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import (
    ApplicationBuilder,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

WRITING = 1
DATABASE = "stock.db"
RECEIVED = "received"


def opened(folder: Path) -> sqlite3.Connection:
    """The database; what is committed is on the disk."""
    database = sqlite3.connect(folder / DATABASE)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS said (person INTEGER, text TEXT)")
    return database


class Listening:
    """The two handlers, over one database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        """Begin a conversation."""
        if update.message is not None:
            await update.message.reply_text("What would you like to tell us?")
        return WRITING

    async def write(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        """Keep what was said, and say so."""
        if update.message is not None and update.effective_user is not None:
            with self._database:
                row = (update.effective_user.id, update.message.text)
                self._database.execute("INSERT INTO said VALUES (?, ?)", row)
            await update.message.reply_text(f"{RECEIVED}: {update.message.text}")
        return WRITING


def main(folder: Path, url: str, token: str) -> None:
    """Poll until the process ends.

    A text is taken in any state: that the state of a conversation is lost too is not counted.
    """
    logging.basicConfig(level=logging.ERROR)
    listening = Listening(opened(folder))
    builder = ApplicationBuilder().token(token).base_url(f"{url}/bot")
    persistence = PicklePersistence(folder / "conversations.pickle")
    application = builder.persistence(persistence).build()
    text: Any = MessageHandler(filters.TEXT & ~filters.COMMAND, listening.write)
    begin: Any = CommandHandler("start", listening.start)
    conversation: ConversationHandler[Any] = ConversationHandler(
        entry_points=[begin, text],
        states={WRITING: [text]},
        fallbacks=[begin],
        name="conversation",
        persistent=True,
    )
    application.add_handler(conversation)
    application.run_polling()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
