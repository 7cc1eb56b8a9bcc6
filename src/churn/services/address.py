"""Where the service is, as this machine and others see it."""

import ipaddress

from churn.settings import Settings

LOCAL = "127.0.0.1"
EVERYWHERE = {"0.0.0.0": LOCAL, "::": "::1"}  # noqa: S104  # nosec B104 compared, not bound


def loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def of(settings: Settings) -> str:
    """Give the address at which this machine reaches the API."""
    host = EVERYWHERE.get(settings.api_host, settings.api_host)
    return f"http://[{host}]:{settings.api_port}" if ":" in host else f"http://{host}:{settings.api_port}"
