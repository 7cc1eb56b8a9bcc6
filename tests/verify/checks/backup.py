"""Backup and restore: taken under load, everything lost, brought back; the same question gives the same number."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from drills import kept
from drills.callers import Callers, Question
from drills.place import customers
from drills.product import Product
from verify.firms import Firm, embedded, in_files, served
from verify.row import Row, judged

EMBEDDED = "ledger in SQLite, registry in a folder"
SERVED = "ledger and MLflow in PostgreSQL, models in a bucket (moto)"
RAN = "`churn backup` under load; all lost; `churn restore`, `churn why`, `churn history`, `churn sync`"
ASKED_WHY, LOAD = 2, 2.0


def check(folder: Path) -> Iterator[Row]:
    """Lose two firms and bring them back, and refuse what is not whole."""
    firm = embedded(folder / "embedded")
    yield _lost_and_found(EMBEDDED, firm, folder / "monday")
    yield _refused(folder, folder / "monday")
    with served(folder / "served") as other:
        yield _lost_and_found(SERVED, other, folder / "tuesday")


def _lost_and_found(name: str, firm: Firm, backup: Path) -> Row:
    history = firm.churn("history", fine=False)
    told, seconds = _backed_up(firm, backup)
    again = firm.lose()
    began = time.monotonic()
    again.churn("restore", str(backup), *again.behind)
    again.ready()
    faults = [*_numbers(again, told), *_records(again, history), *_missing(again, told)]
    words = (
        f"{len(told)} predictions acknowledged before it, none lost; of {ASKED_WHY} the same number to the last bit; "
        f"backup {seconds:.1f} s beside callers, back and proven in {time.monotonic() - began:.0f} s"
    )
    return judged(name, RAN, faults, words)


def _backed_up(firm: Firm, backup: Path) -> tuple[list[Question], float]:
    """Back up beside callers; give what was acknowledged before that began, and the seconds that it took."""
    with Product(firm.folder, **firm.env) as product, Callers(product.port, list(customers()), 4) as callers:
        time.sleep(LOAD)
        before, began = list(callers.acknowledged), time.monotonic()
        firm.churn("backup", str(backup), *firm.behind)
        seconds = time.monotonic() - began
    if len(callers.acknowledged) <= len(before):
        raise RuntimeError("no caller was answered while the backup ran")
    return before, seconds


def _numbers(firm: Firm, told: list[Question]) -> list[str]:
    """Ask why: each number is that which was told, and comes out again."""
    faults = []
    for one in told[:: max(1, len(told) // ASKED_WHY)][:ASKED_WHY]:
        answer = orjson.loads(one.acknowledged.body) if one.acknowledged else {}
        said = firm.churn("why", answer["prediction_id"], fine=False)
        if "the same answer, to the last bit" not in said or str(answer["churn_probability"]) not in said:
            faults.append(f"{one.key}: {said[-300:]}")
    return faults or ([] if told else ["nothing was told before the backup"])


def _records(firm: Firm, before: str) -> list[str]:
    """See that the history is told as before, and that a host gets its champion."""
    history, synced = firm.churn("history", fine=False), firm.churn("sync", "--once", fine=False)
    faults = [] if history == before and "promote" in before else [f"history: {history[-300:]}"]
    return faults if (firm.folder / "bundle" / "current").exists() else [*faults, f"sync: {synced[-300:]}"]


def _missing(firm: Firm, told: list[Question]) -> list[str]:
    return kept.missing(kept.read(firm.ledger, seconds=0), told)[:3]


def _refused(folder: Path, backup: Path) -> Row:
    """Flip one bit of a copy: it is not restored, and nothing is made."""
    hurt, place = folder / "hurt", folder / "nothing"
    shutil.copytree(backup, hurt)
    place.mkdir()
    shutil.copy2(folder / "embedded-again" / "params.yaml", place)
    wounded = hurt / "ledger"
    content = bytearray(wounded.read_bytes())
    content[len(content) // 2] ^= 1
    wounded.write_bytes(content)
    said = in_files(place).churn("restore", str(hurt), fine=False)
    faults = [] if "not as it was written: ledger" in said else [f"it said {said[-200:]}"]
    made = sorted(one.name for one in place.iterdir() if one.name not in {"params.yaml", "registry.lock"})
    return judged("a backup with one bit changed", "`churn restore`", faults + made, "refused, and nothing was made")
