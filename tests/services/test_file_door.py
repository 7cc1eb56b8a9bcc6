"""POST /predict/file and its rejects, over a real model and a real ledger."""

import asyncio
import hashlib
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv as arrow_csv

import serving
from churn import contract
from churn.services.api import file_door, keys
from churn.services.api.file_flow import FILES, SENDERS
from churn.services.api.state import State
from churn.stores.ledger.queries.prediction import prediction as kept_prediction
from customers import invent

CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
FILE, STREAM = "application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream"


def customers(rows=300, **changes):
    table = invent(rows).drop(columns=contract.TARGET)
    for name, (row, value) in changes.items():
        table.loc[row + 2, name] = value
    return table


def spelt(table, media):
    rows, content = pa.Table.from_pandas(table, preserve_index=False), io.BytesIO()
    if media == PARQUET:
        pq.write_table(rows, content)
    elif media == CSV:
        return table.to_csv(index=False).encode()
    else:
        with (pa.ipc.new_file if media == FILE else pa.ipc.new_stream)(content, rows.schema) as writer:
            writer.write_table(rows)
    return content.getvalue()


def read(content, media):
    source = io.BytesIO(content)
    if media == PARQUET:
        return pq.read_table(source).to_pylist()
    if media == CSV:
        return arrow_csv.read_csv(source).to_pylist()
    return (pa.ipc.open_file if media == FILE else pa.ipc.open_stream)(source).read_all().to_pylist()


def sending(media, **more):
    return {"headers": {"content-type": media, **more}}


@pytest.mark.parametrize("media", [CSV, PARQUET, FILE, STREAM])
async def test_each_form_comes_back_in_itself_with_what_predict_says(api, known, media):
    table = customers()
    answer = await api.post("/predict/file", content=spelt(table, media), **sending(media))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["x-rejected-rows"] == "0"
    assert "link" not in answer.headers
    rows = read(answer.content, media)
    assert [one[contract.ID] for one in rows] == table[contract.ID].tolist()
    for number in (0, 1, 150, 299):
        alone = (await api.post("/predict", json=table.iloc[number].to_dict())).json()
        assert rows[number]["churn_probability"] == pytest.approx(alone["churn_probability"], abs=1e-12)
        assert rows[number]["offer"] == alone["offer"]
        assert rows[number]["risk_tier"] == alone["risk_tier"]
        assert rows[number]["prediction_id"] == f"{answer.headers['x-record-id']}.{number}"


async def test_a_file_is_one_record_with_both_digests(api, known):
    content = spelt(customers(tenure=(7, "many")), CSV)
    answer = await api.post("/predict/file?purpose=what_if", content=content, **sending(CSV))
    kept = await known.ledger.read(kept_prediction, answer.headers["x-record-id"])
    assert kept["input_digest"] == hashlib.sha256(content).hexdigest()
    assert kept["output_digest"] == hashlib.sha256(answer.content).hexdigest()
    assert (kept["door"], kept["purpose"], kept["rows"]) == ("file", "what_if", 299)
    origin = json.loads(kept["origin"])
    assert (origin["format"], origin["rows"], origin["rejected"]) == ("csv", 300, 1)


async def test_rejected_rows_can_be_fetched(api):
    content = spelt(customers(tenure=(7, "many"), Contract=(9, "Three year")), CSV)
    answer = await api.post("/predict/file", content=content, **sending(CSV))
    assert answer.headers["x-rejected-rows"] == "2"
    assert len(read(answer.content, CSV)) == 298
    link = answer.headers["link"]
    assert link == f'</predict/file/{answer.headers["x-record-id"]}/rejects>; rel="rejects"'
    lines = (await api.get(link[1 : link.index(">")])).text.splitlines()
    assert lines[0].startswith("row,column,value,reason,customerID,")
    assert [line.split(",")[:3] for line in lines[1:]] == [["7", "tenure", "many"], ["9", "Contract", "Three year"]]
    assert "Three year" in lines[2].split(",", 4)[4]


async def test_rejects_are_for_whoever_sent_the_file(place):
    secrets = {name: keys.add(place / "keys.json", name, ["predict"]) for name in ("first", "second")}
    bearing = {name: {"authorization": f"Bearer {secret}"} for name, secret in secrets.items()}
    async with serving.opened(State.of(serving.settings(place))) as api:
        content = spelt(customers(tenure=(7, "many")), CSV)
        answer = await api.post("/predict/file", content=content, **sending(CSV, **bearing["first"]))
        path = f"/predict/file/{answer.headers['x-record-id']}/rejects"
        assert (await api.get(path, headers=bearing["first"])).status_code == 200
        assert (await api.get(path, headers=bearing["second"])).status_code == 404
        assert (await api.get(path)).status_code == 401


