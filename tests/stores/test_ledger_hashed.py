"""Ids as keyed hashes: nobody is named in the ledger."""

import sqlite3
from dataclasses import replace

import orjson
from sqlalchemy import select

import ledgers
from churn.stores.ledger.entries import Claim, Write
from churn.stores.ledger.queries.latest import last_known
from churn.stores.ledger.queries.prediction import prediction
from churn.stores.ledger.tables import answer

KEY = "a secret"


async def test_keyed_hashes_stand_in_place_of_ids_everywhere(tmp_path):
    url, secret = f"sqlite:///{tmp_path}/ledger.db", "7590-VHVEG"
    single, many = ledgers.record(secret), ledgers.batch(["x", secret])
    parsed = (orjson.loads(single.inputs), orjson.loads(single.results))
    async with ledgers.opened(url, id_key=KEY) as ledger:
        await ledger.put(Write(replace(single, parsed=parsed)))
        await ledger.put(Write(replace(many, at=single.at + 1)))
        await ledger.catch_up()
        name = ledger.customer(secret)
        assert (await ledger.read(last_known, name))["prediction_id"] == f"{many.id}.1"
        assert (await ledger.read(prediction, single.id))["inputs"]["customerID"] == name
        assert (await ledger.read(prediction, f"{many.id}.1"))["inputs"]["customerID"] == name
        told = await ledger.read(ledgers.everything)
    assert secret not in str(told)
    assert len(name) == 64
    with sqlite3.connect(tmp_path / "ledger.db") as stored:
        stored.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert secret.encode() not in (tmp_path / "ledger.db").read_bytes()


async def test_an_answer_kept_under_a_key_names_nobody_where_ids_are_hashed(url):
    bodies = [b'{"customer_id":"a","id":"1"}', b'{"results":[{"customer_id":"a"}]}', b'{"prediction_id":"1"}', b"torn"]
    async with ledgers.opened(url, id_key=KEY) as ledger:
        for number, body in enumerate(bodies):
            await ledger.put(Write(None, (), Claim(f"k{number}", "crm", "d", 200, body)))
        await ledger.do(lambda _: None, Claim("deed", "crm", "d", 200, bodies[0]))
        kept = await ledger.read(lambda connection: dict(connection.execute(select(answer.c.key, answer.c.body)).all()))
    hashed = ledger.customer("a").encode()
    wanted = [body.replace(b'"a"', b'"' + hashed + b'"') for body in bodies]
    said = {f"k{number}": body for number, body in enumerate(wanted)} | {"deed": wanted[0]}
    assert kept == {ledger.customer(key): body for key, body in said.items()}


async def test_another_key_gives_other_names(tmp_path):
    first, second = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    async with ledgers.opened(first, id_key=KEY) as one, ledgers.opened(second, id_key="other") as two:
        assert one.customer("a") == one.customer("a") != two.customer("a")
