"""Python, packages, disk, and who may touch what."""

import os
import re
import shutil
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from churn.lifecycle.doctor.finding import Finding, fault, off, ok

OLDEST, TOO_NEW = (3, 11), (3, 14)
PIN = re.compile(r"^[A-Za-z0-9][^#\n]*==[^#\n]*", re.MULTILINE)
SHOWN = 5
ROOM, ROOM_SHARE = 2 * 2**30, 0.05
"""Less room than this, or than this share of the disk, and a run or the ledger's log may not fit."""
OTHERS = 0o077


def python(found: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """See whether this Python is one that was tested."""
    words = f"Python {found[0]}.{found[1]}"
    if OLDEST <= found < TOO_NEW:
        return ok("python", words)
    return fault("python", f"{words}; tested are 3.11 to 3.13", "make clean, then make PYTHON=python3.12 pipeline")


def packages(lock: Path = Path("requirements.txt")) -> Finding:
    """See whether what is installed is what was locked; what is not installed is not missed."""
    if not lock.exists():
        return off("packages", f"no {lock} here to compare with")
    pinned = _pinned(lock.read_text(encoding="utf-8"))
    found = {name: installed for name in pinned if (installed := _installed(name))}
    wrong = [f"{name} {found[name]}, locked is {pinned[name]}" for name in found if found[name] != pinned[name]]
    if not wrong:
        return ok("packages", f"{len(found)} installed, all as locked")
    shown = "; ".join(wrong[:SHOWN]) + (f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else "")
    return fault("packages", shown, f"pip install --constraint {lock} --editable '.[pipeline,serve]', or make clean")


def room(places: Iterable[Path]) -> Finding:
    """See whether the disks have room."""
    for place in places:
        disk = shutil.disk_usage(_there(place))
        if disk.free < ROOM or disk.free < ROOM_SHARE * disk.total:
            words = f"{disk.free / 2**30:.1f} GiB of {disk.total / 2**30:.0f} are free at {_there(place)}"
            return fault(
                "disk", words, "free some space; `dvc gc --workspace` drops tables that no commit at hand needs"
            )
    return ok("disk", "there is room")


def writable(places: Iterable[Path]) -> Finding:
    """See whether this account may write where it has to."""
    barred = sorted({str(_there(place)) for place in places if not os.access(_there(place), os.W_OK | os.X_OK)})
    if barred:
        return fault(
            "write", f"this account may not write in {', '.join(barred)}", "check owner and mode: ls -ld, chown"
        )
    return ok("write", "this account may write where it has to")


def private(files: Iterable[Path]) -> Finding:
    """See whether secrets are kept from other accounts."""
    found = [one for one in files if one.is_file()]
    bare = [str(one) for one in found if one.stat().st_mode & OTHERS]
    if bare:
        return fault("secrets", f"other accounts may read {', '.join(bare)}", f"chmod 600 {' '.join(bare)}")
    if not found:
        return ok("secrets", "no file holds any here")
    return ok("secrets", f"{len(found)} file(s) with secrets, closed to other accounts")


def _pinned(text: str) -> dict[str, str]:
    """Read name and version of each pin that is meant for this Python and this system."""
    pins = (Requirement(line.strip()) for line in PIN.findall(text))
    meant = (one for one in pins if one.marker is None or one.marker.evaluate())
    return {one.name: str(one.specifier).removeprefix("==") for one in meant}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _there(place: Path) -> Path:
    """Give a place, or the folder above it that is there."""
    whole = place.absolute()
    return next(one for one in (whole, *whole.parents) if one.is_dir())
