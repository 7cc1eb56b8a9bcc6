"""The stages as dvc.yaml and dvc.lock tell them."""

import json
from pathlib import Path

import pytest

from churn.stores import stages

ROOT = Path(__file__).parents[2]
MADE = """
stages:
  first:
    desc: Fetch
    cmd: >-
      python fetch.py
      --out data/raw.csv
    deps: [fetch.py]
    outs: [data/raw.csv]
  second:
    cmd: python think.py
    deps: [data/raw.csv, think.py]
    params: [think]
    outs:
      - data/made:
          cache: false
    plots: [plots/curve.csv]
  third:
    cmd: python look.py
    deps: [data/made/a.csv, plots/curve.csv]
  register:
    cmd: python keep.py
    deps: [data/made]
    outs: [kept.json]
"""
RAN = """
schema: '2.0'
stages:
  second:
    cmd: python think.py
    deps: [{path: data/raw.csv, hash: md5, md5: abc, size: 3}]
    params: {params.yaml: {think: {depth: 3}}}
    outs: [{path: data/made, hash: md5, md5: def.dir, size: 3}]
  register:
    cmd: python keep.py
    outs: [{path: kept.json, hash: md5, md5: fff, size: 3}]
"""


@pytest.fixture
def read(tmp_path):
    def read(made=MADE, ran=RAN):
        for name, content in (("dvc.yaml", made), ("dvc.lock", ran)):
            if content is not None:
                (tmp_path / name).write_text(content)
        found = stages.read("f" * 64, tmp_path / "dvc.yaml", tmp_path / "dvc.lock")
        return {one["name"]: one for one in found["stages"]}

    return read


def test_a_stage_tells_what_it_runs_reads_and_writes(read):
    found = read()
    assert list(found) == ["first", "second", "third", "register"]
    assert found["first"]["cmd"] == "python fetch.py --out data/raw.csv"
    assert found["first"]["words"] == "Fetch"
    assert found["second"]["outs"] == ["data/made", "plots/curve.csv"]
    assert found["second"]["params"] == {"think": {"depth": 3}}
    assert found["second"]["digests"] == {"data/raw.csv": "md5:abc", "data/made": "md5:def.dir"}


def test_the_arrows_follow_the_files_also_into_folders(read):
    after = {name: one["after"] for name, one in read().items()}
    assert after == {"first": [], "second": ["first"], "third": ["second"], "register": ["second"]}


def test_of_its_own_run_the_stage_that_keeps_this_tells_nothing(read):
    """It would not settle otherwise: what it writes is in the lock that it reads."""
    assert read()["register"]["digests"] == {}
    assert read() == read(ran=RAN.replace("fff", "eee"))


@pytest.mark.parametrize("ran", [None, "", "stages: [", "- a"])
def test_without_a_lock_that_can_be_read_the_stages_are_told_all_the_same(read, ran):
    found = read(ran=ran)
    assert len(found) == 4
    assert {name for name, one in found.items() if one["digests"]} == set()


@pytest.mark.parametrize("made", [None, "", "stages: 1", "a: ["])
def test_without_stages_there_are_none(read, made):
    assert read(made=made) == {}


def test_the_project_s_own_pipeline_is_told_whole_and_the_same_each_time():
    first, again = (stages.read("f" * 64, ROOT / "dvc.yaml", ROOT / "dvc.lock") for _ in range(2))
    assert json.dumps(first) == json.dumps(again)
    named = {one["name"]: one for one in first["stages"]}
    assert {"ingest", "prepare", "train", "evaluate", "register"} <= set(named)
    assert named["prepare"]["after"] == ["ingest"]
    assert not any(path.startswith("/") for one in first["stages"] for path in [*one["deps"], *one["outs"]])
