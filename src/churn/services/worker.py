"""One worker of the API: answers on the listening socket it was given, `python -m churn.services.worker DESCRIPTOR`."""

import resource
import socket
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http import httptools_impl

from churn.services.api import problems
from churn.services.head_limits import BoundedHeads
from churn.stores.ledger.entries import new_id

APP = "churn.services.api.app:create"
GRACE = 8
"""Seconds in which a worker that was told to stop finishes what it accepted."""
FILES = 65_536
CONNECTIONS = 4_096
"""More at once are told 503 by a worker; the door says it sooner, by what it has to do."""


def main(descriptor: int, app: str = APP) -> None:
    """Serve until a signal ends it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, FILES)), hard))
    vars(httptools_impl)["service_unavailable"] = crowded
    config = uvicorn.Config(
        app,
        factory=True,
        loop="uvloop",
        http=BoundedHeads,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody is taken at his word for where he calls from
        backlog=2048,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


async def crowded(_scope: Any, _receive: Any, send: Any) -> None:
    """Tell whoever comes beyond the connections when to come again; uvicorn's own words do not."""
    reply = problems.problem(503, "too many connections at once; come again in a moment", new_id(), retry_after=1)
    length = (b"content-length", b"%d" % len(reply.body))
    head = [(b"content-type", reply.media), length, (b"connection", b"close"), *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": head})
    await send({"type": "http.response.body", "body": reply.body})


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
