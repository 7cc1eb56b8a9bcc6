"""The whole description, tried by a tool that we did not write: no 5xx, nothing undocumented, nothing told."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

import serving

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "unsupported_method,tells_nothing_of_the_inside"
)
EXAMPLES = os.environ.get("CHURN_FUZZ_EXAMPLES", "4")
PHASES = os.environ.get("CHURN_FUZZ_PHASES", "examples,fuzzing")
"""`make fuzz` asks for more of both: thousands of requests that take minutes."""


def test_every_route_keeps_what_the_description_says(two, sync, tmp_path):
    tool = Path(sys.executable).with_name("schemathesis")
    sync.turn()
    with serving.running(tmp_path) as url:
        paths = httpx.get(f"{url}/openapi.json").json()["paths"]
        done = subprocess.run(
            [
                tool, "--no-color", "run", f"{url}/openapi.json", "--checks", CHECKS, "--max-examples", EXAMPLES,
                "--phases", PHASES, "--seed", "1", "--no-shrink", "--warnings", "off",
                "--generation-database", "none", "--request-timeout", "60",
            ],
            cwd=tmp_path, env=os.environ | {"SCHEMATHESIS_HOOKS": "leaks", "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True, text=True, timeout=3000, check=False,
        )  # fmt: skip
    routes = sum(len(methods) for methods in paths.values())
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert f"{routes} selected / {routes} total" in done.stdout, done.stdout[-1000:]
