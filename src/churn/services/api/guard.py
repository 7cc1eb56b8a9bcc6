"""Who may ask for what: by key and scope, or from this machine alone while no key exists."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from churn.services.api.keys import ANYBODY, LOCAL, Caller
from churn.services.api.problems import Refusal
from churn.services.api.state import State

OPEN = frozenset({
    "/", "/health", "/ready", "/metrics", "/docs", "/redoc", "/openapi.json",
    "/ping", "/version", "/v2", "/v2/health/live", "/v2/health/ready",
})  # fmt: skip
OPEN_FOLDERS = ("/static/",)
FEEDBACK = frozenset({"/outcomes", "/contacts", "/suppressions"})
ALERTS = "/monitoring/alerts/"
HOSTS = frozenset({b"localhost", b"127.0.0.1", b"[::1]"})
FORWARDED = frozenset({
    b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via",
})  # fmt: skip
"""A proxy on this machine speaks for others."""
OURS = frozenset({b"none", b"same-origin"})
BEARER = b"bearer "


def admit(known: State, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
    """Find the caller and hold it to its scopes and rate. Raises Refusal."""
    path = scope["path"]
    if path in OPEN or path.startswith(OPEN_FOLDERS):
        return ANYBODY
    caller = _caller(known, scope, headers)
    needed = scope_of(scope["method"], path)
    if not caller.may(needed):
        raise Refusal(403, f"key {caller.name!r} has no scope {needed}")
    if caller.bucket is not None and (wait := caller.bucket.wait()):
        raise Refusal(429, f"key {caller.name!r} asks more often than its rate allows", retry_after=wait)
    return caller


def scope_of(method: str, path: str) -> str:
    """Name the scope that a request needs."""
    if path.startswith("/admin") or method == "DELETE" or (method == "POST" and path.startswith(ALERTS)):
        return "admin"
    return "feedback" if path in FEEDBACK and method == "POST" else "predict"


def _caller(known: State, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
    if not known.keys.configured:
        return _local(scope, headers)
    key = headers.get(b"x-api-key")
    if key is None and headers.get(b"authorization", b"")[: len(BEARER)].lower() == BEARER:
        key = headers[b"authorization"][len(BEARER) :].strip()
    if key is None:
        raise Refusal(401, "send a key: Authorization: Bearer <key>, or X-API-Key: <key>")
    caller = known.keys.caller(key)
    if caller is None:
        raise Refusal(401, "the key is not known, or was revoked")
    return caller


def _local(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
    """Take a request without a key if it was sent to this machine by this machine, under a name of its own."""
    host = headers.get(b"host", b"").lower()
    name = host if host.endswith(b"]") else host.rpartition(b":")[0] or host
    here = _loopback(scope.get("server")) and _loopback(scope.get("client")) and name in HOSTS
    if not here or not FORWARDED.isdisjoint(headers):
        raise Refusal(401, "no key exists yet, so only this machine may ask; make one: churn keys add NAME")
    if _from_another_page(headers):
        raise Refusal(403, "a page of another site asks in a visitor's name; make a key: churn keys add NAME")
    return LOCAL


def _from_another_page(headers: Mapping[bytes, bytes]) -> bool:
    """Tell a request that a browser makes for a page that is not ours."""
    origin = headers.get(b"origin")
    foreign = origin is not None and origin != b"http://" + headers.get(b"host", b"")
    return foreign or headers.get(b"sec-fetch-site", b"none") not in OURS


def _loopback(address: Any) -> bool:
    return bool(address) and _is_loopback(address[0])


@lru_cache(maxsize=1024)
def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
