"""The pages of monitoring: written whole, logged with the champion, and honest where nothing can be drawn."""

import json

import watched
from churn.lifecycle.monitoring.reporting import report
from churn.stores.tracking import store
from churn.stores.tracking.registry import Registry


def test_pages_are_written_and_logged_with_the_champion(known, tmp_path):
    watched.write(known, watched.month(0))
    said = report(known, tmp_path / "monitoring", watched.end_of(0))
    (folder,) = (tmp_path / "monitoring").iterdir()
    assert folder.name.endswith("-production")
    assert {one.name for one in folder.iterdir()} == {"index.html", "readings.json", "drift.html", "predictions.html"}
    assert "as it should be" in (folder / "index.html").read_text()
    assert len((folder / "predictions.html").read_bytes()) > 100_000, "Evidently drew something"
    assert "churn probability" in (folder / "predictions.html").read_text()
    kinds = [one["kind"] for one in json.loads((folder / "readings.json").read_text())]
    assert len(kinds) == len(set(kinds)) == 12
    run = Registry(known.store, "telco-churn").versions()[0].run
    logged = store.connect(known.store).list_artifacts(run, f"monitoring/{folder.name}")
    assert len(logged) == 4
    assert said[-1].startswith("logged with version 1")


def test_an_empty_window_is_told_and_nothing_is_drawn(known, tmp_path):
    played = known.model_copy(update={"simulation": True})
    report(played, tmp_path, watched.end_of(0))
    (page,) = tmp_path.glob("*-simulated/index.html")
    assert "There is nothing to draw" in page.read_text()
    assert "All of this is simulated" in page.read_text()
    assert not (page.parent / "drift.html").exists()
