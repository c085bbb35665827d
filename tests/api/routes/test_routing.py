"""Where every kind goes, over HTTP."""

from fastapi.testclient import TestClient

from layers.packs.scenario_files import scenarios
from support.harness.answers import get


def test_every_kind_has_a_platform_and_a_body_with_a_post(client: TestClient) -> None:
    answer = get(client, "/routing")
    assert {kind["kind"] for kind in answer["kinds"]} == {*scenarios().kinds}
    for kind in answer["kinds"]:
        assert kind["lead"], kind["kind"]
        assert kind["missing"] == []
        assert len(kind["steps"]) == 2
        assert all(body["post_id"] for body in kind["departments"])


def test_every_loop_publishes_its_phases(client: TestClient) -> None:
    loops = {t["template"]: t["phases"] for t in get(client, "/routing")["templates"]}
    assert set(loops) == {"s_town", "bell", "repair", "tianjin"}
    assert [s["name_zh"] for s in loops["tianjin"]["assigned"]] == ["分流交办"]
