"""What is asked again under its key is answered again, and done once."""

import asyncio

import pytest

import ledgers
from churn.errors import Conflict, IdempotencyConflict
from churn.stores.ledger.entries import Claim, Kept, Write


async def test_a_key_is_answered_once(url):
    first, second = ledgers.record("a"), ledgers.record("a")
    async with ledgers.opened(url) as ledger:
        assert await ledger.put(ledgers.keyed(first, body=b"first")) is None
        assert await ledger.put(ledgers.keyed(second, body=b"second")) == Kept(200, b"first")
        with pytest.raises(IdempotencyConflict, match="another body"):
            await ledger.put(ledgers.keyed(second, digest="other"))
        other = Write(second, (), Claim("k", "another caller", "d", 200, b"second"))
        assert await ledger.put(other) is None
        assert await ledger.read(ledgers.count, "record") == 2


async def test_a_key_is_answered_once_within_a_group(url):
    async with ledgers.opened(url) as ledger:
        puts = [ledger.put(ledgers.keyed(ledgers.record("a"), body=b"%d" % number)) for number in range(20)]
        found = await asyncio.gather(*puts)
        assert await ledger.read(ledgers.count, "record") == 1
        assert await ledger.read(ledgers.count, "score") == 1
    assert found.count(None) == 1
    assert len(set(found)) == 2


async def test_a_key_is_answered_once_by_two_ledgers(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as two:
        puts = [
            ledger.put(ledgers.keyed(ledgers.record("a"), key=f"k{number}", body=ledger_name))
            for number in range(30)
            for ledger, ledger_name in ((one, b"one"), (two, b"two"))
        ]
        found = await asyncio.gather(*puts)
        assert await one.read(ledgers.count, "record") == 30
    assert found.count(None) == 30


async def test_keys_taken_in_opposite_orders_hold_nobody_up(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as two:
        for start in range(0, 100, 20):
            numbers = range(start, start + 20)
            puts = [one.put(ledgers.keyed(ledgers.record("a"), key=f"k{number}")) for number in numbers]
            puts += [two.put(ledgers.keyed(ledgers.record("a"), key=f"k{number}")) for number in reversed(numbers)]
            found = await asyncio.gather(*puts)
            assert found.count(None) == 20
        assert await one.read(ledgers.count, "record") == 100


async def test_a_deed_under_a_key_is_done_once(url):
    done = []
    claim = Claim("k", "crm", "d", 201, b"first")
    async with ledgers.opened(url) as ledger:
        assert await ledger.do(lambda _: done.append(1) or "done", claim) == "done"
        assert await ledger.do(lambda _: done.append(2) or "done", claim) == Kept(201, b"first")
    assert done == [1]


async def test_a_deed_that_fails_does_not_use_up_its_key(url):
    def refuses(_):
        raise Conflict("not yet")

    claim = Claim("k", "crm", "d", 201, b"first")
    async with ledgers.opened(url) as ledger:
        with pytest.raises(Conflict):
            await ledger.do(refuses, claim)
        assert await ledger.do(lambda _: "done", claim) == "done"
