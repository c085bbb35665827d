"""Lines that a planner reads after the demo."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from api.cli.text.demo import MEANINGS, demo_lines
from api.service.check import certify_territory
from api.service.demo import ANSWERS, LAST_DAY, MAP, DemoResult, assign_month
from api.service.stores.sample import SAMPLE_NOW, sample_store
from gis.models import Status
from gis.synthetic import Town
from layers import Cutoff, read_risk_day
from layers.snapshots import build_snapshot


@pytest.fixture(scope="module")
def lines(town: Town) -> list[str]:
    """What is printed of S town with three events: one in a grid, two nowhere."""
    place = shapely.point_on_surface(town.grids.geometry.iloc[7])
    events = town.events.head(3).assign(
        lon=[place.x, None, None], lat=[place.y, None, None]
    )
    few = replace(town, events=events)
    store = sample_store(few, "Asia/Shanghai")
    snapshot = build_snapshot(store, SAMPLE_NOW)
    result = DemoResult(
        snapshot,
        certify_territory(snapshot.territory),
        assign_month(snapshot, few),
        read_risk_day(store, Cutoff(LAST_DAY)),
    )
    return demo_lines(Path("out"), result)


def test_every_status_has_its_meaning() -> None:
    assert set(MEANINGS) == {str(status) for status in Status}


def test_statuses_are_counted_most_frequent_first(lines: list[str]) -> None:
    first = lines.index("Events              3 of September 2026") + 1
    assert lines[first : first + 3] == [
        f"  unlocated              2  {MEANINGS['unlocated']}",
        f"  inside                 1  {MEANINGS['inside']}",
        "  of these without a usable position: 2 missing",
    ]


def test_both_files_stand_with_their_folder(lines: list[str]) -> None:
    assert f"Open the map        out/{MAP}  (one file, no network)" in lines
    assert f"Read the answers    out/{ANSWERS}" in lines


def test_highest_risk_is_three_grids_in_falling_order(lines: list[str]) -> None:
    first = lines.index("Highest risk") + 1
    scores = [float(line.split()[1]) for line in lines[first : first + 3]]
    assert scores == sorted(scores, reverse=True)
    assert lines[first + 3] == ""
