"""Setting, removing and asking for the webhook; delivery is in `tests.botapi.webhooks`."""

import re
from urllib.parse import urlsplit

from tests.botapi.methods.requests import Handler, Request
from tests.botapi.rejections import bad
from tests.botapi.schema import JsonObject
from tests.botapi.updates import KINDS, UpdateQueue
from tests.botapi.world import Webhook, World

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}\Z")
_PORTS = {443, 80, 88, 8443}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def set_webhook(request: Request) -> bool:
    """setWebhook. Loopback addresses may use http and any port, as with a local server."""
    world = request.world
    url = request.params["url"]
    if not url:
        return delete_webhook(request)
    _check_url(url)
    if not _SECRET.match(request.get("secret_token") or ""):
        raise bad("secret token contains illegal characters")
    connections = request.get("max_connections") or 40
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    set_allowed(world.updates, request.get("allowed_updates"))
    _drop_pending(request)
    world.webhook = Webhook(url, connections, request.get("secret_token") or "")
    return True


def delete_webhook(request: Request) -> bool:
    """deleteWebhook."""
    _drop_pending(request)
    request.world.webhook = None
    return True


def get_webhook_info(request: Request) -> JsonObject:
    """getWebhookInfo."""
    return webhook_info(request.world)


def webhook_info(world: World) -> JsonObject:
    """Return the WebhookInfo object."""
    world.updates.expire()
    hook = world.webhook
    info: JsonObject = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.entries),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = "127.0.0.1"
        if hook.last_error_date is not None:
            info["last_error_date"] = hook.last_error_date
            info["last_error_message"] = hook.last_error_message
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def set_allowed(updates: UpdateQueue, allowed: list[str] | None) -> None:
    """Take over allowed_updates: not given keeps the last ones, empty is the default set."""
    if allowed is None:
        return
    unknown = set(allowed) - KINDS
    if unknown:
        raise bad(f"allowed_updates has unknown kinds {sorted(unknown)}")
    updates.allowed = tuple(allowed)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _drop_pending(request: Request) -> None:
    if request.get("drop_pending_updates"):
        request.world.updates.entries.clear()


METHODS: dict[str, Handler] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
