"""Vector tiles over HTTP: addresses that never change, and all that is no tile."""

import datetime as dt
import gzip
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from conftest import PATIENCE_S
from support.harness.answers import LOCAL, assert_problem, get
from support.makers.tiled_town import FOUNDED, draw, publish, tiled_town
from support.oracles.vector_tiles import decoded, faults, shapes_of

TILES = "/ogc/collections/{}/tiles/WebMercatorQuad"
FOR_EVER = "public, max-age=31536000, immutable"


@contextmanager
def service(store: Path, cache: Path) -> Iterator[TestClient]:
    app = create_app(Settings(store=str(store), cache=cache))
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the town."""
    folder = tmp_path_factory.mktemp("town")
    tiled_town(folder / "town.gpkg")
    return folder


@pytest.fixture(scope="module")
def client(town: Path) -> Iterator[TestClient]:
    """The service with its tiles drawn; nothing is published here."""
    with service(town / "town.gpkg", town / "cache") as client:
        state = state_of(client)
        draw(state.intake.store, state.tilesets)
        yield client


@pytest.fixture
def own_town(tmp_path: Path) -> Path:
    """A store of the town that may be written to."""
    tiled_town(tmp_path / "town.gpkg")
    return tmp_path


def state_of(client: TestClient) -> Any:
    """What the service is made of."""
    assert isinstance(client.app, FastAPI)
    return client.app.state


def template(client: TestClient, name: str = "grids") -> str:
    """The path of a tile of a collection, with gaps."""
    [address] = get(client, f"{TILES.format(name)}/tilejson")["tiles"]
    return str(address).removeprefix(LOCAL)


def limits(client: TestClient, name: str = "grids") -> dict[int, dict[str, int]]:
    rows = get(client, TILES.format(name))["tileMatrixSetLimits"]
    return {int(row.pop("tileMatrix")): row for row in rows}


def corner(client: TestClient, zoom: int, name: str = "grids") -> str:
    """The path of the north-western tile of a zoom."""
    row = limits(client, name)[zoom]
    return template(client, name).format(
        z=zoom, y=row["minTileRow"], x=row["minTileCol"]
    )


@pytest.mark.parametrize(
    ("name", "key", "ids"),
    [
        ("grids", "grid_id", {"G1", "G2", "G3"}),
        ("circles", "circle_id", {"C", "E", "W"}),
        ("communities", "community_id", {"K1", "K2"}),
        ("grids-beats", "grid_id", {"B1", "B2", "B3"}),
    ],
)
def test_a_tile_has_what_lies_in_it(
    client: TestClient, name: str, key: str, ids: set[str]
) -> None:
    answer = client.get(corner(client, 8, name))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["cache-control"] == FOR_EVER
    layers = decoded(answer.content)
    assert [*layers] == [name]
    assert {*shapes_of(layers[name], key)} == ids
    assert faults(layers[name]) == [] or name == "circles"


def test_tiles_have_open_fields_alone(client: TestClient) -> None:
    layer = decoded(client.get(corner(client, 8)).content)["grids"]
    rows = [properties for properties, _ in layer.features]
    fields = {name for row in rows for name in row}
    assert fields == {"grid_id", "parent_id", "community_id", "name"}
    described = get(client, f"{TILES.format('grids')}/tilejson")["vector_layers"]
    assert fields == {*described[0]["fields"]}


def test_a_tile_is_compressed_for_who_takes_it(client: TestClient) -> None:
    path = corner(client, 10)
    plain = client.get(path, headers={"accept-encoding": "identity"})
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert plain.content[:2] != b"\x1f\x8b"
    assert int(packed.headers["content-length"]) == len(
        gzip.compress(plain.content, mtime=0)
    )
    assert {a.headers["vary"] for a in (plain, packed)} == {"Accept-Encoding"}


def test_the_head_of_a_tile_is_that_of_the_tile(client: TestClient) -> None:
    path = corner(client, 10)
    head, whole = client.head(path), client.get(path)
    assert head.content == b""
    for name in ("content-length", "content-type", "content-encoding", "cache-control"):
        assert head.headers[name] == whole.headers[name]


def test_a_tile_within_the_limits_may_be_empty(client: TestClient) -> None:
    row = limits(client)[14]
    path = template(client)
    # the town leaves its north-eastern corner free
    answer = client.get(path.format(z=14, y=row["minTileRow"], x=row["maxTileCol"]))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["oatiles-hint"] == "empty"


@pytest.mark.parametrize(
    ("place", "status", "kind"),
    [
        ((7, 0, 0), 404, "outside-limits"),
        ((15, 0, 0), 404, "outside-limits"),
        ((14, 0, 0), 404, "outside-limits"),
        ((99, 999_999_999, 1), 404, "outside-limits"),
        ((14, 2**40, 1), 400, "no-tile-number"),
        ((14, -1, 1), 400, "no-tile-number"),
        (("a", 1, 1), 400, "no-tile-number"),
        ((14, "1.5", 1), 400, "no-tile-number"),
        ((14, 1, "1.pbf"), 400, "no-tile-number"),
        ((14, 1, "١"), 400, "no-tile-number"),
    ],
)
def test_what_is_no_tile_is_refused(
    client: TestClient, place: tuple[Any, Any, Any], status: int, kind: str
) -> None:
    zoom, row, column = place
    path = template(client).format(z=zoom, y=row, x=column)
    answer = client.get(path)
    assert_problem(answer, status, kind)
    assert str(column) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        (("grids/", "streets/"), 404, "no-tiles"),
        (("grids/", "risk_grids/"), 404, "no-tiles"),
        (("grids/", "circles/"), 404, "other-edition"),
        (("WebMercatorQuad", "WorldCRS84Quad"), 404, "unknown-tile-matrix-set"),
        (("WebMercatorQuad/", "WebMercatorQuad/0"), 404, "other-edition"),
    ],
)
def test_tiles_of_something_else_are_refused(
    client: TestClient, changes: tuple[str, str], status: int, kind: str
) -> None:
    assert_problem(client.get(corner(client, 9).replace(*changes)), status, kind)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/ogc/tileMatrixSets/none", 404, "unknown-tile-matrix-set"),
        ("/ogc/collections/streets/tiles", 404, "unknown-collection"),
        ("/ogc/collections/streets/tiles/WebMercatorQuad", 404, "unknown-collection"),
        ("/ogc/collections/risk_grids/tiles", 404, "no-tiles"),
        ("/ogc/collections/stations/tiles/WebMercatorQuad/tilejson", 404, "no-tiles"),
        ("/ogc/collections/grids/tiles/none", 404, "unknown-tile-matrix-set"),
        ("/ogc/collections/grids/tiles/none/tilejson", 404, "unknown-tile-matrix-set"),
        # of another time there are none
        ("/ogc/collections/grids/tiles?known_at=2026-09-10", 400, "unknown-parameter"),
        (f"{TILES.format('grids')}?f=xml", 400, "invalid-parameter"),
        (f"{TILES.format('grids')}?f=json&f=json", 400, "unknown-parameter"),
    ],
)
def test_documents_that_are_not_there_are_refused(
    client: TestClient, path: str, status: int, kind: str
) -> None:
    assert_problem(client.get(path), status, kind)


def test_a_tile_takes_no_parameter(client: TestClient) -> None:
    answer = client.get(f"{corner(client, 9)}?f=mvt")
    assert_problem(answer, 400, "unknown-parameter")


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/tileMatrixSets",
        "/ogc/tileMatrixSets/WebMercatorQuad",
        "/ogc/collections/grids/tiles",
        TILES.format("grids"),
        f"{TILES.format('circles')}/tilejson",
    ],
)
def test_documents_are_pages_for_people(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "Tile matrix" in answer.text or "tiles" in answer.text
    assert answer.text.count("<h1") == 1
    for address in {LOCAL + path} & {*answer.text.split('"')}:
        assert client.get(address).status_code == 200


def test_tiles_are_linked_where_they_are_of_now(client: TestClient) -> None:
    def rels(path: str) -> set[str]:
        return {item["rel"].rpartition("/")[2] for item in get(client, path)["links"]}

    assert "tilesets-vector" in rels("/ogc/collections/grids-beats")
    assert "tilesets-vector" not in rels("/ogc/collections/risk_grids")
    assert "tilesets-vector" not in rels(
        "/ogc/collections/grids?datetime=2026-05-01T00:00:00Z"
    )
    assert "tilesets-vector" not in rels("/ogc/collections/grids?known_at=2026-05-01")
    assert "tiling-schemes" in rels("/ogc")


def wait(client: TestClient, path: str) -> Any:
    """The first answer to a path that is not 503."""
    end = time.monotonic() + PATIENCE_S
    while (answer := client.get(path)).status_code == 503:
        assert time.monotonic() < end
        time.sleep(0.05)
    return answer


def test_tiles_that_are_missing_are_drawn_when_they_are_asked_for(
    own_town: Path,
) -> None:
    cache = own_town / "deep" / "cache"
    with service(own_town / "town.gpkg", cache) as client:
        path = corner(client, 14)
        answer = client.get(path)
        assert_problem(answer, 503, "tiles-being-drawn")
        assert int(answer.headers["retry-after"]) > 0
        assert wait(client, path).status_code == 200
        # together with those of its other layers, of each a file
        assert wait(client, corner(client, 8, "circles")).status_code == 200
    files = sorted(path.name.partition("-")[0] for path in cache.glob("*.mbtiles"))
    assert files == ["circles", "communities", "grids"]


def test_tiles_of_a_version_are_drawn_when_it_is_published(own_town: Path) -> None:
    cache = own_town / "cache"
    with service(own_town / "town.gpkg", cache) as client:
        before = corner(client, 9)
        state = state_of(client)
        draw(state.intake.store, state.tilesets)
        assert client.get(before).status_code == 200
        files = {*cache.glob("*.mbtiles")}
        # it comes into force in a day
        later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        publish(state.intake.store, later, prefix="N")
        end = time.monotonic() + PATIENCE_S
        while len({*cache.glob("*.mbtiles")} - files) < 3:
            assert time.monotonic() < end
            time.sleep(0.05)
        # what is in force is as it was
        assert corner(client, 9) == before


def test_another_version_has_other_addresses(own_town: Path) -> None:
    cache = own_town / "cache"
    with service(own_town / "town.gpkg", cache) as client:
        state = state_of(client)
        draw(state.intake.store, state.tilesets)
        before = corner(client, 8)
        assert client.get(before).status_code == 200
        publish(state.intake.store, FOUNDED + dt.timedelta(days=9), prefix="N")
        after = corner(client, 8)
        assert after != before
        refusal = client.get(before)
        assert_problem(refusal, 404, "other-edition")
        assert TILES.format("grids") in refusal.json()["detail"]
        layer = decoded(wait(client, after).content)["grids"]
        assert {*shapes_of(layer, "grid_id")} == {"N1", "N2", "N3"}


def test_tiles_that_cannot_be_drawn_are_said_to_be_so(own_town: Path) -> None:
    (own_town / "cache").write_text("a file where a folder should be")
    with service(own_town / "town.gpkg", own_town / "cache") as client:
        path = corner(client, 14)
        end = time.monotonic() + PATIENCE_S
        while (answer := client.get(path)).json()["type"].endswith("being-drawn"):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert_problem(answer, 503, "tiles-failed")
        assert get(client, TILES.format("grids"))["dataType"] == "vector"


def test_the_address_of_the_standard_has_the_tile_of_now(client: TestClient) -> None:
    tiles = "/ogc/collections/grids/tiles/WebMercatorQuad"
    [template] = get(client, f"{tiles}/tilejson")["tiles"]
    lon, lat, zoom = *get(client, f"{tiles}/tilejson")["center"][:2], 8
    count = 2**zoom
    column = int((lon + 180) / 360 * count)
    mercator = math.asinh(math.tan(math.radians(lat))) / math.pi
    row = int((1 - mercator) / 2 * count)
    own = template.replace("{z}", "8").replace("{y}", str(row))
    own = own.replace("{x}", str(column))
    lasting, current = client.get(own), client.get(f"{tiles}/8/{row}/{column}")
    assert lasting.status_code == current.status_code == 200
    assert current.content == lasting.content
    assert current.headers["cache-control"] == "no-cache"
    again = client.get(
        f"{tiles}/8/{row}/{column}", headers={"if-none-match": current.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert_problem(client.get(f"{tiles}/99/1/1"), 404, "outside-limits")
    assert_problem(client.get(f"{tiles}/8/a/1"), 400, "no-tile-number")
    for path in ("places/tiles/WebMercatorQuad", "grids/tiles/WorldCRS84Quad"):
        answer = client.get(f"/ogc/collections/{path}/8/106/213")
        assert answer.status_code == 404
