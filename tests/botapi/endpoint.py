"""The HTTP side of the server: reads requests, lets the world answer, damages answers.

What a method does is in `tests.botapi.methods`; which fault happens in `tests.botapi.faults`.
"""

import asyncio
import json
import time
from urllib.parse import parse_qsl

from aiohttp import web

from tests.botapi.faults import Damage, Fault, Faults
from tests.botapi.journal import Call, Refusal
from tests.botapi.methods import METHODS, NOT_SIMULATED, Request
from tests.botapi.polling import Poller
from tests.botapi.rejections import Blame, NotSimulated, Rejected, bad
from tests.botapi.schema import Json, JsonObject, Upload, decode, method_called
from tests.botapi.world import World

MAX_BODY = 64 * 1024 * 1024


class Endpoint:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    def __init__(self, world: World, token: str, faults: Faults, poller: Poller) -> None:
        self._world = world
        self._token = token
        self._faults = faults
        self._poller = poller

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("GET", "/file/bot{token:[^/]+}/{path:.+}", self._file)
        app.router.add_route("GET", "/bot{token:[^/]+}/{method}", self._method)
        app.router.add_route("POST", "/bot{token:[^/]+}/{method}", self._method)
        return app

    async def _method(self, http: web.Request) -> web.StreamResponse:
        name = method_called(http.match_info["method"]) or http.match_info["method"]
        call = Call(name, {}, time.monotonic())
        try:
            raw = await _parameters(http)
        except Rejected as rejected:
            return self._refused(call, rejected)
        call.params = dict(raw)
        with self._world.changed:
            self._world.journal.calls.append(call)
            delay = self._faults.delay(name)
            fault = self._faults.pick(name, call.params)
        if fault is not None:
            return await self._fail(http, call, fault, delay)
        answer = await self._carry_out(http, call)
        # Carried out first: a client that is killed while it waits has made its call all the same.
        await asyncio.sleep(delay)
        return answer

    async def _fail(
        self, http: web.Request, call: Call, fault: Fault, delay: float
    ) -> web.StreamResponse:
        call.fault = fault.name
        answer = await self._carry_out(http, call) if fault.done else None
        await asyncio.sleep(delay)
        with self._world.change():
            call.status = fault.status if fault.damage in (Damage.JSON, Damage.HTML) else 0
        return await _damaged(http, fault, answer)

    async def _carry_out(self, http: web.Request, call: Call) -> web.Response:
        try:
            self._check_token(http.match_info["token"])
            request = Request(self._world, call.method, self._typed(call))
            call.params = request.params
            if call.method == "getUpdates":
                result: Json = await self._poller.get_updates(request)
            else:
                with self._world.change():
                    result = METHODS[call.method](request)
        except Rejected as rejected:
            return self._refused(call, rejected)
        with self._world.change():
            call.status, call.result, call.executed = 200, result, True
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if self._faults.token_revoked:
            raise Rejected(401, "Unauthorized", blame=Blame.WORLD)
        if token != self._token:
            raise Rejected(401, "Unauthorized")

    def _typed(self, call: Call) -> JsonObject:
        if method_called(call.method) is None:
            raise Rejected(404, "Not Found: method not found")
        params, problems = decode(call.method, call.params)
        if problems:
            raise bad(f"wrong parameters: {'; '.join(problems)}")
        if call.method not in METHODS and call.method != "getUpdates":
            raise NotSimulated(call.method)
        if strange := NOT_SIMULATED & params.keys():
            raise NotSimulated(f"{call.method} with {', '.join(sorted(strange))}")
        return params

    def _refused(self, call: Call, rejected: Rejected) -> web.Response:
        with self._world.change():
            call.status, call.description = rejected.code, rejected.description
            refusal = Refusal(call.method, rejected.code, rejected.description, rejected.blame)
            self._world.journal.refusals.append(refusal)
            if rejected.blame is Blame.BOT:
                journal = self._world.journal
                journal.violation(call.method, rejected.description, call.params)
        return web.json_response(rejected.body(), status=rejected.code)

    async def _file(self, http: web.Request) -> web.Response:
        stored = self._world.files.get(http.match_info["path"].rpartition("/")[2])
        if http.match_info["token"] != self._token or stored is None:
            return web.json_response({"ok": False, "error_code": 404}, status=404)
        return web.Response(body=stored.data, content_type="application/octet-stream")


async def _parameters(http: web.Request) -> JsonObject:
    """Return query and body parameters: text, JSON values or uploads.

    Raises:
        Rejected: the body is no form, JSON object or multipart, or a name comes twice.
    """
    pairs: list[tuple[str, Json]] = list(http.query.items())
    if http.can_read_body:
        pairs.extend(await _body(http))
    params = dict(pairs)
    if len(params) != len(pairs):
        raise bad("a parameter is given twice")
    return params


async def _body(http: web.Request) -> list[tuple[str, Json]]:
    try:
        if http.content_type == "multipart/form-data":
            return [(name, _part(value)) for name, value in (await http.post()).items()]
        body = (await http.read()).decode()
        if http.content_type == "application/json":
            decoded = json.loads(body)
            if not isinstance(decoded, dict):
                raise bad("the body is no JSON object")
            return list(decoded.items())
        if http.content_type == "application/x-www-form-urlencoded":
            return parse_qsl(body, keep_blank_values=True, strict_parsing=True, errors="strict")
    except UnicodeDecodeError as error:
        raise bad("strings must be encoded in UTF-8") from error
    except ValueError as error:
        raise bad("can't parse the request body") from error
    raise bad(f"unsupported content type {http.content_type}")


def _part(value: Json) -> Json:
    if isinstance(value, web.FileField):
        return Upload(value.filename, value.content_type, value.file.read())
    return value if isinstance(value, str) else bytes(value).decode()


async def _damaged(
    http: web.Request, fault: Fault, answer: web.Response | None
) -> web.StreamResponse:
    match fault.damage:
        case Damage.JSON:
            return web.json_response(fault.body, status=fault.status)
        case Damage.HTML:
            page = f"<html><body><h1>{fault.status}</h1></body></html>"
            return web.Response(text=page, status=fault.status, content_type="text/html")
        case Damage.TRUNCATE:
            return await _partly(http, answer, 0.0)
        case Damage.DRIP:
            return await _partly(http, answer, fault.seconds)
        case Damage.HANG:
            await asyncio.sleep(fault.seconds)
    return _reset(http)


async def _partly(
    http: web.Request, answer: web.Response | None, seconds_a_byte: float
) -> web.StreamResponse:
    body = answer.body if answer is not None else b""
    assert isinstance(body, bytes)
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(http)
    if not seconds_a_byte:
        await response.write(body[: len(body) // 2])
        return _reset(http)
    for position in range(len(body)):
        await asyncio.sleep(seconds_a_byte)
        await response.write(body[position : position + 1])
    return response


def _reset(http: web.Request) -> web.Response:
    if http.transport is not None:
        http.transport.abort()
    return web.Response()
