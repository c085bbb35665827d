"""A page of 1,000 of a million enterprises over HTTP, beside pygeoapi and tipg.

Usage: ``python tests/benchmarks/bench_ogc.py [COUNT]``. The peers run in an
environment of their own, from `requirements-peers.lock`, on the same rows in PostGIS
with GiST; ours on both stores. Every service is one process on loopback, asked over a
kept connection.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import quote, urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.service.facts.defaults import FactJob
from api.service.facts.load import record_frame
from api.service.stores.sample import FOUNDED, publish_sample, record_rules
from gis.synthetic import make_s_town
from layers.stores import create_store, open_store
from support.harness import postgres
from support.harness.ports import free_port

ROOT: Final = Path(__file__).parents[2]
PEERS: Final = ROOT / "out" / "peers"
TIMEZONE: Final = "Asia/Shanghai"
COUNT: Final = 1_000_000
PAGE: Final = 1_000
TURNS: Final = 21
PEER_TURNS: Final = 7
START_S: Final = 900
MOST_FILTER_MS: Final = 60.0
FILTER: Final = "scene = 'crowded_place' AND is_coded = TRUE AND name LIKE '%77%'"
COLUMNS: Final = ("place_id", "scene", "is_coded", "hazard", "grid_id", "name")
TABLE: Final = (
    "CREATE TABLE enterprises (place_id text PRIMARY KEY, scene text, "
    "is_coded boolean, hazard text, grid_id text, name text, "
    "geom geometry(Point, 4326))"
)

Ask = Callable[[str], bytes]
Figures = dict[str, float]


def make_rows(count: int, seed: int = 14) -> gpd.GeoDataFrame:
    """Return enterprises as S town has them, anywhere in its window."""
    town = make_s_town()
    chance = np.random.default_rng(seed)
    west, south, east, north = town.grids.total_bounds
    rows = town.enterprises.iloc[chance.integers(0, len(town.enterprises), count)]
    points = shapely.points(
        chance.uniform(west, east, count), chance.uniform(south, north, count)
    )
    return gpd.GeoDataFrame(
        rows.drop(columns="geometry")
        .reset_index(drop=True)
        .assign(
            place_id=[f"E{n:07d}" for n in range(count)],
            name=[f"第{n}号商铺" for n in range(count)],
        ),
        geometry=points,
        crs=town.enterprises.crs,
    )


def window(rows: gpd.GeoDataFrame, share: float) -> str:
    """Return a window in the middle that has a share of the area."""
    west, south, east, north = rows.total_bounds
    wide, high = (east - west) * share**0.5 / 2, (north - south) * share**0.5 / 2
    x, y = (west + east) / 2, (south + north) / 2
    return f"{x - wide},{y - high},{x + wide},{y + high}"


def fill(url: str, rows: gpd.GeoDataFrame) -> None:
    """Make a store with S town's grids and these enterprises."""
    create_store(url).close()
    with closing(open_store(url)) as store:
        publish_sample(store, make_s_town())
        record_rules(store, make_s_town(), TIMEZONE)
        job = FactJob("enterprises", FOUNDED, TIMEZONE, source="register")
        record_frame(store, rows, job)


def fill_table(url: str, rows: gpd.GeoDataFrame) -> None:
    """Make the table of the peers."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
        names = ", ".join((*COLUMNS, "geom"))
        with connection.cursor().copy(f"COPY enterprises ({names}) FROM STDIN") as copy:
            texts = shapely.to_wkb(
                shapely.set_srid(rows.geometry.to_numpy(), 4326),
                hex=True,
                include_srid=True,
            )
            columns = [rows[name].tolist() for name in COLUMNS]
            for values in zip(*columns, texts.tolist(), strict=True):
                copy.write_row(values)
        connection.execute("CREATE INDEX ON enterprises USING gist (geom)")
        connection.execute("VACUUM ANALYZE enterprises")


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], path: str, port: int
) -> Iterator[Ask]:
    """Run a service until its end; what asks it over a kept connection."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)

        def ask(address: str) -> bytes:
            try:
                connection.request("GET", address)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                raise
            if answer.status != 200:
                raise SystemExit(f"{address}: {answer.status} {body[:400]!r}")
            return body

        try:
            wait_for(process, ask, path)
            yield ask
        finally:
            connection.close()
            process.send_signal(signal.SIGTERM)


