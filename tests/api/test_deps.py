"""Times of a question: local without offset, and what none of them means."""

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.deps import Cutoffs, Times
from api.service.versions.read import VersionReader
from gis.errors import InvalidLayerError
from gis.local_time import instant_of
from layers.stores import clock
from layers.stores.memory import MemoryStore

BERLIN = "Europe/Berlin"
EAST = timezone(timedelta(hours=8))
MORNING_MS = 1789002000000  # 2026-09-10T01:00:00Z


@pytest.fixture
def berlin() -> TestClient:
    """Two doors that give back what they were asked, for a store in Berlin."""
    app = FastAPI()
    app.state.reader = VersionReader(MemoryStore(), BERLIN)

    @app.get("/times")
    def times(times: Times) -> dict[str, Any]:
        return asdict(times)

    @app.get("/cutoff")
    def cutoff(cutoff: Cutoffs) -> dict[str, Any]:
        return asdict(cutoff)

    return TestClient(app)


def test_moment_without_offset_is_local() -> None:
    assert instant_of(datetime(2026, 9, 10, 3), BERLIN) == MORNING_MS


def test_moment_with_offset_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 9, 10, 9, tzinfo=EAST)
    assert instant_of(moment, BERLIN) == instant_of(moment, "UTC") == MORNING_MS


def test_local_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InvalidLayerError, match="is skipped by the clocks"):
        instant_of(datetime(2026, 3, 29, 2, 30), BERLIN)


def test_question_without_times_is_about_now_and_all_that_is_known(
    berlin: TestClient,
) -> None:
    before = clock()
    times = berlin.get("/times").json()
    assert before <= times["valid_at"] <= clock()
    assert times["known_at"] is None
    assert berlin.get("/cutoff").json() == {"day": None, "known_at": None}


def test_times_of_a_question_are_local_to_the_store(berlin: TestClient) -> None:
    local = "2026-09-10T03:00:00"
    params = {"valid_at": local, "known_at": local}
    times = berlin.get("/times", params=params).json()
    assert times == {"valid_at": MORNING_MS, "known_at": MORNING_MS}
    cutoff = berlin.get("/cutoff", params={"on": "2026-09-10", "known_at": local})
    assert cutoff.json() == {"day": "2026-09-10", "known_at": MORNING_MS}
