"""Write what an image holds as a bill of materials (CycloneDX): `python bill.py SITE_PACKAGES TO`.

Without a date or a number of its own: the same packages give the same bytes.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

FIELDS = "${Package}\t${Version}\t${Architecture}\n"
LONGEST = 80
"""Letters of a licence's name; some packages put the whole text there."""


def main(site: Path, written: Path) -> None:
    """Gather Python's packages and the system's, and write them."""
    parts = sorted([*_python(site), *_system()], key=lambda one: str(one["purl"]))
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts}
    written.write_text(json.dumps(bill, indent=1) + "\n")


def _python(site: Path) -> Iterator[dict[str, Any]]:
    for one in distributions(path=[str(site)]):
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        yield _component(one.name, one.version, f"pkg:pypi/{name}@{one.version}") | _licence(one)


def _licence(one: Distribution) -> dict[str, Any]:
    if expression := one.metadata.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    words = (one.metadata.get("License") or "").partition("\n")[0].strip()
    return {"licenses": [{"license": {"name": words}}]} if 0 < len(words) <= LONGEST else {}


def _system() -> Iterator[dict[str, Any]]:
    told = subprocess.check_output(("/usr/bin/dpkg-query", "-W", "-f", FIELDS), text=True)  # noqa: S603 fixed words
    for line in told.splitlines():
        name, version, architecture = line.split("\t")
        yield _component(name, version, f"pkg:deb/debian/{name}@{version}?arch={architecture}")


def _component(name: str, version: str, address: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
