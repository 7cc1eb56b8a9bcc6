"""What must go: one customer at once, and what is old little by little."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

import ledgers
from churn.errors import Erased, UnknownPrediction
from churn.stores.ledger import erasure, feedback, retention, tables
from churn.stores.ledger.entries import Claim, Refusal, Write, first_id, new_id, now
from churn.stores.ledger.queries.latest import last_known
from churn.stores.ledger.queries.prediction import prediction

WHO = "9763-GRSKD"
OTHER = "1452-KIOVK"
DAY = 86_400 * 1_000_000


@pytest.fixture(params=[None, "a secret"], ids=["ids", "hashes"])
async def ledger(request, url):
    async with ledgers.opened(url, id_key=request.param) as opened:
        yield opened


async def fill(ledger):
    """Let two customers leave a trace in every table that speaks of customers."""
    singles = {name: ledgers.record(name) for name in (WHO, OTHER)}
    many = ledgers.batch([OTHER] * 260 + [WHO, OTHER, WHO])
    for number, entry in enumerate([*singles.values(), many]):
        await ledger.put(ledgers.keyed(entry, f"k{number}", body=b"kept"))
    for number, name in enumerate((WHO, OTHER)):
        await ledger.do(partial(trace, name=ledger.customer(name), of=singles[name].id),
                        Claim(f"o{number}", "crm", "d", 201, f'{{"customer":"{name}"}}'.encode()))  # fmt: skip
    return singles, many


def trace(connection, name, of):
    feedback.outcome(connection, name, True, datetime.now(UTC).date(), of, now(), "crm")
    feedback.contact(connection, name, now(), "phone", "discount", False, of, "crm")
    feedback.suppression(connection, name, "asked", date(2030, 1, 1), now(), "crm")


async def test_an_erased_customer_is_nowhere_and_the_others_are_untouched(ledger):
    singles, many = await fill(ledger)
    receipt = await erasure.erase(ledger, WHO, now(), "dpo")
    left = str(await ledger.read(bodies_and_all))
    assert WHO not in left
    assert ledger.customer(WHO) not in left
    assert ledger.customer(OTHER) in left
    for name in (singles[WHO].id, f"{many.id}.260", f"{many.id}.262"):
        with pytest.raises(Erased, match="erased by request"):
            await ledger.read(prediction, name)
    for name in (singles[OTHER].id, f"{many.id}.0", f"{many.id}.261"):
        assert (await ledger.read(prediction, name))["inputs"]["customerID"] == ledger.customer(OTHER)
    with pytest.raises(UnknownPrediction):
        await ledger.read(last_known, ledger.customer(WHO))
    assert receipt["counts"] == {
        "prediction": 1, "batch_row": 2, "answer": 3, "score": 3, "latest": 1,
        "outcome": 1, "contact": 1, "suppression": 1,
    }  # fmt: skip


def bodies_and_all(connection):
    from churn.stores.ledger import bodies

    found = ledgers.everything(connection)
    packed = [b"".join(bodies.blocks(body)) for one in found["record"] for body in (one.inputs, one.results) if body]
    return found | {"bodies": packed, "record": [one[:-2] for one in found["record"]]}


async def test_a_receipt_names_nobody_and_is_given_again(ledger):
    await fill(ledger)
    receipt = await erasure.erase(ledger, WHO, now(), "dpo")
    assert receipt["digest"] == hashlib.sha256(ledger.customer(WHO).encode()).hexdigest()
    assert WHO not in str(receipt)
    assert (receipt["caller"], len(receipt["id"])) == ("dpo", 28)
    assert await erasure.erase(ledger, WHO, now(), "dpo") == receipt
    await ledger.put(Write(ledgers.record(WHO)))
    later = await erasure.erase(ledger, WHO, now(), "dpo")
    assert later["id"] != receipt["id"]
    assert later["counts"]["prediction"] == 1


async def test_a_receipt_is_given_for_somebody_unknown(ledger):
    receipt = await erasure.erase(ledger, "nobody", now(), "dpo")
    assert not any(receipt["counts"].values())
    assert receipt["words"].startswith("nothing was kept under this id")


async def test_a_receipt_says_how_many_files_may_still_hold_the_customer(ledger):
    await ledger.put(Write(ledgers.record(WHO)))
    for door, purpose in (("file", "production"), ("score", "production"), ("file", "test")):
        await ledger.put(Write(ledgers.record(None, door=door, purpose=purpose, inputs=b"", results=b"")))
    words = (await erasure.erase(ledger, WHO, now(), "dpo"))["words"]
    assert words.startswith("what was kept under this id is erased")
    assert words.endswith("scored files that may still hold the customer outside the ledger: 2")


async def test_an_erased_key_is_neither_answered_nor_written_again(ledger):
    await fill(ledger)
    await erasure.erase(ledger, WHO, now(), "dpo")
    with pytest.raises(Erased):
        await ledger.put(ledgers.keyed(ledgers.record(WHO), "k0"))
    assert (await ledger.put(ledgers.keyed(ledgers.record(OTHER), "k1"))).body == b"kept"


async def test_a_batch_that_waits_for_expansion_is_erased_too(ledger):
    entry = ledgers.batch([OTHER] * 900 + [WHO])
    await ledger.put(Write(entry))
    name = ledger.customer(WHO)
    receipt = await ledger.do(lambda connection: erasure.forget(connection, name, WHO, now(), "dpo"))
    assert receipt["counts"]["batch_row"] == 1
    await ledger.catch_up()
    with pytest.raises(UnknownPrediction):
        await ledger.read(last_known, name)
    with pytest.raises(Erased):
        await ledger.read(prediction, f"{entry.id}.900")


async def test_what_sqlite_erased_is_not_left_in_its_file(tmp_path):
    file = tmp_path / "ledger.db"
    async with ledgers.opened(f"sqlite:///{file}") as ledger:
        await ledger.put(Write(ledgers.record(WHO)))
        await ledger.put(Write(ledgers.record(OTHER)))
        await erasure.erase(ledger, WHO, now(), "dpo")
        left = file.read_bytes() + Path(f"{file}-wal").read_bytes()
    assert OTHER.encode() in left
    assert WHO.encode() not in left


async def test_an_erasure_that_fails_erases_nothing(ledger, monkeypatch):
    await fill(ledger)
    await ledger.catch_up()
    before = await ledger.read(ledgers.everything)

    def torn(*_):
        raise Erased("torn")

    monkeypatch.setattr(erasure, "_unkeep_naming", torn)
    with pytest.raises(Erased, match="torn"):
        await erasure.erase(ledger, WHO, now(), "dpo")
    assert await ledger.read(ledgers.everything) == before


async def test_what_is_old_goes_and_what_is_young_stays(url, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 3)
    old = now() - 100 * DAY
    async with ledgers.opened(url) as ledger:
        for number in range(8):
            entry = ledgers.record(f"old{number}", id=first_id(old) + new_id()[14:], at=old)
            await ledger.put(
                Write(entry, (Refusal("tenure", "is missing", 1),), Claim(f"k{number}", "crm", "d", 200, b""))
            )
        young = ledgers.record("young")
        await ledger.put(Write(young, (), Claim("k", "crm", "d", 200, b"")))
        await ledger.do(lambda c: c.execute(update(tables.answer).where(tables.answer.c.key != "k").values(at=old)))
        gone = await retention.purge(ledger, now(), 90)
        left = await ledger.read(lambda c: c.execute(select(tables.record.c.id)).scalars().all())
        counts = [await ledger.read(ledgers.count, name) for name in ("score", "latest", "refusal", "answer")]
    assert {name: gone[name] for name in ("record", "score", "latest", "refusal", "answer")} == {
        "record": 8, "score": 8, "latest": 8, "refusal": 8, "answer": 8,
    }  # fmt: skip
    assert left == [young.id]
    assert counts == [1, 1, 0, 1]


async def test_keys_expire_before_records(url):
    async with ledgers.opened(url) as ledger:
        await ledger.put(ledgers.keyed(ledgers.record("a")))
        gone = await retention.purge(ledger, now() + 8 * DAY, 90)
        assert gone == {**dict.fromkeys(gone, 0), "answer": 1}
        assert await ledger.put(ledgers.keyed(ledgers.record("a"))) is None


async def test_feedback_goes_when_it_is_old(url):
    async with ledgers.opened(url) as ledger:
        await ledger.do(
            partial(feedback.suppression, customer="a", reason="r", until=date(2020, 1, 1), at=1, caller="c")
        )
        await ledger.do(partial(feedback.suppression, customer="a", reason="r", until=date.today() + timedelta(1), at=1,
                                caller="c"))  # fmt: skip
        await ledger.do(partial(feedback.contact, customer="a", at=1, channel="phone", offer=None, held_out=True,
                                prediction=None, caller="c"))  # fmt: skip
        gone = await retention.purge(ledger, now(), 90)
        assert (gone["suppression"], gone["contact"]) == (1, 1)
        assert await ledger.read(ledgers.count, "suppression") == 1
