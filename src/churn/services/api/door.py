"""The outermost layer: who asks, may they, how much, how long; then the hot routes or the framework."""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from churn.services.api import dialects, guard, problems, query, telemetry
from churn.services.api.arrival import Arrival, Reply
from churn.services.api.hot import HOT
from churn.services.api.problems import Refusal
from churn.services.api.state import State
from churn.stores.ledger.entries import new_id

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
MEGA = 1_000_000
STREAMED = ("/predict/file",)
"""Routes that take and give streams: they bound size and time by themselves."""
FAILED, SLOW_SECONDS = 500, 2.0
PAGES = ("/docs", "/redoc", "/static")
SAFE: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
LOCKED = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
ITSELF = (
    b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'"
)
PAGE = (b"content-security-policy", ITSELF + b"; worker-src blob:; frame-ancestors 'none'")


class Door:
    """The ASGI application that a server runs."""

    def __init__(self, inner: Application, known: State) -> None:
        self.inner, self.known = inner, known
        self._flying = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.inner(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        sent = headers.get(b"x-request-id", b"")
        request_id = sent.decode() if REQUEST_ID.fullmatch(sent) else new_id()
        scope["churn.request_id"] = request_id
        answer = _Answer(send, request_id.encode(), scope["path"])
        self._flying += 1
        try:
            await self._admitted(scope, headers, receive, answer)
        except Exception as fault:
            if not answer.begun:
                await answer.send(dialects.spoken(scope["path"], problems.of(fault, request_id)))
            else:
                problems.log.exception("request %s broke off", request_id)
                raise
        finally:
            self._flying -= 1
            self._note(scope, answer.status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request; write a line of one that failed or was slow, or of each if the settings say so."""
        route = _route(scope)
        counted, timed = telemetry.answered(route, scope["method"], status)
        telemetry.later(counted)
        timed(seconds)
        if status >= FAILED or seconds > SLOW_SECONDS or self.known.settings.access_log:
            said = {"request_id": scope["churn.request_id"], "route": route, "status": status}
            problems.log.info("%s answered", scope["method"], extra={**said, "ms": round(1000 * seconds, 2)})

    async def _admitted(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, answer: "_Answer") -> None:
        path, known = scope["path"], self.known
        if self._flying > known.settings.queue and path not in guard.OPEN:
            raise Refusal(503, "too many requests at once; send it again in a moment", retry_after=1)
        scope["churn.caller"] = caller = guard.admit(known, scope, headers)
        if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
            raise Refusal(415, "send the body uncompressed, without Content-Encoding")
        handler = HOT.get((scope["method"], path))
        if handler is None:
            await self._inside(scope, headers, receive, answer)
            return
        with self.known.deadlines.bound():
            body = await _body(receive, headers, int(known.settings.max_body_mb * MEGA))
            if body is None:
                answer.status = 499
                return
            asked = query.read(scope["query_string"]) if scope["query_string"] else {}
            arrival = Arrival(scope["churn.request_id"], caller, path, asked, headers, body)
            reply = await handler(known, arrival)
        await answer.send(reply)

    async def _inside(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, answer: "_Answer") -> None:
        """Let the framework answer."""
        settings = self.known.settings
        query.read(scope["query_string"])
        if scope["path"].startswith(STREAMED):
            await self.inner(scope, receive, answer)
            return
        limited = _limited(receive, headers, int(settings.max_body_mb * MEGA))
        with self.known.deadlines.bound():
            await self.inner(scope, limited, answer)


class _Answer:
    """What goes out: every answer bears its request's id and the safe headers."""

    __slots__ = ("_id", "_path", "_send", "begun", "status")

    def __init__(self, send: Send, request_id: bytes, path: str) -> None:
        self._send, self._id, self._path = send, request_id, path
        self.begun, self.status = False, 500

    async def send(self, reply: Reply) -> None:
        """Send a whole answer."""
        own = (
            (b"content-type", reply.media),
            (b"content-length", b"%d" % len(reply.body)),
            (b"x-request-id", self._id),
        )
        self.begun, self.status = True, reply.status
        head = [*own, *reply.headers, *SAFE, LOCKED]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": head})
        await self._send({"type": "http.response.body", "body": reply.body})

    async def __call__(self, message: Message) -> None:
        """Pass on what the framework sends."""
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            page = PAGE if self._path.startswith(PAGES) else LOCKED
            have = {name.lower() for name, _ in message["headers"]}
            ours = [one for one in (*SAFE, page) if one[0] not in have]
            message["headers"] = [*message["headers"], (b"x-request-id", self._id), *ours]
        await self._send(message)


async def _body(receive: Receive, headers: dict[bytes, bytes], limit: int) -> bytes | None:
    """Read a whole body, or give None when the client left. Raises Refusal."""
    _refuse_announced(headers, limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        _refuse_large(len(body), limit)
        return body
    parts = bytearray()
    while message["type"] == "http.request":
        parts += message.get("body", b"")
        _refuse_large(len(parts), limit)
        if not message.get("more_body"):
            return bytes(parts)
        message = await receive()
    return None


def _limited(receive: Receive, headers: dict[bytes, bytes], limit: int) -> Receive:
    """Count what the framework reads. Raises Refusal."""
    _refuse_announced(headers, limit)
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        _refuse_large(got, limit)
        return message

    return counted


def _refuse_announced(headers: dict[bytes, bytes], limit: int) -> None:
    length = headers.get(b"content-length", b"0")
    _refuse_large(int(length) if length.isdigit() else 0, limit)


def _refuse_large(length: int, limit: int) -> None:
    if length > limit:
        raise Refusal(413, f"the body is larger than the {limit / MEGA:g} MB that one request may hold; send several")


def _route(scope: Scope) -> str:
    """Name the route as the description spells it, never as it was typed: a label must not grow with the callers."""
    if (scope["method"], scope["path"]) in HOT:
        return str(scope["path"])
    route = scope.get("route")
    return str(getattr(route, "path", "unknown"))