def wait_for(process: subprocess.Popen[bytes], ask: Ask, path: str) -> None:
    """Wait until a service answers."""
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            ask(path)
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{process.args!r} did not start.")


@contextmanager
def pagoda(url: str) -> Iterator[Ask]:
    """Serve a store."""
    port = free_port()
    command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    environment = {"PYTHONPATH": str(ROOT)}
    with running([*command, "--store", url], environment, "/ogc", port) as ask:
        yield ask


@contextmanager
def tipg(url: str) -> Iterator[Ask]:
    """Run tipg over the table."""
    port = free_port()
    command = [str(PEERS / "bin" / "uvicorn"), "tipg.main:app", "--port", str(port)]
    environment = {
        "DATABASE_URL": url,
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DEFAULT_FEATURES_LIMIT": "10",
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
    }
    with running(command, environment, "/collections", port) as ask:
        yield ask


def pygeoapi_config(url: str, port: int) -> dict[str, object]:
    """Return how pygeoapi gives out the table."""
    parts = urlsplit(url)
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": parts.hostname,
            "port": parts.port,
            "dbname": parts.path.strip("/"),
            "user": parts.username,
            "password": "",
            "search_path": ["public"],
        },
        "id_field": "place_id",
        "table": "enterprises",
        "geom_field": "geom",
    }
    words = {"title": "Enterprises", "description": "Enterprises", "keywords": ["x"]}
    extent = {"spatial": {"bbox": [-180, -90, 180, 90]}}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "http://localhost/x", "attribution": "x"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**words, "terms_of_service": "x", "url": "http://x"},
            "license": {"name": "x", "url": "http://x"},
            "provider": {"name": "x", "url": "http://x"},
            "contact": {"name": "x", "email": "x@x"},
        },
        "resources": {
            "enterprises": {
                "type": "collection",
                **words,
                "links": [],
                "extents": extent,
                "providers": [provider],
            }
        },
    }


