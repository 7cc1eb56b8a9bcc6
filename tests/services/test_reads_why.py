"""The auditor's why: what was asked, what was answered, by which model, and the same again, to the last bit."""

import os
from dataclasses import replace

import models
import serving
from churn.lifecycle.replay import replay
from churn.scoring.engine import Engine
from churn.stores import bundle
from churn.stores.ledger.entries import Record, Write, new_id
from churn.stores.ledger.entries import now as time_now

OTHER = models.model(noise=0.5, rows=500)


async def why(api, name, status=200):
    answer = await api.get(f"/predictions/{name}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_single_is_told_and_replayed_exactly(api, known):
    row = serving.customer(customerID="a", tenure=7)
    said = (await api.post("/predict", json=row, headers={"x-request-id": "my-own"})).json()
    found = await why(api, said["prediction_id"])
    assert found["inputs"] == row
    assert found["answer"] == said
    assert (found["door"], found["purpose"], found["caller"], found["request_id"]) == (
        "predict", "production", "local", "my-own",
    )  # fmt: skip
    assert (found["model_digest"], found["run"]) == (known.served.engine.digest, "a1b2c3")
    assert found["replay"]["difference"] == 0.0
    assert found["replay"]["exact"] is True


async def test_each_row_of_a_batch_is_replayed_exactly(api):
    rows = [serving.customer(tenure=number, MonthlyCharges=20.05 + number) for number in range(0, 70, 7)]
    rows.insert(3, {"tenure": "bad"})
    said = (await api.post("/predict/batch", json=rows)).json()
    for one in said["predictions"]:
        found = await why(api, one["prediction_id"])
        assert found["inputs"]["tenure"] == rows[one["index"]]["tenure"]
        assert found["replay"]["difference"] == 0.0
        assert found["replay"]["exact"] is True
    await why(api, f"{said['record_id']}.3", 404)
    await why(api, f"{said['record_id']}.99", 404)
    await why(api, said["record_id"], 404)


async def test_a_prediction_of_an_earlier_version_is_replayed_by_that_version(api, known, place):
    said = (await api.post("/predict", json=serving.customer())).json()
    serving.bundled(place / "bundle", OTHER, version=2)
    assert known.served.look()
    found = await why(api, said["prediction_id"])
    assert (found["model_version"], found["replay"]["exact"]) == (1, True)


async def test_a_version_that_is_not_on_the_host_is_said_to_be_missing(api, known, place):
    said = (await api.post("/predict", json=serving.customer())).json()
    serving.bundled(place / "bundle", OTHER, version=2)
    known.served.look()
    bundle.prune(place / "bundle", {2})
    found = await why(api, said["prediction_id"])
    assert found["replay"]["exact"] is False
    assert "version 1 is not on this host" in found["replay"]["words"]
    assert found["inputs"]


async def test_a_row_of_a_file_points_to_the_file(api, known):
    record = Record(
        id=new_id(), at=time_now(), door="file", purpose="production", customer=None, rows=3, model_version=1,
        model_digest="d" * 64, inputs=b"", results=b"", request_id="r", caller="c", input_digest="e" * 64,
        output_digest="f" * 64, origin='{"name": "in.csv", "rows": 3}',
    )  # fmt: skip
    await known.ledger.put(Write(record))
    found = await why(api, f"{record.id}.2")
    assert found["inputs"] is None
    assert f"churn why {record.id}.2 --input FILE" in found["words"]
    assert "e" * 64 in found["words"]
    assert found["origin"] == {"name": "in.csv", "rows": 3}
    assert found["replay"]["words"] == "not replayed: the inputs are in the file"
    await why(api, f"{record.id}.3", 404)


async def test_an_unknown_name_is_not_found_and_a_strange_one_refused(api):
    await why(api, "nothing", 404)
    await why(api, "a%00b", 422)
    await why(api, "x" * 65, 422)


async def test_a_score_is_not_deleted_by_itself(api):
    await api.post("/predict", json=serving.customer(customerID="a"))
    assert (await api.delete("/customers/a/prediction")).status_code == 405
    assert (await api.get("/customers/a/prediction")).status_code == 200


async def test_what_was_erased_is_gone_with_a_receipt(api):
    said = (await api.post("/predict", json=serving.customer(customerID="a"))).json()
    await api.post("/outcomes", json={"customer_id": "a", "churned": False, "observed_on": "2026-01-01"})
    receipt = (await api.delete("/customers/a")).json()
    assert receipt["counts"]["prediction"] == 1
    assert receipt["counts"]["outcome"] == 1
    await why(api, said["prediction_id"], 410)
    assert (await api.get("/customers/a/prediction")).status_code == 404
    assert (await api.get("/customers")).json()["total"] == 0


def test_a_replay_tells_a_record_that_was_changed():
    trained = models.model()
    engine = Engine(trained.model, 1)
    row, manifest = serving.customer(), {"digest": engine.digest}
    then = engine.answer(row)
    assert replay(row, then, "predict", manifest, engine).exact
    forged = replay(row, then | {"churn_probability": then["churn_probability"] + 1e-9}, "predict", manifest, engine)
    assert (forged.exact, abs(forged.difference)) == (False, abs(forged.difference))
    assert abs(forged.difference) > 1e-10
    moved = replay(row, then | {"risk_tier": "other"}, "predict", manifest, engine)
    assert (moved.exact, moved.difference) == (False, 0.0)
    assert "risk_tier" in moved.words


def test_a_replay_by_another_model_is_none():
    engine = Engine(OTHER.model, 2)
    found = replay(serving.customer(), {"churn_probability": 0.5}, "predict", {"digest": "other"}, engine)
    assert replace(found, words="") == replace(found, words="", difference=None, exact=False)
    assert "not the one that answered" in found.words


def test_the_tests_do_not_depend_on_the_caller_s_settings():
    assert "CHURN_SIMULATION" not in os.environ
