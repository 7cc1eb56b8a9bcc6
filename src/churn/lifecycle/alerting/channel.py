"""What every channel has: a name, and a way to send one message within a time."""

import ipaddress
from typing import Protocol

from churn.errors import ChurnError
from churn.lifecycle.alerting.message import Message


class Undelivered(ChurnError):
    """Say which channel did not take a message and why; never its address, which may be a secret."""


class Channel(Protocol):
    """A way out; its name stands in the ledger, so it stays the same."""

    @property
    def name(self) -> str:
        """Name the channel."""

    def send(self, message: Message, seconds: float) -> None:
        """Send one message. Raises Undelivered."""


def near(host: str) -> bool:
    """Tell whether a host is this machine, so that nobody on the way can read what is sent in clear."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
