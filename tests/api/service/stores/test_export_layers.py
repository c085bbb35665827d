"""What GIS software sees of an exported town: colours of today, names, looks."""

import json
import os
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from PIL import Image

from api.service.rating.days import RiskDesk
from api.service.stores.export import Lacking, export_store, opened_export
from api.service.stores.restore import restore
from layers.stores import create_store, open_store
from layers.stores.geopackage.listed import LISTED, RATED, RATED_LAYER
from layers.styles import LEVEL_STYLES
from support.makers.square_town import TIMEZONE, SquareTown

READER = Path(__file__).parents[3] / "support" / "harness" / "qgis_reader.py"
PYTHON = Path("/usr/bin/python3")
"""The Python that has QGIS."""
NEAR = 12
"""A colour that differs by no more in each part is the same, drawn."""


@pytest.fixture(scope="module")
def sample_export(
    sample_store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """S town, exported with its colours."""
    path = tmp_path_factory.mktemp("qgis") / "s_town.gpkg"
    with closing(open_store(sample_store_url)) as store:
        assert export_store(store, path, desk=RiskDesk(store, TIMEZONE)) == Lacking()
    return path


def test_colours_are_those_of_today(sample_export: Path, sample_store_url: str) -> None:
    with closing(open_store(sample_store_url)) as store:
        desk = RiskDesk(store, TIMEZONE)
        grids = desk.on().tiers["grids"].frame.set_index("grid_id")
        day = desk.today().isoformat()
    read = pyogrio.read_dataframe(sample_export, layer=RATED).set_index("grid_id")
    assert len(set(read["level"])) == 5
    for name in ("level", "score", "events", "places", "red", "overdue"):
        assert read[name].tolist() == grids[name].loc[read.index].tolist()
    assert set(read["day"]) == {day}


def test_made_up_town_shows_what_is_in_force_by_its_own_clock(
    sample_export: Path, sample_store_url: str
) -> None:
    with closing(open_store(sample_store_url)) as store:
        duties = store.facts("duties", valid_at=store.now())
        events = len(store.events())
    frame = pyogrio.read_dataframe(sample_export, layer="duties_now")
    assert 0 < len(frame) < len(store_rows(sample_store_url, "duties"))
    assert sorted(frame["duty_id"]) == sorted(duties["duty_id"])
    read = pyogrio.read_dataframe(sample_export, layer="events_now")
    assert len(read) == events
    assert read[["status", "post_id"]].notna().all(axis=None)
    assert set(read.loc[read["status"] == "inside", "circles"].str.count("/")) == {3}


def store_rows(url: str, layer: str) -> list[object]:
    with closing(open_store(url)) as store:
        return store.records(layer).index.tolist()


def test_export_with_colours_is_restored(squares: SquareTown, tmp_path: Path) -> None:
    path = tmp_path / "copy.gpkg"
    desk = RiskDesk(squares.store, TIMEZONE)
    assert export_store(squares.store, path, desk=desk) == Lacking()
    assert RATED in dict(pyogrio.list_layers(path))
    with opened_export(str(path)) as origin:
        assert restore("memory:", origin) == squares.store.last_link()


def test_town_that_cannot_be_rated_is_exported_and_says_why(tmp_path: Path) -> None:
    with closing(create_store("memory:")) as store:
        desk = RiskDesk(store, TIMEZONE)
        text = export_store(store, tmp_path / "copy.gpkg", desk=desk).colours
    assert text.startswith("Grid system 'main' has no version in force")
    assert RATED not in dict(pyogrio.list_layers(tmp_path / "copy.gpkg"))


@pytest.fixture(scope="module")
def seen(sample_export: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What QGIS says of every layer, and a picture of the grids in their colours."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        # that of the tests is another Python
        "PYTHONPATH": "",
    }
    has_qgis = (
        PYTHON.exists()
        and not subprocess.run(
            [PYTHON, "-c", "import qgis.core"],
            env=environment,
            check=False,
            capture_output=True,
        ).returncode
    )
    if not has_qgis:
        # half a gigabyte: CI has none, unlike the GDAL that it requires
        pytest.skip("no QGIS (Debian's python3-qgis)")
    picture = home / "grids.png"
    run = subprocess.run(
        [PYTHON, READER, sample_export, picture, RATED],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout), Image.open(picture).convert("RGB")


def test_qgis_opens_every_layer_and_calls_columns_in_chinese(seen: Any) -> None:
    layers, _ = seen
    for name, schema in {**LISTED, RATED: RATED_LAYER}.items():
        names = {field.name: field.zh for field in schema.fields}
        assert layers[name]["names"] == {"fid": "fid", **names}
        is_drawn = schema.geometry is not None
        assert bool(layers[name]["renderer"]) == is_drawn
    assert layers["grids_now"]["count"] == 125
    assert layers[RATED]["renderer"] == "categorizedSymbol"
    assert layers[RATED]["labels"]
    assert not {"grids", "circles", "posts", "enterprises", "keys"} & set(layers)


def test_qgis_offers_closed_lists(seen: Any) -> None:
    layers, _ = seen
    [row] = [r for r in layers["enterprises_now"]["lists"]["scene"] if "出租房" in r]
    assert row == {"出租房": "rental_housing"}
    assert set(layers["posts_now"]["lists"]) == {"role"}
    assert len(layers["events_now"]["lists"]["status"]) == 6


def test_qgis_draws_the_five_colours_where_levels_say(
    seen: Any, sample_export: Path
) -> None:
    _, picture = seen
    levels = set(pyogrio.read_dataframe(sample_export, layer=RATED)["level"])
    pixels = picture.getcolors(picture.width * picture.height)
    for style in LEVEL_STYLES:
        if style.level is None:
            continue
        colour = tuple(bytes.fromhex(style.colour[1:]))
        drawn = sum(
            count
            for count, pixel in pixels
            if max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) <= NEAR
        )
        assert int(style.level) in levels
        assert drawn > 300, style.letter
