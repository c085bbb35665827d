"""Any operations in any order leave a coverage; the long run is `soak_editing`."""

import os

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from gis.editing import Workspace
from gis.editing.validation import outline_of
from support.makers.edit_proposals import ALL_NAMES
from support.makers.edited_towns import TOWNS, community_town, drawn_towns, frame
from support.oracles.editing_machine import EditingMachine, drive
from support.oracles.plain_draft import (
    check_all,
    check_bytes,
    check_ground,
    check_history,
)

OPERATIONS = 2_000 if os.environ.get("PAGODA_SOAK") else 200
DRAWN_OPERATIONS = max(OPERATIONS, 1_000)
"""Many are refused or fall short of `STEPS`, where Hypothesis draws them."""
STEPS = 20


def run(layers, operations=DRAWN_OPERATIONS, steps=STEPS):
    """Run a machine on layers; return how many operations were done and refused."""
    machine = type("Machine", (EditingMachine,), {"layers": layers})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, operations // steps),
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.accepted, machine.refused


@pytest.mark.parametrize(
    "layers",
    [
        st.sampled_from([frame(grids) for grids in TOWNS.values()]),
        drawn_towns(min_side=2).map(frame),
        st.just(community_town()),
    ],
    ids=["every difficulty", "drawn", "communities"],
)
def test_a_draft_stays_a_coverage_whatever_is_done(layers):
    accepted, refused = run(layers)
    # few, for what Hypothesis draws depends on which modules are loaded too; the
    # counts that a test can ask for are those of the seeded runs below
    assert accepted > 20
    assert refused > 20


@pytest.fixture(scope="module")
def town_grids(s_town):
    """Grids of a town of 125."""
    return s_town.grids.reset_index(drop=True)


def test_grids_of_a_synthetic_town_stay_a_coverage(town_grids):
    draft = Workspace(town_grids)
    outline = outline_of(draft.planar)
    counts = drive(draft, OPERATIONS, seed=1)
    assert {name for name, _ in counts} == {*ALL_NAMES}
    assert sum(n for (_, word), n in counts.items() if word == "done") > 100
    check_all(draft, town_grids, outline, np.random.default_rng(1))


def test_grids_of_communities_stay_a_coverage():
    layer = community_town()
    draft = Workspace(layer)
    outline = outline_of(draft.planar)
    counts = drive(draft, OPERATIONS, seed=1)
    assert sum(n for (_, word), n in counts.items() if word == "done") > 60
    assert sum(n for (_, word), n in counts.items() if word == "refused") > 20
    check_all(draft, layer, outline, np.random.default_rng(1))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("chicago/wards_2015.geojson", "ward"),
        ("hangzhou/zhejiang_counties_gcj02_simplified.geojson", "adcode"),
    ],
)
def test_grids_of_real_files_stay_a_coverage(real_data, name, column):
    layer = gpd.read_file(real_data / name)
    ids = layer[column].astype(str).tolist()
    layer = frame(dict(zip(ids, layer.geometry, strict=True)))
    draft = Workspace(layer)
    outline = outline_of(draft.planar)
    counts = drive(draft, 30, seed=1, check_every=15)
    assert sum(n for (_, word), n in counts.items() if word == "done") > 15
    check_ground(draft, outline)
    check_bytes(draft)
    check_history(draft, layer)
