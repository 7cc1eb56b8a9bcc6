"""An experiment in the worker: who is answered by whom, what is noted of it, and what goes on when it goes wrong."""

import asyncio
import json

import pytest

import ledgers
import models
import serving
from churn import contract
from churn.lifecycle.experiment.running import challenged
from churn.services.api.state import State
from churn.stores import bundle, notices
from churn.stores.ledger import entries
from churn.stores.ledger.queries import exposed
from churn.stores.ledger.queries.exposed import Followed
from churn.stores.ledger.queries.prediction import prediction

OTHER, YEAR = models.model(noise=0.3, rows=400), 365 * 86_400_000_000
NAMES = [f"{number:04}-TRIAL" for number in range(40)]


@pytest.fixture
def host(place):
    """Put the challenger beside the champion, as sync does."""
    manifest = json.loads((place / "bundle" / "1" / "manifest.json").read_text())
    manifest.pop("seal")
    told = manifest | {"digest": OTHER.metadata["digest"], "family": OTHER.metadata["family"]}
    bundle.write(place / "bundle", 2, {"model.onnx": OTHER.model}, told)
    return place


def noticed(place, mode="live", **changes):
    now = entries.now()
    said = {"id": "e1", "purpose": "production", "mode": mode, "champion": 1, "challenger": 2, "share": 0.5,
            "salt": "pepper", "digest": OTHER.metadata["digest"], "begins": now - YEAR, "ends": now + YEAR}  # fmt: skip
    notices.write(place / "bundle", notices.EXPERIMENT, said | changes)


@pytest.fixture
def open_api(host):
    def opened(mode="live", settings=None, **changes):
        noticed(host, mode, **changes)
        known = State.of(serving.settings(host, **(settings or {})))
        return known, serving.opened(known)

    return opened


def customers(names=NAMES):
    return [serving.customer(**{contract.ID: name}, tenure=3 + place) for place, name in enumerate(names)]


def by_lot(names=NAMES, share=0.5):
    return [2 if challenged("pepper", name, share) else 1 for name in names]


def whole():
    return Followed("production", 0, entries.now() + YEAR, 30)


async def test_each_customer_has_one_model_whatever_the_door_and_the_ledger_says_which(open_api):
    known, opening = open_api()
    async with opening as api:
        batch = (await api.post("/predict/batch", json=customers())).json()
        assert [one["model_version"] for one in batch["predictions"]] == by_lot()
        assert [one["index"] for one in batch["predictions"]] == list(range(40))
        for place in (0, 1, 2, 3):
            one = (await api.post("/predict", json=customers()[place])).json()
            same = batch["predictions"][place]
            assert (one["model_version"], one["churn_probability"]) == (
                same["model_version"], pytest.approx(same["churn_probability"], abs=1e-9)
            )  # fmt: skip
        await known.ledger.catch_up()
        met = await known.ledger.read(exposed.answered, whole())
        assert met == {1: by_lot().count(1), 2: by_lot().count(2)}
        for told in batch["predictions"][:6]:
            kept = await known.ledger.read(prediction, told["prediction_id"])
            assert kept["model_version"] == told["model_version"]
            assert kept["answer"]["churn_probability"] == told["churn_probability"]


async def test_positional_protocols_answer_in_the_order_of_the_rows(open_api):
    known, opening = open_api()
    async with opening as api:
        plain = (await api.post("/predict/batch", json=customers())).json()["predictions"]
        flavour = (await api.post("/invocations", json={"dataframe_records": customers()})).json()
        assert [one["churn_probability"] for one in flavour["predictions"]] == [
            one["churn_probability"] for one in plain
        ]
        columns = {name: [one[name] for one in customers()] for name in customers()[0]}
        kinds = {str: "BYTES", int: "INT64", float: "FP64"}
        inputs = [{"name": name, "shape": [40], "datatype": kinds[type(cells[0])], "data": cells}
                  for name, cells in columns.items()]  # fmt: skip
        tensors = (await api.post("/v2/models/telco-churn/infer", json={"inputs": inputs})).json()
        said = {one["name"]: one["data"] for one in tensors["outputs"]}
        assert said["churn_probability"] == [one["churn_probability"] for one in plain]
        for place in (0, 5, 20):
            kept = await known.ledger.read(prediction, said["prediction_id"][place])
            assert kept["model_version"] == by_lot()[place]


