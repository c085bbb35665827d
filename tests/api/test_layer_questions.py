"""Answers to questions about layers: documents, pages, and what caches keep."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL, assert_problem
from support.makers.tiled_town import tiled_town


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    app = create_app(Settings(store=tiled_town(folder / "town.gpkg")))
    with TestClient(app, base_url=LOCAL) as client:
        yield client


def test_a_document_that_is_known_is_not_sent_again(client):
    first = client.get("/ogc/tileMatrixSets")
    tag = first.headers["etag"]
    again = client.get("/ogc/tileMatrixSets", headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/ogc/conformance", headers={"if-none-match": tag})
    assert other.status_code == 200


def test_the_steps_of_a_page_lead_up(client):
    path = "/ogc/tileMatrixSets/WebMercatorQuad"
    text = client.get(f"{path}?f=html").text
    assert f'href="{LOCAL}/ogc/tileMatrixSets?f=html"' in text
    assert "瓦片矩阵集" in text
    grids = client.get("/ogc/collections/grids/tiles?f=html").text
    assert f'href="{LOCAL}/ogc/collections/grids?f=html"' in grids


def test_a_collection_that_is_not_there_is_refused(client):
    answer = client.get("/ogc/collections/streets")
    assert_problem(answer, 404, "unknown-collection")


def test_answers_are_public_to_who_has_no_key_alone(client):
    # this store has no key: whoever asks on this machine is its steward
    assert "private" in client.get("/ogc").headers["cache-control"]
