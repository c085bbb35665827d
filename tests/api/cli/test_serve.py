"""A service over a store answers from what is in force there, without a restart."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import watch
from api.service.stores.sample import publish_sample, record_posts
from api.settings import Settings
from conftest import PATIENCE_S
from gis.errors import StoreError
from gis.models import Instant
from gis.synthetic import Town
from layers.snapshots import Snapshots
from layers.stores import Store, clock, create_store, open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.harness.answers import LOCAL
from support.harness.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
PLACE = {"lon": 120.08, "lat": 30.33, "at": "2026-09-10T08:00:00+08:00"}


@pytest.fixture(scope="module")
def url(town: Town, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A GeoPackage with the grids, circles, posts and duties of S town."""
    path = str(tmp_path_factory.mktemp("served") / "town.gpkg")
    store = create_store(path)
    publish_sample(store, town)
    record_posts(store, town, "Asia/Shanghai")
    store.close()
    return path


@pytest.fixture(scope="module")
def served(url: str) -> Iterator[TestClient]:
    with TestClient(
        create_app(Settings(store=url, snap_m=500.0)), base_url=LOCAL
    ) as client:
        yield client


def publish_again(store: Store, town: Town, valid_from: Instant) -> int:
    """Publish the same ground as a version of its own."""
    layers = [
        pd.DataFrame(frame).drop(columns="geometry")
        for frame in (town.circles, town.communities)
    ]
    grids = gpd.GeoDataFrame(town.grids)
    head = store.history().head()
    assert head is not None
    draft = Draft(valid_from, draft_digest(grids, *layers), grids, *layers)
    publication = Publication((draft,), "planner", "chief", base=head.version)
    [version] = store.publish(publication)
    return version.version


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that will be so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def ask(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/assign", json=PLACE | body)
    assert response.status_code == 200
    return dict(response.json())


def test_a_published_version_answers_without_a_restart(
    served: TestClient, url: str, town: Town
) -> None:
    before, then = ask(served, at=None), ask(served)
    other = open_store(url)
    number = publish_again(other, town, clock())
    revision = other.revision()
    other.close()
    wait_until(lambda: ask(served, at=None)["provenance"]["version"] == number)
    after = ask(served, at=None)
    # a time before it is still answered by the version in force then
    assert ask(served)["provenance"]["version"] == then["provenance"]["version"]
    # the clock of loops writes links of its own in between
    assert before["revision"] < after["revision"] == revision
    assert before["grid_id"] == after["grid_id"]


def test_the_settings_of_the_deployment_decide_the_answer(
    served: TestClient, client: TestClient, town: Town
) -> None:
    corners = shapely.get_coordinates(town.grids.geometry.to_numpy())
    lon, lat = corners[corners[:, 1].argmin()]
    beyond = {"lon": lon, "lat": lat - 0.001}
    snapped, outside = ask(served, **beyond), ask(client, **beyond)
    assert (snapped["status"], outside["status"]) == ("snapped", "outside")
    assert 100 < snapped["distance_m"] == outside["distance_m"] < 120


def test_serve_answers_and_ends_on_sigterm() -> None:
    port = free_port()
    command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        wait_until(lambda: process.poll() is not None or is_alive(port))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in said
    assert f"Listening on 127.0.0.1, port {port};".encode() in said


def is_alive(port: int) -> bool:
    """Whether /livez answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().read() == b'{"status":"alive"}'
    except OSError:
        return False
    finally:
        connection.close()


def test_a_port_in_use_is_one_sentence_and_2(pagoda: Callable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = pagoda("serve", "--port", port)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        f"Port {port} of '127.0.0.1' cannot be opened (Address already in use); "
        "choose another with --port.\n"
    )


def test_a_store_without_a_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = str(tmp_path / "empty.gpkg")
    create_store(path).close()
    with pytest.raises(StoreError, match="has no version in force; publish one"):
        create_app(Settings(store=path))
    # and the place of the one service is free again
    open_store(path, is_service=True).close()


class Breaking(Snapshots):
    """Snapshots of which none can be built after the first."""

    def refresh(self) -> bool:
        raise StoreError("The store changed during 5 attempts to read it; ask again.")


def test_a_snapshot_that_cannot_be_built_is_seen_and_the_old_one_answers(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "TURN_S", 0.01)
    store = open_store("memory:")
    publish_sample(store, town)
    snapshots = Breaking(store, now=clock)
    with watch.Watch(store, snapshots) as watcher:
        wait_until(lambda: watcher.failure() is not None)
        assert "ask again" in str(watcher.failure())
        assert snapshots.current.version.version == 1
    assert "restart" in str(watcher.failure())


def test_a_store_that_takes_no_events_is_not_ready(town: Town) -> None:
    store = open_store("memory:")
    publish_sample(store, town)
    with watch.Watch(store, Snapshots(store, now=clock)) as watcher:
        assert watcher.failure() is None
        store.close()
        assert "takes no events" in str(watcher.failure())


def test_speed_that_is_no_number_is_refused(pagoda: Callable) -> None:
    answer = pagoda("serve", "--speed", "nan", "--port", 0)
    assert answer.code == 2
    assert "nan is no number" in answer.err
