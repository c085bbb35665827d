"""`pagoda draft` as a user types it."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely


@pytest.fixture
def draft(on: Callable, files: Path) -> Path:
    """The three grids of the store, exported."""
    answer = on("draft", "export", "--out", "draft.gpkg")
    assert answer.code == 0, answer.err
    assert answer.err.startswith("Wrote draft.gpkg: version 1 of grid system 'main'")
    return files / "draft.gpkg"


def saved(draft: Path, name: str, change: Callable) -> str:
    frame = change(gpd.read_file(draft, layer="grids"))
    frame.to_file(draft.with_name(name), layer="grids")
    return name


def test_what_left_comes_back(on: Callable, draft: Path) -> None:
    answer = on("draft", "import", "draft.gpkg", "--out", "again.gpkg")
    assert answer.code == 0, answer.err
    assert "Unchanged: 3 grids." in answer.out
    assert answer.out.endswith("Accepted: one coverage.\n")
    assert answer.err.endswith("Wrote again.gpkg.\n")
    assert on("draft", "import", "again.gpkg").code == 0


def test_noise_is_refused_until_it_is_healed(on: Callable, draft: Path) -> None:
    def change(frame):
        shape = frame.geometry.iloc[0]
        x0, y0, x1, y1 = shape.bounds
        frame.loc[0, "geometry"] = shapely.box(x0, y0, x1 - 4e-6, y1)
        return frame

    name = saved(draft, "firm.gpkg", change)
    answer = on("draft", "import", name, "--out", "healed.gpkg")
    assert answer.code == 1
    assert "heal it with --heal" in answer.out
    assert not draft.with_name("healed.gpkg").exists()
    answer = on("draft", "import", name, "--heal", "--out", "healed.gpkg")
    assert answer.code == 0, answer.out
    assert draft.with_name("healed.gpkg").exists()
    answer = on("draft", "import", name, "--heal", "--noise-m", "0.1")
    assert answer.code == 1


def test_a_lost_grid_is_refused_with_its_place(on: Callable, draft: Path) -> None:
    name = saved(draft, "lost.gpkg", lambda frame: frame.iloc[1:])
    answer = on("draft", "import", name, "--heal")
    assert answer.code == 1
    assert "conflict: lost: " in answer.out
    assert answer.out.endswith("Refused: 1 conflict; nothing was changed.\n")


def test_a_file_without_base_needs_one(on: Callable, draft: Path) -> None:
    name = saved(draft, "bare.geojson", lambda f: f.drop(columns="draft_base"))
    answer = on("draft", "import", name)
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "name the version with --base, such as 1" in answer.err
    assert on("draft", "import", name, "--base", "1").code == 0


def test_a_width_that_is_none_is_refused(on: Callable, draft: Path) -> None:
    answer = on("draft", "import", "draft.gpkg", "--noise-m", "nan")
    assert answer.code == 2
    assert "not a finite number of metres" in answer.err


def test_what_comes_back_is_a_change_of_its_author(on: Callable, draft: Path) -> None:
    def change(frame):
        x0, y0, x1, y1 = frame.geometry.iloc[0].bounds
        middle = round((x0 + x1) / 2, 9)
        second = frame.loc[[0]].copy()
        frame.loc[0, "geometry"] = shapely.box(x0, y0, middle, y1)
        second["geometry"] = [shapely.box(middle, y0, x1, y1)]
        return pd.concat([frame, second], ignore_index=True)

    name = saved(draft, "firm.gpkg", change)
    options = ("--out", "change.json", "--author", "firm")
    answer = on("draft", "import", name, *options)
    assert answer.code == 0, answer.err
    assert "id: 'G1/2' is " in answer.out
    change_file = json.loads(draft.with_name("change.json").read_text("utf-8"))
    assert [edit["author"] for edit in change_file["edits"]] == ["firm"]
    answer = on("draft", "apply", "change.json")
    assert "On version 1: 1 grid created" in answer.out
