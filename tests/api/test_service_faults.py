"""A service that is stopped, overloaded or wrong: nothing acknowledged is lost."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from gis.access import Scope, is_visible
from layers.stores import loop_lists
from layers.stores.geopackage import GeoPackageStore, create_geopackage
from layers.stores.loop_conditions import Condition
from layers.stores.loops import LoopQuery
from support.harness.overload import overload
from support.harness.service_faults import (
    all_loops,
    mixed_signals,
    stops_under_callers,
)
from support.makers.loop_entries import intake_of

pytestmark = pytest.mark.slow
COUNTS = {"kills", "terms", "longest_end_s", "climbs", "webhooks"}
"""Figures that are no faults."""
FINGERPRINT_IGNORED = """
import layers.stores.admission
layers.stores.admission._refuse_other = lambda *_: None
"""
CLIMB_TWICE = """
from dataclasses import replace
from api.service.events.climbs import Climbs

once = Climbs._actions

def twice(self, tasks, now):
    for action in once(self, tasks, now):
        yield action
        key = action.request_key + "/again"
        yield replace(action, action_id=self._ids.make(now), request_key=key)

Climbs._actions = twice
"""


@pytest.fixture
def town(sample_store_url: str, tmp_path: Path) -> str:
    """A GeoPackage with S town that may be written to."""
    return str(shutil.copy(sample_store_url, tmp_path / "town.gpkg"))


def faults_in(report: dict[str, Any]) -> dict[str, Any]:
    """What a report has that it must not have."""
    counts = {name for name in report if name.startswith("acknowledged")} | COUNTS
    return {
        name: value for name, value in report.items() if value and name not in counts
    }


def test_stops_lose_and_double_nothing_that_was_acknowledged(
    town: str, tmp_path: Path
) -> None:
    report = stops_under_callers(town, tmp_path, signals=mixed_signals(20, 5))
    assert faults_in(report) == {}
    assert report["acknowledged_events"] > 100
    assert report["climbs"] > 0
    assert report["webhooks"] > 100


def test_three_times_the_load_is_refused_in_words_and_soon_over(
    town: str, tmp_path: Path
) -> None:
    report = overload(town, tmp_path, 5.0)
    assert report["odd_statuses"] == []
    assert not report["refused_without_a_time"]
    assert not report["memory_unbounded"], report
    assert not report["well_too_late"], report
    assert "503" in report["statuses"]


def test_planted_faults_are_seen(town: str, tmp_path: Path) -> None:
    report = stops_under_callers(
        town,
        tmp_path,
        until=lambda: time.sleep(8),
        planted=FINGERPRINT_IGNORED + CLIMB_TWICE,
    )
    assert {"changes_taken", "climbed_twice"} <= faults_in(report).keys(), report


def leaks(store: GeoPackageStore, scope: Scope) -> int:
    """How many loops are listed that the scope does not see, or are missing."""
    listing = {loop.event_id for loop in store.loops(LoopQuery(), scope)}
    right = {loop.event_id for loop in all_loops(store) if is_visible(loop, (), scope)}
    return len(listing ^ right)


def test_dropped_predicate_of_the_scope_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_geopackage(tmp_path / "town.gpkg")
    store = GeoPackageStore(tmp_path / "town.gpkg")
    paths = ("C1-01/C2-01/", "C1-01/C2-010/", "C1-01/C2-02/")
    entries = [intake_of(path, loop={"area_path": path}) for path in paths]
    store.append(entries).result()
    scope = Scope(("C1-01/C2-01/",))
    assert leaks(store, scope) == 0
    everything = Condition("true")
    monkeypatch.setattr(loop_lists, "below_path", lambda *_: everything)
    assert leaks(store, scope) == 2
    store.close()