async def test_rejects_nobody_knows_are_not_found(api):
    assert (await api.get(f"/predict/file/{'0' * 28}/rejects")).status_code == 404
    assert (await api.get("/predict/file/nonsense/rejects")).status_code == 422


@pytest.mark.parametrize(
    ("content", "media", "status", "words"),
    [
        (b"x", "application/json", 415, "text/csv"),
        (b"", CSV, 400, "empty"),
        (b"a,b\n1,2\n", CSV, 422, "column 'gender' is missing"),
        (b"PAR1nonsense", PARQUET, 422, "not a whole table"),
        (b"ARROW1\0\0nonsense", FILE, 422, "not a whole table"),
        (b"nonsense", STREAM, 422, "not an Arrow stream"),
        (b"\xff\xff\xff\xffnonsense", STREAM, 422, "torn"),
        ("gëndér,b\n".encode("latin-1"), CSV, 422, "UTF-8"),
    ],
)
async def test_a_body_that_is_no_file_of_customers_is_refused_precisely(api, content, media, status, words):
    answer = await api.post("/predict/file", content=content, **sending(media))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert "/tmp" not in answer.text


async def test_a_file_without_one_good_row_is_refused_with_reasons(api, known):
    table = customers(5).assign(tenure="many")
    answer = await api.post("/predict/file", content=spelt(table, CSV), **sending(CSV))
    assert answer.status_code == 422
    assert [one["index"] for one in answer.json()["errors"]] == [0, 1, 2, 3, 4]


async def test_a_file_that_is_too_large_is_refused(place):
    known = State.of(serving.settings(place, CHURN_MAX_FILE_MB=0.01))
    async with serving.opened(known) as api:
        content = spelt(customers(), CSV)
        assert (await api.post("/predict/file", content=content, **sending(CSV))).status_code == 413

        async def pieces():
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        assert (await api.post("/predict/file", content=pieces(), **sending(CSV))).status_code == 413
        assert not list((place / "files").iterdir())


async def test_what_is_asked_beside_the_file_is_checked(api):
    content = spelt(customers(), CSV)
    assert (await api.post("/predict/file?purpose=fun", content=content, **sending(CSV))).status_code == 422
    assert (await api.post("/predict/file?explain=true", content=content, **sending(CSV))).status_code == 422
    keyed = sending(CSV, **{"idempotency-key": "a"})
    assert (await api.post("/predict/file", content=content, **keyed)).status_code == 422


async def test_columns_named_by_the_caller_pass_through(api):
    content = spelt(customers().assign(region="north", note="x"), CSV)
    assert (await api.post("/predict/file", content=content, **sending(CSV))).status_code == 422
    answer = await api.post("/predict/file?ignore=region,note", content=content, **sending(CSV))
    assert read(answer.content, CSV)[5]["region"] == "north"


async def test_no_more_files_than_fit_and_places_come_back(api):
    content = spelt(customers(), CSV)
    file_door.senders._free = 0
    try:
        refused = await api.post("/predict/file", content=content, **sending(CSV))
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
    finally:
        file_door.senders._free = SENDERS
    for _ in range(FILES + 2):
        assert (await api.post("/predict/file", content=content, **sending(CSV))).status_code == 200
        assert (await api.post("/predict/file", content=b"x", **sending(CSV))).status_code == 422
    assert (file_door.senders._free, file_door.slots._free) == (SENDERS, FILES)


async def test_nothing_is_left_on_disk_but_rejects(api, place):
    await api.post("/predict/file", content=spelt(customers(), CSV), **sending(CSV))
    assert not list((place / "files").iterdir())
    await api.post("/predict/file", content=spelt(customers(tenure=(1, "x")), CSV), **sending(CSV))
    (kept,) = (place / "files").iterdir()
    assert kept.suffix == ".csv"


async def test_an_answer_waits_for_its_record(api, known, monkeypatch):
    """With the ledger away nothing leaves, and nothing stays."""
    await known.ledger.close()
    answer = await api.post("/predict/file", content=spelt(customers(), CSV), **sending(CSV))
    assert answer.status_code == 503
    assert not list((known.settings.lock_dir / "files").iterdir())


async def test_other_answers_leave_while_a_file_is_scored(api):
    content = spelt(customers(60_000), CSV)
    filing = asyncio.create_task(api.post("/predict/file", content=content, **sending(CSV)))
    alone = 0
    while not filing.done():
        assert (await api.post("/predict", json=serving.customer())).status_code == 200
        alone += 1
    assert (await filing).status_code == 200
    assert alone > 5
