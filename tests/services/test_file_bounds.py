"""What one file may cost the others: slow lines, swollen cells, a process that dies of one."""

import asyncio
import io
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import serving
from churn import contract
from churn.scoring.files.rejects import LONGEST
from churn.services.api import file_door, streams
from churn.services.api.file_flow import FILES, SENDERS
from churn.services.api.state import State
from churn.services.filing import clerk
from churn.services.filing.order import Order
from customers import invent

CSV = {"headers": {"content-type": "text/csv"}}
PARQUET = {"headers": {"content-type": "application/vnd.apache.parquet"}}
ORDER = Order("", "in", "out", "rejects", "csv", "", [], "", 1, "", 1, 1 << 20)


def table(rows=50):
    return invent(rows).drop(columns=contract.TARGET)


def spelt():
    return table().to_csv(index=False).encode()


def swollen(column, *sizes, rows=20):
    """Spell a table whose first cells of a column are so many letters long."""
    whole, content = pa.Table.from_pandas(table(rows), preserve_index=False), io.BytesIO()
    cells = pa.array(["x" * size for size in sizes] + ["50"] * (rows - len(sizes)))
    pq.write_table(whole.set_column(whole.column_names.index(column), column, cells), content, compression="zstd")
    return content.getvalue()


async def dripping():
    while True:
        yield b"a"
        await asyncio.sleep(0.05)


async def test_a_file_that_only_drips_is_cut_off(place):
    async with serving.opened(State.of(serving.settings(place, CHURN_REQUEST_SECONDS=0.5))) as api:
        async with asyncio.timeout(10):
            answer = await api.post("/predict/file", content=dripping(), **CSV)
        assert answer.status_code == 408
        assert file_door.senders._free == SENDERS


async def test_slow_senders_keep_nobody_from_being_scored(api):
    slow = [asyncio.create_task(api.post("/predict/file", content=dripping(), **CSV)) for _ in range(FILES + 1)]
    try:
        while file_door.senders._free > SENDERS - len(slow):
            await asyncio.sleep(0.01)
        assert (await api.post("/predict/file", content=spelt(), **CSV)).status_code == 200
    finally:
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
    assert file_door.senders._free == SENDERS


async def test_a_file_waits_for_its_turn_and_not_for_ever(place, monkeypatch):
    async with serving.opened(State.of(serving.settings(place, CHURN_REQUEST_SECONDS=2))) as api:
        monkeypatch.setattr(file_door.slots, "_free", 0)
        filing = asyncio.create_task(api.post("/predict/file", content=spelt(), **CSV))
        await asyncio.sleep(0.3)
        file_door.slots.give()
        assert (await filing).status_code == 200
        file_door.slots._free = 0
        refused = await api.post("/predict/file", content=spelt(), **CSV)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


async def test_an_answer_that_is_read_too_slowly_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "PIECE", 1000)
    path, closed = tmp_path / "answers", []
    path.write_bytes(b"a" * 100_000)

    async def send(_):
        await asyncio.sleep(0.1)

    began = time.monotonic()
    answer = streams.Streamed(path.open("rb"), "text/csv", {}, 0.5, lambda: closed.append(True))
    with pytest.raises(TimeoutError):
        await answer({}, send, send)
    assert time.monotonic() - began < 5
    assert closed


async def test_a_swollen_cell_is_shown_short(api):
    answer = await api.post("/predict/file", content=swollen("MonthlyCharges", 1_000_000), **PARQUET)
    assert (answer.status_code, answer.headers["x-rejected-rows"]) == (200, "1")
    lines = (await api.get(f"/predict/file/{answer.headers['x-record-id']}/rejects")).text
    assert LONGEST < len(lines) < 4 * LONGEST


async def test_a_file_of_swollen_cells_alone_is_refused_with_reasons(api):
    content = swollen("MonthlyCharges", *[1_000_000] * 5, rows=5)
    answer = await api.post("/predict/file", content=content, **PARQUET)
    assert answer.status_code == 422
    assert {one["column"] for one in answer.json()["errors"]} == {"MonthlyCharges"}


@pytest.mark.parametrize(("end", "said"), [("kill -ABRT $$", clerk.TooLarge), ("exit 1", clerk.Failed)])
async def test_a_process_that_dies_of_a_file_is_told_from_one_that_fails(monkeypatch, end, said):
    monkeypatch.setattr(clerk, "WORDS", ("sh", "-c", f"read order; {end}"))
    with pytest.raises(said):
        await clerk.score(ORDER)
