"""The service: made of its parts, opened, watched, closed."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline

from churn import settings
from churn.errors import LedgerError
from churn.services.api import described, faults, file_door, hot, logs, openapi, readiness, telemetry
from churn.services.api.door import Door
from churn.services.api.routes import inference_protocol, listed, mlflow_protocol
from churn.services.api.state import State

ROUTERS: tuple[APIRouter, ...] = (
    described.router, file_door.router, readiness.router, mlflow_protocol.router, inference_protocol.router,
    *listed.ROUTERS,
)  # fmt: skip
WATCH_SECONDS = 1.0

log = logging.getLogger("churn.api")


def create() -> Door:
    """Make the application from the environment; a server calls this in each worker."""
    logs.start()
    return build(State.of(settings.read()))


def build(known: State) -> Door:
    """Make the application around finished parts."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with _open(known):
            yield

    app = FastAPIOffline(
        title="Telco churn", version=version("telco-churn"), description=openapi.ABOUT, lifespan=lifespan,
        static_url="/static", redirect_slashes=False,
    )  # fmt: skip
    app.state.churn = known
    for router in ROUTERS:
        app.include_router(router)
    faults.install(app)
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]  # FastAPI says to
    return Door(app, known)


@asynccontextmanager
async def _open(known: State) -> AsyncIterator[None]:
    telemetry.begin()
    await asyncio.to_thread(known.served.look)
    await asyncio.to_thread(known.trials.look)
    hot.follow(known)
    lasting = (known.served.watch(), known.trials.watch(), _watch(known), _open_ledger(known))
    tasks = [asyncio.create_task(one) for one in lasting]
    gc.collect()
    gc.freeze()  # what lives from the start is never searched again: the slowest answers come faster
    try:
        yield
    finally:
        known.leaving = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await known.explainer.close()
        try:
            await known.ledger.close()
        except LedgerError as fault:
            log.error("the ledger was not closed well: %s", fault)
        telemetry.flush()


async def _open_ledger(known: State) -> None:
    """Open the ledger, and try again while it is away: until then nothing is answered that must be kept."""
    while True:
        try:
            await known.ledger.open()
        except LedgerError as fault:
            log.error("the ledger cannot be opened: %s", fault)
            await asyncio.sleep(WATCH_SECONDS)
        else:
            return


async def _watch(known: State) -> None:
    """End what is overdue; keep the hot routes, keys and gauges fresh."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        known.deadlines.sweep()
        hot.follow(known)
        with suppress(Exception):
            known.keys.refresh()
        with suppress(Exception):
            readiness.gauge(known)
