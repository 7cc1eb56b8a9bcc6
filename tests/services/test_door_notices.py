"""What sync leaves for workers and cannot be read: said to be so, never a fault of the service."""

import pytest

STATUS = ['{"registry": 5}', '{"words": 7}', '{"refused": [1]}', '{"at": 1e999}', '{"at": ' + "[" * 5000, "\0", "[]",
          '{"at": ' + "[" * 900 + "]" * 900 + "}"]  # fmt: skip


REGISTRY = ["{}", "[]", '{"versions": [1, 2]}', '{"versions": null}', "[" * 5000,
            '{"model": "m", "aliases": {}, "versions": [{}], "promotions": [1], "experiments": 5}']  # fmt: skip


@pytest.mark.parametrize("content", STATUS)
async def test_a_status_that_cannot_be_read_is_unknown(api, place, content):
    (place / "bundle" / "status.json").write_text(content)
    for path in ("/ready", "/model_info", "/metrics"):
        assert (await api.get(path)).status_code == 200, path
    told = (await api.get("/ready")).json()
    assert (told["status"], told["registry"]["ok"]) == ("degraded", False)
    assert "unknown" in told["registry"]["words"]


@pytest.mark.parametrize("content", REGISTRY)
async def test_a_registry_notice_that_cannot_be_read_is_said_to_be(api, place, content):
    (place / "bundle" / "registry.json").write_text(content)
    for path in ("/versions", "/versions/compare?a=1&b=1", "/experiments"):
        answer = await api.get(path)
        assert (answer.status_code, "registry.json" in answer.json()["detail"]) == (503, True), path
    assert (await api.get("/history")).json()["promotions"] is None


@pytest.mark.parametrize("content", ["garbage", "{}", "[1]", '{"ok": 1, "words": "x"}', "[" * 5000])
async def test_an_answer_of_sync_that_cannot_be_read_is_said_to_be(api, place, content):
    (place / "bundle" / "results").mkdir()
    name = "18ea03a588fbe7ef-d6b096f7"
    (place / "bundle" / "results" / f"{name}.json").write_text(content)
    told = (await api.get(f"/admin/requests/{name}")).json()
    assert (told["ok"], "cannot be read" in told["words"]) == (False, True)
