"""What is said of grids that came back."""

from typing import Any

import geopandas as gpd
from shapely import box

from api.cli.text.drafts import imported_lines
from api.service.versions.drafts import FieldChange, ImportedDraft
from gis.editing.reconciliation import reconcile
from gis.editing.returned import match_grids
from gis.models import Instant
from gis.versions import Version
from support.makers.returned_grids import CRS

BASE = {
    f"G{n}": box(round(120 + n / 100, 2), 30, round(120.01 + n / 100, 2), 30.01)
    for n in range(8)
}
VERSION = Version("main", 3, Instant(0), Instant(1), "a", "b", "", "ab12", 2)


def lines(rows: Any, *, is_healed: bool = False, **fields: Any) -> list[str]:
    match = match_grids(BASE, rows)
    outcome = reconcile(match, CRS, is_healed=is_healed)
    parts = {"is_on_head": True, "fields": (), "notices": ()} | fields
    imported = ImportedDraft(
        VERSION, rows=gpd.GeoDataFrame(), reconciliation=outcome, **parts
    )
    return list(imported_lines(imported))


def test_a_copy_is_accepted():
    assert lines(BASE.items()) == [
        "Drawn on version 3 of grid system 'main'.",
        "Unchanged: 8 grids.",
        "Accepted: one coverage.",
    ]


def test_a_base_of_before_and_values_are_said():
    change = FieldChange("G1", "residents", "7", None)
    told = lines(BASE.items(), is_on_head=False, fields=(change,))
    assert "not the head any more" in told[1]
    assert "value: 'G1' residents: '7' to None" in told


def test_splits_mergers_and_ground_that_changes_hands_are_said():
    rows = [row for row in BASE.items() if row[0] not in ("G1", "G3", "G4")]
    rows += [("G1", box(120.01, 30, 120.02, 30.003))]
    rows += [("G1", box(120.01, 30.003, 120.02, 30.01))]
    rows += [("G3", box(120.03, 30, 120.05, 30.01))]
    told = lines(rows)
    assert told[1:] == [
        "Unchanged: 3 grids.",
        "Changed: 2 grids, 'G1', 'G3'.",
        "Only with corners of a border beside them: 2 grids, 'G0', 'G2'.",
        "Did not come back: 1 grid, 'G4'.",
        "split: 'G1' stays with the greatest; 1 other half without an id yet",
        "merger: 'G4' into 'G3' 100.0%",
        "hands: 320,867.4 m2 from 'G1' to 'G1/2'",
        "hands: 1,069,521.2 m2 from 'G4' to 'G3'",
        "Accepted: one coverage.",
    ]


def test_grid_that_became_two_new_ones_is_split():
    rows = [row for row in BASE.items() if row[0] != "G4"]
    rows += [("N1", box(120.04, 30, 120.05, 30.003))]
    rows += [("N2", box(120.04, 30.003, 120.05, 30.01))]
    told = lines(rows)
    assert "split: 'G4' into 'N2' 70.0%, 'N1' 30.0%" in told
    assert not [line for line in told if line.startswith("merger")]


def test_disputes_and_conflicts_are_said_with_their_place():
    rows = {**BASE, "G2": box(120.02001, 30, 120.03, 30.01)}
    told = lines(rows.items())
    ground = next(line for line in told if line.startswith("ground: "))
    assert ground.startswith("ground: gap of 'G1' and 'G2': 1 face, 1,1")
    conflict = next(line for line in told if line.startswith("conflict: "))
    assert conflict.endswith("heal it with --heal")
    assert told[-1] == "Refused: 1 conflict; nothing was changed."
    healed = lines(rows.items(), is_healed=True)
    assert healed[-1] == "Accepted: one coverage; healed 1 face."
    assert "Unchanged: 8 grids." in healed


def test_only_the_first_grids_are_named():
    rows = [(f"N{grid}", shape) for grid, shape in BASE.items()]
    created = next(line for line in lines(rows) if line.startswith("Created"))
    assert created == "Created: 8 grids, 'NG0', 'NG1', 'NG2', 'NG3', 'NG4' and 3 more."
