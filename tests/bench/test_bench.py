"""The bench itself, in miniature: what it measures is valid, and a wrong answer is noticed."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

import models
from bench import reach
from bench.contenders import CONTENDERS
from bench.model import make
from bench.server import Server
from bench.turns import SIZES, Turn, rounds, turn

OURS = [one for one in CONTENDERS if one.key in {"ours", "named", "bare", "fastapi-onnx"}]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    rows = models.population()
    return make(tmp_path_factory.mktemp("bench") / "model", rows.head(2000), rows.tail(400))


def test_each_is_asked_alike_and_tells_the_pipelines_own_probabilities(model):
    with ExitStack() as running:
        servers = [Server(one, model.folder.parent) for one in OURS]
        for server in servers:
            running.callback(server.stop)
        table = rounds(servers, [SIZES[0], replace(SIZES[2], count=2)], model, 0.3, 1)
    assert {key: made.faults for key, made in table.items() if made.faults} == {}
    assert all(made.rate > 0 and made.cpu > 0 for made in table.values())


def test_a_wrong_answer_is_a_fault(model):
    bare = next(one for one in CONTENDERS if one.key == "bare")
    server = Server(bare, model.folder.parent)
    try:
        lied = replace(model, truth=[truth + 0.01 for truth in model.truth])
        assert turn(server, SIZES[0], lied, 0.1).faults
    finally:
        server.stop()


def test_a_promise_is_judged_by_its_figure():
    fast = Turn(rate=4000, cpu=0.2, p50=1, p95=2, p99=3, worst=4)
    table = {("ours", "one8"): fast, ("mlflow", "one8"): replace(fast, rate=100, cpu=10)}
    kept = {line.words: line.kept for line in reach.lines(table, None)}
    assert kept["1 row, 8 connections: 40 x mlflow models serve, CPU a request"]
    table["ours", "one8"] = replace(fast, cpu=0.3, p99=16, faults=["503"])
    assert not any(line.kept for line in reach.lines(table, None))
