"""The description that people read: every answer that succeeds is shown by an example that could be one."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import serving
from churn.services.api.app import build
from churn.services.api.state import State


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    return build(State.of(serving.settings(tmp_path_factory.mktemp("nothing")))).inner.openapi()


def successes(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                media = response.get("content", {}).get("application/json")
                if status.startswith("2") and media is not None:
                    yield f"{method.upper()} {path} {status}", media


def shown(media):
    return [one["value"] for one in media["examples"].values()] if "examples" in media else [media["example"]]


def faults(described, media, example):
    schema = media["schema"] | {"components": described["components"]}
    found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(example)
    return [f"{one.json_path}: {one.message}" for one in found]


def fields(described, schema):
    """Name the fields of an object, through its reference; none where it may be of several kinds."""
    named = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return set(named.get("properties", ()))


def test_every_answer_that_succeeds_has_an_example_that_its_schema_takes(described):
    found = dict(successes(described))
    assert len(found) >= 45
    lacking = [name for name, media in found.items() if not {"example", "examples"} & set(media)]
    wrong = [
        f"{name}: {fault}"
        for name, media in found.items()
        if name not in lacking
        for example in shown(media)
        for fault in faults(described, media, example)
    ]
    assert (lacking, wrong) == ([], [])


def test_an_example_leaves_no_field_out(described):
    left_out = {
        name: fields(described, media["schema"]) - set().union(*map(set, shown(media)))
        for name, media in successes(described)
        if not name.endswith("202") and media.get("example", {}).get("repeated") is not True
    }
    assert {name: out for name, out in left_out.items() if out} == {}


async def test_examples_look_like_what_the_service_answers(api, described):
    """The names in a real answer are those in the example."""
    asked = {"/predict": serving.customer(), "/predict/batch": [serving.customer(), serving.customer(gender="Other")]}
    real = {f"POST {path} 200": (await api.post(path, json=body)).json() for path, body in asked.items()}
    name = real["POST /predict 200"]["prediction_id"]
    paths = (
        "health", "ready", "customers", "portfolio", "call-list", "call-list/excluded", "campaign", "campaign/curve",
        "model_info", "history", "v2",
    )  # fmt: skip
    places = {f"/{path}": f"/{path}" for path in paths} | {
        "/predictions/{prediction_id}": f"/predictions/{name}",
        "/customers/{customer_id}/prediction": f"/customers/{serving.CUSTOMER['customerID']}/prediction",
        "/v2/models/{model}": "/v2/models/telco-churn",
    }
    real |= {f"GET {place} 200": (await api.get(path)).json() for place, path in places.items()}
    examples = {name: shown(media)[0] for name, media in successes(described)}
    assert {name: set(answer) for name, answer in real.items()} == {name: set(examples[name]) for name in real}


def test_the_readme_names_every_route_once(described):
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    (table,) = re.findall(r"every route;.*?\n\n", readme, re.DOTALL)
    named = re.findall(r"`(/[^`]*)`", table.partition("\n")[2])
    assert sorted(named) == sorted(described["paths"])
