"""What every channel has: a name, and a way to send one message within a time."""

import ipaddress
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import unquote, urlsplit

from churn.errors import ChurnError
from churn.lifecycle.alerting.message import Message

TOLD, SHORT = 200, 4
"""Characters of a refusal that are kept; so short a part of an address is no secret."""


class Undelivered(ChurnError):
    """Say which channel did not take a message and why; never its address, which may be a secret."""


class Channel(Protocol):
    """A way out; its name stands in the ledger, so it stays the same."""

    @property
    def name(self) -> str:
        """Name the channel."""

    def send(self, message: Message, seconds: float) -> None:
        """Send one message. Raises Undelivered."""


def quoted(said: bytes, url: str, *secrets: str | None) -> str:
    """Keep the beginning of what an end answered, printable; a part of its address that it repeats is a secret."""
    words = said.decode(errors="replace")
    for secret in sorted({*_parts(url), *(one for one in secrets if one)}, key=len, reverse=True):
        words = words.replace(secret, "***")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:TOLD]


def _parts(url: str) -> Iterable[str]:
    place = urlsplit(url)
    spelt = [*place.path.split("/"), *place.query.replace("=", "&").split("&"), place.username, place.password]
    return (form for one in spelt if one and len(one) >= SHORT for form in (one, unquote(one)))


def near(host: str) -> bool:
    """Tell whether a host is this machine, so that nobody on the way can read what is sent in clear."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
