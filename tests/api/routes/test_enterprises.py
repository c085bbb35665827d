"""A place over HTTP: why it has its code, and the code as a picture."""

from xml.etree import ElementTree

from fastapi.testclient import TestClient

from gis.models import SafetyCode
from layers.styles import CODE_CARDS
from support.harness.answers import due, get

LAST = "2026-09-30"


def test_place_says_why_it_has_its_code(client: TestClient) -> None:
    [check, *_] = due(client, on=LAST)["checks"]
    place = get(client, f"/enterprises/{check['place_id']}?on={LAST}")
    assert place["code"] == check["code"]
    assert place["due_on"] == check["due_on"]
    assert [r["criterion_id"] for r in place["reasons"]] == check["criteria"]
    assert all(r["text"].endswith(".") and r["text_zh"] for r in place["reasons"])
    assert place["history"][-1]["code"] == place["code"]


def test_unknown_place_is_a_problem_in_both_languages(client: TestClient) -> None:
    for path in ("/enterprises/E99999", "/enterprises/E99999/code.svg"):
        said = get(client, path, 404)
        assert said["detail"].endswith(".")
        assert said["detail_zh"].endswith("。")


def test_qr_code_is_a_closed_picture_in_the_colour_of_the_code(
    client: TestClient,
) -> None:
    checks = due(client, on=LAST, limit=100_000)["checks"]
    for code in ("red", "yellow", "green"):
        check = next(check for check in checks if check["code"] == code)
        response = client.get(f"/enterprises/{check['place_id']}/code.svg?on={LAST}")
        assert response.headers["content-type"] == "image/svg+xml"
        assert response.headers["content-security-policy"].startswith(
            "default-src 'none'"
        )
        card = CODE_CARDS[SafetyCode[code.upper()]]
        assert card.modules in response.text
        assert card.band in response.text
        drawn = ElementTree.fromstring(response.text)  # noqa: S314  made by us
        texts = [node.text for node in drawn.iter() if node.tag.endswith("text")]
        assert check["place_id"] in texts
