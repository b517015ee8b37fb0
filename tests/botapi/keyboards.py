"""Reply markup: which keyboards Telegram takes and what it stores of them.

Shapes and types are checked before by `tests.botapi.schema`; here are the limits and the
rules that no type expresses.
"""

from tests.botapi.markup import is_link
from tests.botapi.rejections import bad
from tests.botapi.schema import JsonObject
from tests.botapi.text import is_invisible

MAX_BUTTONS = 100
MAX_IN_ROW = 8
MAX_DATA_BYTES = 64
_DECORATION = {"text", "icon_custom_emoji_id", "style"}
_STYLES = {"danger", "success", "primary"}


def inline_keyboard(markup: JsonObject | None) -> JsonObject | None:
    """Check an inline keyboard and return it as Telegram stores it; None for an empty one.

    Raises:
        Rejected: a limit or a rule of Telegram is broken.
    """
    if markup is None:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    for row in rows:
        if len(row) > MAX_IN_ROW:
            raise bad(f"reply markup has a row of more than {MAX_IN_ROW} buttons")
        for button in row:
            _check_inline_button(button)
    return {"inline_keyboard": rows} if rows else None


def reply_markup(markup: JsonObject | None) -> JsonObject | None:
    """Check the markup of a new message; what is stored in the message is returned.

    Only inline keyboards belong to a message. Reply keyboards belong to the chat and are
    read from the parameters by `tests.botapi.screen`.
    """
    if markup is None or "inline_keyboard" in markup:
        return inline_keyboard(markup)
    for row in markup.get("keyboard", []):
        for button in row:
            _check_text(button, "can't parse keyboard button")
            if len(button.keys() - _DECORATION) > 1:
                raise bad("can't parse keyboard button: more than one optional field")
    if "remove_keyboard" in markup and markup["remove_keyboard"] is not True:
        raise bad("can't parse reply keyboard markup: remove_keyboard must be true")
    return None


def _check_inline_button(button: JsonObject) -> None:
    _check_text(button, "can't parse inline keyboard button")
    actions = button.keys() - _DECORATION
    if not actions:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: {sorted(actions)} exclude each other")
    if button.get("style", "primary") not in _STYLES:
        raise bad("can't parse inline keyboard button: unknown style")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button and not is_link(button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _check_text(button: JsonObject, prefix: str) -> None:
    if is_invisible(button["text"]):
        raise bad(f"{prefix}: text must be non-empty")


def _check_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
