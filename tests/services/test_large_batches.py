"""POST /predict/batch with bodies that are read in pieces."""

import json

import pytest

import serving
from churn.services.api.pieces import PIECE


def rows(number, **more):
    return [serving.customer(customerID=f"c{n}", tenure=n % 73, **more) for n in range(number)]


async def sent(api, body):
    return await api.post("/predict/batch", content=body, headers={"content-type": "application/json"})


async def test_a_large_batch_answers_each_customer_in_its_place(api, known):
    given = rows(2000)
    given[1500] |= {"Contract": "Three year"}
    given[3] |= {"tenure": "4"}
    body = json.dumps(given, indent=1).encode()
    assert len(body) > 3 * PIECE
    said = (await sent(api, body)).json()
    assert [one["index"] for one in said["predictions"]] == [n for n in range(2000) if n != 1500]
    assert [(one["index"], one["column"]) for one in said["rejects"]] == [(1500, "Contract")]
    engine = known.served.engine
    expected = engine.answers([one | {"tenure": int(one["tenure"])} for n, one in enumerate(given) if n != 1500])
    names = expected[0].keys()
    assert [{name: one[name] for name in names} for one in said["predictions"]] == expected
    why = (await api.get(f"/predictions/{said['predictions'][1999 - 1]['prediction_id']}")).json()
    assert why["inputs"] == given[1999]
    assert why["replay"]["exact"]


@pytest.mark.parametrize("name", ["},{", "a:b", "} , {x"])
async def test_what_looks_like_a_place_to_cut_may_stand_in_an_id(api, name):
    given = rows(800) + [serving.customer(customerID=name * (100 // len(name)))] * 800
    said = (await sent(api, json.dumps(given).encode())).json()
    assert (said["scored"], said["rejected"]) == (1600, 0)


@pytest.mark.parametrize(
    ("spoilt", "status", "words"),
    [
        (lambda body: body[:-1], 400, "not JSON"),
        (lambda body: body[1:-1], 400, "not JSON"),
        (lambda body: b'{"rows":' + body + b"}", 422, "a batch is a JSON list"),
        (lambda body: body[:-1] + b",]", 400, "not JSON"),
        (lambda body: body[:-2] + b',"tenure":1}]', 400, "'tenure' stands twice"),
        (lambda body: body[:-2] + b',"tenure" :1}]', 400, "'tenure' stands twice"),
        (lambda body: body[:-1] + b"][]", 400, "not JSON"),
        (lambda body: body.replace(b"}, {", b"},\f{"), 400, "not JSON"),
        (lambda body: body.replace(b"}, {", b"}\v,{"), 400, "not JSON"),
    ],
)
async def test_a_large_body_that_is_wrong_somewhere_is_refused_as_a_whole(api, spoilt, status, words):
    answer = await sent(api, spoilt(json.dumps(rows(1600)).encode()))
    assert answer.status_code == status, answer.text[:200]
    assert words in answer.json()["detail"]
