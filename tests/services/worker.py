"""A worker that answers one request of each kind, then tells what it has loaded. Run by test_worker.py."""

import asyncio
import json
import sys

import serving
from churn.services.api.state import State
from churn.settings import read

ASKED = ("/ready", "/metrics", "/model_info", "/customers", "/portfolio", "/call-list", "/history", "/openapi.json")


async def main() -> None:
    async with serving.opened(State.of(read())) as api:
        codes = [(await api.post("/predict?explain=true", json=serving.customer())).status_code]
        codes += [(await api.post("/predict/batch", json=[serving.customer()] * 50)).status_code]
        codes += [(await api.get(path)).status_code for path in ASKED]
    told = {"codes": codes, "modules": sorted({name.partition(".")[0] for name in sys.modules})}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
