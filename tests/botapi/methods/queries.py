"""Answers to pressed buttons."""

from tests.botapi.markup import is_link
from tests.botapi.methods.requests import Handler, Request
from tests.botapi.rejections import bad, unlucky
from tests.botapi.text import utf16_length

MAX_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(request: Request) -> bool:
    """answerCallbackQuery: once, in time, to a press that happened."""
    query = request.world.queries.get(request.params["callback_query_id"])
    if utf16_length(request.get("text") or "") > MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    if "url" in request.params and not is_link(request.params["url"]):
        raise bad("URL_INVALID")
    if query is None:
        raise bad(_TOO_OLD)
    if query.answer is not None:
        request.world.journal.warnings.append(f"press {query.id} was answered again")
        raise unlucky(_TOO_OLD)
    if request.world.now() - query.created > request.world.answer_within:
        raise unlucky(_TOO_OLD)
    query.answer = {k: v for k, v in request.params.items() if k != "callback_query_id"}
    return True


METHODS: dict[str, Handler] = {"answerCallbackQuery": answer_callback_query}