@contextmanager
def pygeoapi(url: str) -> Iterator[Ask]:
    """Run pygeoapi over the table."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config, document = Path(folder) / "config.yml", Path(folder) / "openapi.yml"
        # JSON is YAML
        config.write_text(json.dumps(pygeoapi_config(url, port)))
        environment = {
            "PYGEOAPI_CONFIG": str(config),
            "PYGEOAPI_OPENAPI": str(document),
        }
        generate = [str(PEERS / "bin" / "pygeoapi"), "openapi", "generate", str(config)]
        subprocess.run(
            [*generate, "--output-file", str(document)],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        command = [str(PEERS / "bin" / "gunicorn"), "pygeoapi.flask_app:APP"]
        command += ["--workers", "1", "--threads", "1", "--keep-alive", "600"]
        command += ["--worker-class", "gthread", "--timeout", "600"]
        command += ["--bind", f"127.0.0.1:{port}"]
        with running(command, environment, "/collections/enterprises", port) as ask:
            yield ask


def p50(ask: Ask, address: str, turns: int) -> float:
    """Return the median of some turns, milliseconds, after one that warms."""
    ask(address)
    seconds = []
    for _ in range(turns):
        start = time.perf_counter()
        ask(address)
        seconds.append(time.perf_counter() - start)
    return round(median(seconds) * 1e3, 1)


def next_of(body: bytes) -> str:
    """Return the path of the next page."""
    links = json.loads(body)["links"]
    parts = urlsplit(next(item["href"] for item in links if item["rel"] == "next"))
    return f"{parts.path}?{parts.query}"


def count_of(body: bytes) -> int:
    """Return how many features an answer has."""
    return len(json.loads(body)["features"])


def meets(rows: gpd.GeoDataFrame) -> pd.Series:
    """Return which rows meet `FILTER`."""
    is_place = (rows["scene"] == "crowded_place") & rows["is_coded"].astype(bool)
    return is_place & rows["name"].str.contains("77")


def ours(ask: Ask, rows: gpd.GeoDataFrame) -> Figures:
    """Return p50 of every question, milliseconds."""
    base = f"/ogc/collections/enterprises/items?limit={PAGE}"
    start = time.perf_counter()
    first = json.loads(ask(base))
    figures = {"first_s": round(time.perf_counter() - start, 1)}
    assert first["numberMatched"] == len(rows)
    filtered = f"{base}&filter={quote(FILTER)}"
    assert json.loads(ask(filtered))["numberMatched"] == int(meets(rows).sum())
    figures |= {
        "none": p50(ask, base, TURNS),
        "1%": p50(ask, f"{base}&bbox={window(rows, 0.01)}", TURNS),
        "25%": p50(ask, f"{base}&bbox={window(rows, 0.25)}", TURNS),
        "filter": p50(ask, filtered, TURNS),
    }
    page = base
    for _ in range(len(rows) * 9 // 10 // PAGE - 1):
        page = next_of(ask(page))
    return figures | {"page_900": p50(ask, page, TURNS)}


def peer(ask: Ask, rows: gpd.GeoDataFrame, base: str, lang: str) -> Figures:
    """Return p50 of every question of a peer, milliseconds."""
    far = f"{base}&offset={len(rows) * 9 // 10 - PAGE}"
    filtered = f"{base}&filter-lang={lang}&filter={quote(FILTER)}"
    wide = f"{base}&bbox={window(rows, 0.25)}"
    assert count_of(ask(filtered)) == min(PAGE, int(meets(rows).sum()))
    assert count_of(ask(wide)) == count_of(ask(far)) == PAGE
    return {
        "none": p50(ask, base, PEER_TURNS),
        "1%": p50(ask, f"{base}&bbox={window(rows, 0.01)}", PEER_TURNS),
        "25%": p50(ask, wide, PEER_TURNS),
        "page_900": p50(ask, far, PEER_TURNS),
        "filter": p50(ask, filtered, PEER_TURNS),
    }


def install_peers() -> None:
    """Make the environment of the peers."""
    uv = Path(sys.executable).with_name("uv")
    if not (PEERS / "bin" / "gunicorn").exists():
        subprocess.run([uv, "venv", "-q", "-p", sys.executable, PEERS], check=True)
        pip = [uv, "pip", "install", "-q", "-p", PEERS / "bin" / "python"]
        lock = ROOT / "requirements-peers.lock"
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)


def main(count: int = COUNT) -> dict[str, Figures]:
    """Return the figures of every service on the same rows."""
    install_peers()
    rows, report = make_rows(count), {}
    with ExitStack() as stack:
        server = stack.enter_context(closing(postgres.new_server()))
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=ROOT / "out"))
        fill_table(server.url, rows)
        items = f"items?limit={PAGE}"
        with pygeoapi(server.url) as ask:
            base = f"/collections/enterprises/{items}&f=json"
            report["pygeoapi"] = peer(ask, rows, base, "cql-text")
        with tipg(server.url) as ask:
            base = f"/collections/public.enterprises/{items}"
            report["tipg"] = peer(ask, rows, base, "cql2-text")
        urls = {
            "pagoda, GeoPackage": f"{folder}/million.gpkg",
            "pagoda, PostGIS": server.fresh_url(),
        }
        for name, url in urls.items():
            start = time.perf_counter()
            fill(url, rows)
            seconds = round(time.perf_counter() - start, 1)
            with pagoda(url) as ask:
                report[name] = {"fill_s": seconds, **ours(ask, rows)}
    return report


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=1))
