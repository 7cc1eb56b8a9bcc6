"""How the model that answers was made, and its reports: as logged with it, brought by a real sync."""

import asyncio
import shutil
from pathlib import Path

import pytest

import serving
from churn.lifecycle import delivery
from churn.services.api.state import State
from churn.stores import bundle, enclosed, files, stages
from churn.stores.tracking import attachments
from churn.stores.tracking.registry import Registry
from syncing import GOOD, OTHER

ROOT = Path(__file__).parents[3]


@pytest.fixture
def registry(two, known):
    return Registry(known.store, "telco-churn")


@pytest.fixture
def attach(registry, tmp_path):
    """Log reports with the run of a version, as stage register does."""

    def attach(number, **changes):
        version = delivery.find(registry, number)
        told = stages.read(version.digest, ROOT / "dvc.yaml", ROOT / "dvc.lock")
        files.write_json(told, tmp_path / "logged/pipeline.json")
        contents = {"kpi.html": f"<h1>of version {number}</h1>", "model_card.json": f'{{"of": {number}}}'} | changes
        for name, content in contents.items():
            files.write_bytes(content.encode(), tmp_path / "logged" / name)
        attachments.attach(registry.uri, version.run, sorted((tmp_path / "logged").iterdir()))

    return attach


@pytest.fixture
def on_disk(tmp_path):
    """Let other reports lie on this host."""
    files.write_bytes(b"<h1>of the disk</h1>", tmp_path / "reports/kpi.html")
    files.write_bytes(b"<h1>looked at</h1>", tmp_path / "reports/eda.html")
    return tmp_path / "reports"


async def served(known, sync, *paths):
    await asyncio.to_thread(sync.turn)
    async with serving.opened(State.of(known)) as api:
        return [await api.get(path) for path in paths]


async def test_pipeline_and_reports_are_told_as_they_were_logged_with_the_version_that_answers(
    attach, known, sync, on_disk
):
    attach(2)
    answer, page, other = await served(known, sync, "/reports/pipeline", "/reports/kpi.html", "/reports/eda.html")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["model_version"], found["of_served"]) == (2, True)
    assert found["model_digest"] == GOOD.metadata["digest"]
    assert found["run"]
    assert found["registered"]
    assert found["reports"] == ["model_card", "kpi.html"]
    assert found["words"] == "as logged with version 2, which answers now"
    named = {one["name"]: one for one in found["stages"]}
    assert named["train"]["after"] == ["prepare", "validate"]
    assert named["train"]["digests"]["model/best_churn_model.onnx"].startswith("md5:")
    assert page.text == "<h1>of version 2</h1>"
    assert page.headers["x-model-digest"] == GOOD.metadata["digest"]
    assert page.headers["x-model-served"] == "true"
    assert other.text == "<h1>looked at</h1>"  # it did not come with the version, so this host's is told
    assert "x-model-served" not in other.headers


async def test_what_lies_on_the_disk_of_another_model_is_told_as_such(two, known, sync, on_disk):
    told = stages.read(OTHER.metadata["digest"], ROOT / "dvc.yaml", ROOT / "dvc.lock")
    files.write_json(told, on_disk / "pipeline.json")
    (answer,) = await served(known, sync, "/reports/pipeline")
    found = answer.json()
    assert (found["of_served"], found["model_version"], found["reports"]) == (False, 1, [])
    assert "not of the one that answers now" in found["words"]


def test_reports_that_were_logged_anew_are_brought_anew(attach, registry, known, sync):
    attach(2)
    sync.turn()
    now = bundle.current(known.bundle_dir)
    assert enclosed.names(now.folder) == ["kpi.html", "model_card.json", "pipeline.json"]
    assert not delivery.accompany(registry, now)
    attach(2, **{"kpi.html": "<h1>anew</h1>"})
    assert delivery.accompany(registry, now)
    assert enclosed.place(now.folder, "kpi.html").read_text() == "<h1>anew</h1>"
    assert bundle.current(known.bundle_dir) == now


def test_reports_that_cannot_be_brought_do_not_stand_in_the_model_s_way(attach, known, sync, tmp_path):
    attach(2)
    (kept,) = tmp_path.glob("mlruns/**/kpi.html")
    shutil.rmtree(kept.parent)
    sync.turn()
    assert bundle.current(known.bundle_dir).version == 2
    assert sync.well
    assert enclosed.digest(bundle.current(known.bundle_dir).folder) is None
