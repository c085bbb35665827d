"""QGIS on the collections of S town: what it sees, and what it asks for.

What it asks for is written to ``tests/golden/ogc/qgis-VERSION.txt`` and asked again by
every run of the tests, without QGIS. Needs Debian's ``python3-qgis``; without it this
says so and does nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from layers.stores import Store
from support.harness.answers import LOCAL
from support.harness.request_log import RequestLog, without_tokens
from support.harness.served import served
from support.makers.tiled_town import draw

PYTHON: Final = Path("/usr/bin/python3")
"""The Python that has QGIS."""
TESTS: Final = Path(__file__).parents[1]
CLIENT: Final = TESTS / "benchmarks" / "qgis_client.py"
FILTER: Final = "code = 'red' OR overdue_days > 20"
WINDOW: Final = "120.05,30.32,120.06,30.33"
PARTS: Final = (
    *("list", "each", "types", "all pages", "expression", "window", "another CRS"),
    *("tiles", "known then"),
)
SPARE: Final = "QGIS-1"
"""A place that is recorded while QGIS reads."""


class Qgis:
    """QGIS in processes of its own, on one service."""

    def __init__(self, app: Any, address: str, home: str) -> None:
        self.log, self.address, self.version = app, address, ""
        self._environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            # that of the environment of the service is another Python
            "PYTHONPATH": "",
        }

    def part(self, name: str, *more: str) -> Any:
        """Run a part; what it saw."""
        command = [str(PYTHON), str(CLIENT), self.address, name, *more]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout.splitlines()[-1])
        self.version = answer["version"]
        return answer["seen"]


def has_qgis() -> bool:
    """Say whether QGIS is there."""
    command = [str(PYTHON), "-c", "import qgis.core"]
    return PYTHON.exists() and not subprocess.run(command, check=False).returncode


@contextmanager
def qgis_on_town() -> Iterator[tuple[Qgis, TestClient, Store]]:
    """QGIS, the service over S town that it reads, and its store."""
    app = create_app(Settings(), speed=1e-6)
    with (
        TestClient(app, base_url=LOCAL) as client,
        tempfile.TemporaryDirectory() as home,
    ):
        draw(app.state.desk.store, app.state.tilesets)
        log = RequestLog(app)
        with served(log) as address:  # type: ignore[arg-type]
            yield Qgis(log, address, home), client, app.state.desk.store


def qgis_figures() -> dict[str, Any]:
    """Return what QGIS saw that the service did not say, and what it asked for."""
    if not has_qgis():
        return {"skipped": "no QGIS (Debian's python3-qgis)"}
    lines: list[str] = []
    with qgis_on_town() as (qgis, client, store):
        seen = {}
        for name in PARTS:
            qgis.log.lines.clear()
            seen[name] = qgis.part(name)
            lines += [f"# {name}", *_lines(qgis.log.lines, name)]
        faults = [*_faults(client, seen), *_faults_of_then(qgis, store)]
    name = "-".join(qgis.version.split(".")[:2])
    path = TESTS / "golden" / "ogc" / f"qgis-{name}.txt"
    text = "\n".join([*lines, ""])
    is_same = path.is_file() and path.read_text(encoding="utf-8") == text
    path.write_text(text, encoding="utf-8")
    return {
        "version": qgis.version,
        "requests": sum(line.startswith("GET ") for line in lines),
        "rows": {n: found["count"] for n, found in seen["all pages"].items()},
        "asks_as_before": is_same,
        "faults": faults,
    }


def _lines(lines: list[str], name: str) -> list[str]:
    """Return what was asked for as it is kept; tiles are asked for in any order."""
    lines = [without_tokens(line) for line in lines]
    if name != "tiles":
        return lines
    pairs = sorted(zip(lines[::2], lines[1::2], strict=True))
    return [line for pair in pairs for line in pair]


def _faults(client: TestClient, seen: dict[str, Any]) -> Iterator[str]:
    """Yield what QGIS saw otherwise than the service says."""
    listed = client.get("/ogc/collections").json()["collections"]
    wanted = {
        "list": [item["id"] for item in listed],
        "each": {item["id"]: len([*_ids(client, item["id"], "")]) for item in listed},
        "window": sorted(_ids(client, "grids", f"bbox={WINDOW}")),
        "all pages": {
            name: _rows(client, name, "") for name in ("places", "enterprises")
        },
    }
    yield from (
        f"{name}: {seen[name]}" for name in wanted if seen[name] != wanted[name]
    )
    chosen = _rows(client, "places", f"filter={FILTER}")
    if seen["expression"] != {"asked": chosen["ids"], "filter": chosen}:
        yield f"expression: {seen['expression']}"
    types = {"overdue_days": "Integer", "due_on": "Date", "name": "String"}
    if not types.items() <= seen["types"].items():
        yield f"types: {seen['types']}"
    if seen["tiles"]["colours"] < 3 or seen["tiles"]["errors"]:
        yield f"tiles: {seen['tiles']}"
    for name, corners in seen["another CRS"].items():
        yield from _faults_of_corners(client, name, corners)


def _faults_of_corners(
    client: TestClient, name: str, corners: dict[str, list[float]]
) -> Iterator[str]:
    """Yield a fault where corners are elsewhere than pyproj puts them."""
    page = client.get("/ogc/collections/grids/items?limit=10000").json()
    firsts = {
        item["id"]: shapely.get_coordinates(
            shapely.from_geojson(json.dumps(item["geometry"]))
        )[0]
        for item in page["features"]
    }
    to = pyproj.Transformer.from_crs("OGC:CRS84", name, always_xy=True)
    wanted = {grid: to.transform(*point) for grid, point in firsts.items()}
    tolerance = 1e-3 if name == "EPSG:4549" else 1e-9
    is_equal = {*corners} == {*wanted} and np.allclose(
        [corners[grid] for grid in wanted], [*wanted.values()], rtol=0, atol=tolerance
    )
    if not is_equal:
        yield f"another CRS: {name}"


def _faults_of_then(qgis: Qgis, store: Store) -> Iterator[str]:
    """Yield a fault where QGIS does not see the town as known before a change."""
    before = np.datetime64(store.now(), "ms")
    first = _places_then(qgis, f"{before}Z")
    _record_place(store)
    if _places_then(qgis, f"{before}Z") != first or SPARE in first:
        yield "known then: a place is there that was recorded later"
    later = qgis.part("all pages")["places"]["ids"]
    if {*later} != {*first, SPARE}:
        yield f"known now: {len(later)} places, expected {len(first)} and one"


def _places_then(qgis: Qgis, time: str) -> list[str]:
    """Return ids of places as they were known at a time."""
    ids: list[str] = qgis.part("known then", time)[time]["places"]["ids"]
    return ids


def _record_place(store: Store) -> None:
    """Record a further place in the first grid."""
    point = store.grids().geometry.iloc[0].representative_point()
    columns = {
        "place_id": [SPARE],
        "scene": "street_shop",
        "is_coded": True,
        "source": "qgis",
        "name": SPARE,
        "valid_from": "2026-09-01T00:00:00+08:00",
    }
    rows = gpd.GeoDataFrame(columns, geometry=[point], crs=store.crs)
    store.record("enterprises", rows)


def _rows(client: TestClient, name: str, query: str) -> dict[str, Any]:
    """Return what QGIS says of rows, by the service itself."""
    ids = sorted(_ids(client, name, query))
    return {"ids": ids, "count": len(ids)}


def _ids(client: TestClient, name: str, query: str) -> Iterator[str]:
    """Yield the ids of all rows of a question, whatever the pages."""
    url = f"/ogc/collections/{name}/items?limit=10000&{query}".rstrip("&")
    while url:
        page = client.get(url).json()
        yield from (item["id"] for item in page["features"])
        url = next((x["href"] for x in page["links"] if x["rel"] == "next"), "")


if __name__ == "__main__":
    print(json.dumps(qgis_figures(), indent=1))