async def test_only_named_customers_of_the_purpose_in_its_time_take_part(open_api):
    for changes in ({"ends": entries.now() - 1}, {"champion": 7}, {"purpose": "simulated"}):
        _, opening = open_api(**changes)
        async with opening as api:
            batch = (await api.post("/predict/batch", json=customers())).json()
            assert {one["model_version"] for one in batch["predictions"]} == {1}
    _, opening = open_api(share=0.999)
    async with opening as api:
        nameless = [{name: cell for name, cell in one.items() if name != contract.ID} for one in customers()]
        for rows, query in ((nameless, ""), (customers(), "?purpose=what_if")):
            batch = (await api.post(f"/predict/batch{query}", json=rows)).json()
            assert {one["model_version"] for one in batch["predictions"]} == {1}
        mine = next(one for one in customers() if challenged("pepper", one[contract.ID], 0.999))
        alone = (await api.post("/predict/batch", json=[mine])).json()
        assert (alone["model_version"], alone["predictions"][0]["model_version"]) == (2, 2)
        assert alone["predictions"][0]["prediction_id"] == f"{alone['record_id']}.0"


async def test_reasons_are_those_of_the_model_that_answered(open_api):
    _, opening = open_api()
    async with opening as api:
        batch = (await api.post("/predict/batch?explain=true", json=customers()[:10])).json()
        for place, told in enumerate(batch["predictions"]):
            alone = (await api.post("/predict?explain=true", json=customers()[place])).json()
            assert (alone["model_version"], alone["reasons"]) == (told["model_version"], told["reasons"])


async def test_with_hashed_names_the_lot_is_drawn_for_the_stored_name(open_api):
    known, opening = open_api(settings={"CHURN_ID_KEY": "secret"})
    async with opening as api:
        batch = (await api.post("/predict/batch", json=customers())).json()
        stored = [known.ledger.customer(name) for name in NAMES]
        assert [one["model_version"] for one in batch["predictions"]] == by_lot(stored)
        await known.ledger.catch_up()
        rows = await known.ledger.read(exposed.outcomes, whole())
        assert {one.model_version for one in rows if challenged("pepper", one.customer, 0.5)} == {2}


async def test_a_shadow_stands_beside_each_answer_and_nobody_sees_it(open_api):
    known, opening = open_api("shadow")
    async with opening as api:
        batch = (await api.post("/predict/batch", json=customers()[:20])).json()
        singles = [(await api.post("/predict", json=one)).json() for one in customers()[20:]]
        assert {one["model_version"] for one in (*batch["predictions"], *singles)} == {1}
        for _ in range(100):
            await known.ledger.catch_up()
            if await known.ledger.read(exposed.shadowed, whole(), 2) == 40:
                break
            await asyncio.sleep(0.05)
        assert await known.ledger.read(exposed.shadowed, whole(), 2) == 40
        assert await known.ledger.read(exposed.answered, whole()) == {1: 40}
        listed = (await api.get("/customers")).json()
        assert listed["total"] == 40


async def test_in_simulation_the_time_that_is_said_decides_who_takes_part(open_api):
    past = 1_700_000_000_000_000
    _, opening = open_api(settings={"CHURN_SIMULATION": True}, purpose="simulated", begins=past, ends=past + YEAR)
    async with opening as api:
        for day, versions in (("2023-12-01", set(by_lot())), ("2025-12-01", {1})):
            batch = (await api.post(f"/predict/batch?observed_at={day}T08:00:00Z", json=customers())).json()
            assert {one["model_version"] for one in batch["predictions"]} == versions


async def test_erasing_a_customer_takes_the_shadow_along(open_api):
    known, opening = open_api("shadow")
    async with opening as api:
        await api.post("/predict", json=customers()[0])
        await api.post("/predict/batch", json=customers()[:3])
        for _ in range(100):
            await known.ledger.catch_up()
            if await known.ledger.read(exposed.shadowed, whole(), 2) == 3:
                break
            await asyncio.sleep(0.05)
        await api.delete(f"/customers/{NAMES[0]}")
        await known.ledger.catch_up()
        assert await known.ledger.read(exposed.shadowed, whole(), 2) == 2
        left = await known.ledger.read(
            lambda one: str(ledgers.everything(one)["latest"] + ledgers.everything(one)["score"])
        )
        assert NAMES[0] not in left


async def test_a_challenger_that_is_not_fit_takes_no_part(open_api, host):
    (host / "bundle" / "2" / "model.onnx").write_bytes(b"torn")
    known, opening = open_api()
    async with opening as api:
        assert known.trials.running is None
        assert (await api.post("/predict", json=customers()[0])).json()["model_version"] == 1


async def test_the_end_of_an_experiment_reaches_a_running_worker(open_api, host):
    known, opening = open_api()
    async with opening as api:
        assert known.trials.running is not None
        notices.drop(host / "bundle", notices.EXPERIMENT)
        assert known.trials.look()
        assert {
            one["model_version"] for one in (await api.post("/predict/batch", json=customers())).json()["predictions"]
        } == {1}
        (host / "bundle" / notices.EXPERIMENT).write_text('{"id": 1}')
        known.trials.look()
        assert known.trials.running is None
