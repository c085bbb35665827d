"""Layers of one town fit together, or the fault is named."""

import re
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Geod

from gis.coverage import certify
from gis.crs import convert, datum_of, parse_datum
from gis.errors import (
    CoverageError,
    CrsError,
    InputFileError,
    InvalidLayerError,
    SettingError,
    TreeError,
)
from gis.models import Instant, PostId, Status
from gis.roster import Duty
from layers.schema.layer import frame_datum
from layers.territory import Territory, make_territory
from support.makers import broken_files as broken

WGS84 = parse_datum("wgs84")


def grids_frame(**columns: object) -> geopandas.GeoDataFrame:
    """Two squares of 0.1 degrees side by side, the second row first."""
    shapes = [shapely.Polygon(broken.square(x, 30.0)) for x in (120.1, 120.0)]
    data = {"grid_id": ["G2", "G1"], **columns}
    return geopandas.GeoDataFrame(data, geometry=shapes, crs="EPSG:4490")


def circles_frame() -> pd.DataFrame:
    """A core with two circles."""
    return pd.DataFrame(
        {
            "circle_id": ["C0", "C1", "C2"],
            "parent_id": [None, "C0", "C0"],
            "tier": [1, 2, 2],
            "name": ["core", None, "second"],
        }
    )


def posts_frame(holder: object = "L1") -> pd.DataFrame:
    """Leaders of the core and of one grid."""
    return pd.DataFrame(
        {
            "post_id": ["P0", "P1"],
            "area_id": ["C0", "G1"],
            "role": ["circle_leader", "grid_leader"],
            "holder_id": ["L0", holder],
        }
    )


def test_grids_come_in_code_order_whatever_the_rows() -> None:
    territory = make_territory(grids_frame())
    assert territory.grids["grid_id"].tolist() == ["G1", "G2"]
    assert territory.bounds == pytest.approx((120.0, 30.0, 120.2, 30.1))
    assert territory.pagoda is None
    assert territory.communities == {}


def test_the_datum_is_the_one_declared_else_of_the_frame_else_wgs84() -> None:
    grids = grids_frame()
    assert make_territory(grids).datum.name == "cgcs2000"
    assert make_territory(grids, datum=parse_datum("gcj02")).datum.name == "gcj02"
    bare = grids.set_crs(None, allow_override=True)
    assert frame_datum(bare).name == "wgs84"


def test_chain_community_and_post_of_a_grid() -> None:
    grids = grids_frame(parent_id=["C2", "C1"], community_id=[None, "V1"])
    territory = make_territory(grids, circles_frame(), posts_frame())
    inside = territory.assigner().assign(120.05, 30.05)
    assert (inside.grid_id, inside.chain) == ("G1", ("C1", "C0"))
    assert (inside.community_id, inside.accountable_post) == ("V1", "P1")
    other = territory.assigner().assign(120.15, 30.05)
    assert (other.community_id, other.accountable_post) == (None, "P0")
    assert other.accountable_reason == "vacant_post"
    assert territory.pagoda is not None
    assert territory.pagoda.circles["C1"].name == "C1"
    assert territory.pagoda.circles["C2"].name == "second"


@pytest.mark.parametrize("holder", [None, "", float("nan")])
def test_a_post_without_holder_is_vacant(holder: object) -> None:
    grids = grids_frame(parent_id=["C2", "C1"])
    territory = make_territory(grids, circles_frame(), posts_frame(holder))
    answer = territory.assigner().assign(120.05, 30.05)
    assert answer.accountable_post == "P0"
    assert answer.accountable_reason == "vacant_post"


def test_snapping_is_the_assigners() -> None:
    territory = make_territory(grids_frame())
    assert territory.assigner().assign(120.05, 29.9999).status == Status.OUTSIDE
    snapped = territory.assigner(snap_m=20.0).assign(120.05, 29.9999)
    assert (snapped.status, snapped.grid_id) == (Status.SNAPPED, "G1")


def test_posts_without_circles_are_refused() -> None:
    with pytest.raises(InvalidLayerError, match="posts but no circles"):
        make_territory(grids_frame(), posts=posts_frame())


def test_circles_without_parents_in_the_grids_are_refused() -> None:
    with pytest.raises(InvalidLayerError, match="no column 'parent_id'"):
        make_territory(grids_frame(), circles_frame())


@pytest.mark.parametrize("parent", [None, "C9"])
def test_a_grid_without_its_circle_is_refused(parent: object) -> None:
    grids = grids_frame(parent_id=["C2", parent])
    with pytest.raises(TreeError, match="'G1'"):
        make_territory(grids, circles_frame())


@pytest.mark.parametrize(
    ("corner", "side"),
    [((30.0, 120.0), 0.1), ((500_000.0, 3_320_000.0), 100.0), ((120.0, 89.95), 0.1)],
    ids=["swapped", "metres", "beyond_the_pole"],
)
def test_grids_that_are_not_in_degrees_are_refused(
    corner: tuple[float, float], side: float
) -> None:
    shape = shapely.Polygon(broken.square(*corner, side))
    grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[shape], crs=4326)
    with pytest.raises(CrsError, match=re.escape("is not lon, lat in degrees")):
        make_territory(grids)


def test_the_whole_world_is_in_degrees() -> None:
    halves = [shapely.box(x, -90.0, x + 180.0, 90.0) for x in (-180.0, 0.0)]
    grids = geopandas.GeoDataFrame({"grid_id": ["W", "E"]}, geometry=halves, crs=4326)
    assert make_territory(grids).bounds == (-180.0, -90.0, 180.0, 90.0)


def test_metres_are_measured_in_the_unit_of_the_crs() -> None:
    # on these meridians the map is true but for the scale that it declares
    places = (
        (3435, 984_250.0, 1_900_000.0, 1200 / 3937 / 0.999975),
        (4549, 5e5, 33e5, 1),
    )
    for code, x, y, unit in places:
        box = shapely.box(x, y, x + 1.0, y + 1.0)
        grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[box])
        territory = make_territory(grids, datum=datum_of(CRS.from_epsg(code)))
        answer = territory.assigner().assign(x + 101.0, y + 0.5)
        assert answer.distance_m == pytest.approx(100 * unit, abs=1e-3)


@pytest.mark.parametrize("code", [3857, 4549, 32650, 3035, 4807])
def test_metres_are_those_of_the_ellipsoid_in_every_crs(code: int) -> None:
    datum = datum_of(CRS.from_epsg(code))
    lon, lat = (2.35, 48.85) if code in {3035, 4807} else (119.9, 30.33)
    grid = shapely.box(lon, lat, lon + 0.01, lat + 0.01)
    corner_x, corner_y = convert(
        [lon, lon + 0.01, lon + 0.01, lon],
        [lat, lat, lat + 0.01, lat + 0.01],
        WGS84,
        datum,
    )
    shape = shapely.Polygon(np.column_stack([corner_x, corner_y]))
    grids = geopandas.GeoDataFrame({"grid_id": ["G"]}, geometry=[shape])
    # the geodesic south from the middle of the lower edge meets it at a right angle
    geod = Geod(ellps="WGS84")
    place_lon, place_lat, _ = geod.fwd(lon + 0.005, lat, 180.0, 123.456)
    x, y = convert([place_lon], [place_lat], WGS84, datum)
    assigner = make_territory(grids, datum=datum).assigner()
    answer = assigner.assign(float(x[0]), float(y[0]))
    assert answer.distance_m == pytest.approx(123.456, abs=2e-3)
    assert shapely.distance(grid, shapely.Point(place_lon, place_lat)) > 0


def test_borders_are_as_long_on_web_mercator_as_in_degrees() -> None:
    west, east = (
        shapely.box(120, 30, 120.01, 30.01),
        shapely.box(120.01, 30, 120.02, 30.01),
    )
    frame = geopandas.GeoDataFrame(
        {"grid_id": ["E", "W"]}, geometry=[east, west], crs=4326
    )
    lengths = [
        make_territory(grids).neighbours.between(0, 1)
        for grids in (frame, frame.to_crs(3857))
    ]
    assert lengths[1] == pytest.approx(lengths[0], abs=1e-3)


def far_grid(west: float, east: float) -> geopandas.GeoDataFrame:
    """One grid between two meridians."""
    shape = shapely.box(west, -17.0, east, -16.0)
    return geopandas.GeoDataFrame({"grid_id": ["T"]}, geometry=[shape], crs=4326)


def test_ring_around_the_globe_is_refused_by_its_id() -> None:
    with pytest.raises(CoverageError, match=r"Grid 'T' .*359\.8 degrees"):
        make_territory(far_grid(-179.9, 179.9))


@pytest.mark.parametrize("shift", [0.0, -360.0])
def test_degrees_counted_on_beyond_180_are_told_to_be_cut(shift: float) -> None:
    with pytest.raises(CrsError, match=r"meridian of 180 .*\(181 is -179\)"):
        make_territory(far_grid(179.9 + shift, 180.1 + shift))


def beats(**columns: object) -> geopandas.GeoDataFrame:
    """Two squares with ids of their own, and a name of ours for something else."""
    grids = grids_frame(beat=[17, 4], grid_id=["x", "y"])
    return grids.assign(**columns).set_index(pd.Index([5, 5]))


def test_own_grids_have_own_ids_and_stay_as_they_are() -> None:
    frame = beats()
    territory = make_territory(frame, id="beat")
    assert territory.grids["grid_id"].tolist() == ["17", "4"]
    assert territory.grids["file_grid_id"].tolist() == ["x", "y"]
    pd.testing.assert_frame_equal(frame, beats())
    named = make_territory(frame.rename_geometry("shape"), id="beat")
    assert named.assigner().assign(120.05, 30.05).grid_id == "4"


def test_rows_of_one_id_are_parts_of_one_grid_and_it_is_noted() -> None:
    territory = make_territory(beats(beat=["B", "B"]), id="beat")
    assert territory.grids["grid_id"].tolist() == ["B"]
    notices = territory.grids.attrs["notices"]
    assert notices[0].startswith("The grids declare cgcs2000")
    assert "each taken as one: 1, as B (2)" in notices[1]


def test_a_file_is_read_as_its_frame(tmp_path: Path) -> None:
    beats().reset_index(drop=True).to_parquet(tmp_path / "beats.parquet")
    circles = circles_frame()
    circles.to_csv(tmp_path / "circles.csv", index=False)
    posts_frame().assign(area_id=["C0", "C1"], role="circle_leader").to_csv(
        tmp_path / "posts.csv", index=False
    )
    tree = beats(parent_id=["C1", "C2"])
    tree.reset_index(drop=True).to_parquet(tmp_path / "tree.parquet")
    of_file = make_territory(
        tmp_path / "tree.parquet",
        str(tmp_path / "circles.csv"),
        tmp_path / "posts.csv",
        id="beat",
    )
    of_frames = make_territory(tree, circles, id="beat")
    pd.testing.assert_frame_equal(of_file.grids, of_frames.grids)
    assert of_file.assigner().assign(120.15, 30.05).accountable_post == "P1"
    alone = make_territory(str(tmp_path / "beats.parquet"), id="beat")
    assert alone.pagoda is None


TOUCHING = shapely.Polygon(
    [
        *((120.0, 30.0), (120.09, 30.0), (120.09, 30.05), (120.06, 30.02)),
        *((120.04, 30.05), (120.09, 30.05), (120.09, 30.09), (120.0, 30.09)),
    ]
)


def test_broken_rings_are_refused_or_mended() -> None:
    broken_beats = beats(geometry=[TOUCHING, shapely.box(121, 30, 121.1, 30.1)])
    with pytest.raises(
        CoverageError, match=r"Grid '17' \(row 1\) is not valid: "
    ) as caught:
        make_territory(broken_beats, id="beat")
    assert str(caught.value).endswith(
        "redraw what is named in the frame or mend its rings with repair=True."
    )
    territory = make_territory(broken_beats, id="beat", repair=True)
    assert territory.grids.geometry.is_valid.all()
    assert any("'17'" in notice for notice in territory.grids.attrs["notices"])


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        ([1], InvalidLayerError, "The grids are of type list, expected"),
        (None, InvalidLayerError, "The grids are of type NoneType, expected"),
        (beats().geometry, InvalidLayerError, "The grids are of type GeoSeries"),
        (pd.DataFrame({"beat": [1]}), CoverageError, "no geometry in use, expected"),
        (beats().iloc[:0], CoverageError, "The grids have no rows, expected at least"),
        (beats(beat=["A", None]), InvalidLayerError, "Row 2 of the frame has no value"),
        (beats(beat=["A", [1]]), InvalidLayerError, "Row 2 of the frame has [1] in"),
        (
            pd.concat([beats(), beats()[["beat"]]], axis=1),
            InvalidLayerError,
            "The grids have 2 columns 'beat' for their ids, expected one",
        ),
        (
            beats().drop(columns="beat"),
            InvalidLayerError,
            "The grids have 0 columns 'beat' for their ids, expected one; they have",
        ),
        (
            beats(geometry=[shapely.Point(1, 2), None]),
            CoverageError,
            "Grid '17' (row 1) is a Point; grid '4' (row 2) has no geometry; expected",
        ),
        (
            beats().set_crs(None, allow_override=True),
            CrsError,
            "The grids declare no CRS, expected one; say which they are in",
        ),
        (
            beats().set_crs(4549, allow_override=True),
            CrsError,
            "are said to be in the projected CRS",
        ),
        (
            beats(beat="B", community_id=["V1", "V2"]),
            InvalidLayerError,
            "Parts of grid 'B' have the 'community_id' values",
        ),
    ],
    ids=range(13),
)
def test_grids_that_cannot_be_used_are_refused_in_one_sentence(
    frame: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)) as caught:
        make_territory(frame, id="beat")  # type: ignore[arg-type]
    assert str(caught.value).count(". ") == 0


def test_other_options_of_wrong_types_are_refused() -> None:
    with pytest.raises(SettingError, match=r"^id is 1, expected the name of a column"):
        make_territory(beats(), id=1)  # type: ignore[arg-type]
    with pytest.raises(InvalidLayerError, match="The circles are of type list"):
        make_territory(beats(), [1], id="beat")  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"^datum is 4326, expected a name such as"):
        make_territory(beats(), id="beat", datum=4326)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"^repair is 'yes', expected True or False"):
        make_territory(beats(), id="beat", repair="yes")  # type: ignore[arg-type]
    with pytest.raises(CrsError, match="Datum 'mars' is unknown"):
        make_territory(beats(), id="beat", datum="mars")
    with pytest.raises(InputFileError, match=r"There is no file 'nix\.shp'"):
        make_territory("nix.shp", id="beat")


def test_notebook_shows_what_a_territory_has() -> None:
    grids = grids_frame(parent_id=["C2", "C1"], community_id=["V1", "V1"])
    posts = posts_frame(None)
    page = make_territory(grids, circles_frame(), posts)._repr_html_()
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    text = [re.sub(r"<[^>]+>", "", row) for row in rows]
    assert text == [
        "Grids2",
        "Communities1",
        "Datumcgcs2000",
        "Bounds120, 30, 120.2, 30.1",
        "Circles of tier 11",
        "Circles of tier 22",
        "Posts2, 1 vacant",
        "NoticesThe grids declare cgcs2000; if they are not, say so with datum=.",
    ]


def test_notebook_speaks_the_language_of_its_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAGODA_LANG", "zh")
    grids = grids_frame(parent_id=["C2", "C1"], community_id=["V1", "V1"])
    territory = make_territory(grids, circles_frame(), posts_frame(None))
    page = territory._repr_html_()
    assert "岗位</bdi></th>" in page
    assert "2 个，其中空缺 1 个" in page
    text = re.sub(r"<[^>]+>", " ", page)
    assert {*re.findall(r"[A-Za-z]{3,}", text)} == {"cgcs", "datum"}


def test_a_certificate_speaks_the_language_of_its_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAGODA_LANG", "zh")
    [square, _] = grids_frame().geometry
    for ids, polygons in (("AB", [square] * 2), ("A", [square])):
        page = certify([*ids], polygons, 4490)._repr_html_()
        assert ("不合格：重叠 1" in page) == (len(ids) == 2)
        text = re.sub(r"<[^>]+>", " ", page).replace("km²", "").replace("m2", "")
        assert re.findall(r"[A-Za-z]{3,}", re.sub(r"\w+\.\.\.", "", text)) == []


def test_notebook_shows_ids_as_text() -> None:
    frame = beats(beat=["<img src=x>", "<img src=x>"])
    page = make_territory(frame, id="beat")._repr_html_()
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page


def test_notebook_counts_duties_where_there_are_some() -> None:
    territory = make_territory(
        grids_frame(parent_id=["C2", "C1"]), circles_frame(), posts_frame()
    )
    assert "Records of duties" not in territory._repr_html_()
    start, end = Instant(1_788_220_800_000), Instant(1_788_224_400_000)
    duty = Duty("D", PostId("P1"), "L7", start, end, start)
    assert "Records of duties" in territory.with_duties([duty], 2)._repr_html_()


def tree_territory() -> Territory:
    """Two grids under their circles, with two posts."""
    grids = grids_frame(parent_id=["C2", "C1"])
    return make_territory(grids, circles_frame(), posts_frame())


def test_duties_are_records_or_the_frame_of_their_layer() -> None:
    times = ("2026-09-01 08:00", "2026-09-01 12:00", "2026-08-01 08:00")
    names = ("starts_at", "ends_at", "recorded_at")
    frame = pd.DataFrame(
        {"duty_id": ["D"], "post_id": ["P1"], "holder_id": ["L7"]}
    ).assign(**dict(zip(names, times, strict=True)))
    of_frame = tree_territory().with_duties(frame)
    records = list(of_frame.duties.ledger["P1"].values())
    assert [(duty.holder_id, duty.starts_at) for duty in records] == [
        ("L7", 1_788_220_800_000)
    ]
    assert tree_territory().with_duties(records).duties.ledger == of_frame.duties.ledger
    utc = tree_territory().with_duties(frame, timezone="UTC").duties.ledger
    assert utc["P1"]["D"].starts_at == 1_788_249_600_000


def test_rotations_are_expanded() -> None:
    frame = pd.DataFrame(
        {
            "rotation_id": ["R"],
            "post_id": ["P1"],
            "members": ["a;b"],
            "first_at": ["2026-10-01T08:00"],
            "until": ["2026-10-15T08:00"],
            "every_days": [7],
            "recorded_at": ["2026-09-01T00:00:00+08:00"],
        }
    )
    ledger = tree_territory().with_duties(rotations=frame).duties.ledger
    assert [duty.holder_id for duty in ledger["P1"].values()] == ["a", "b"]


@pytest.mark.parametrize("option", ["duties", "rotations"])
@pytest.mark.parametrize(("value", "kind"), [(["D"], "list"), (5, "int")])
def test_duties_of_wrong_types_are_refused(
    option: str, value: object, kind: str
) -> None:
    with pytest.raises(InvalidLayerError, match=f"The {option} are of type {kind}"):
        tree_territory().with_duties(**{option: value})  # type: ignore[arg-type]


def neighbours_frame(crs: object = 4490) -> geopandas.GeoDataFrame:
    """One area south of the grids."""
    shape = shapely.box(119.0, 29.0, 121.0, 30.0)
    return geopandas.GeoDataFrame(
        {"neighbour_id": ["330109"]}, geometry=[shape], crs=crs
    )


def test_neighbours_name_whose_ground_lies_outside() -> None:
    frame = neighbours_frame().to_crs(4549).set_index(pd.Index([7]))
    territory = make_territory(grids_frame()).with_neighbours(frame)
    assert territory.jurisdictions is not None
    [south, north] = territory.jurisdictions.at_many(
        np.array([120.05, 120.05]), np.array([29.9, 30.3])
    )
    assert (south.neighbour_id, north) == ("330109", None)


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        ([1], InvalidLayerError, "The neighbours are of type list, expected"),
        (pd.DataFrame({"neighbour_id": ["1"]}), CoverageError, "no geometry in use"),
        (neighbours_frame(None), CrsError, "The neighbours declare no CRS, expected"),
        (
            neighbours_frame().rename(columns={"neighbour_id": "code"}),
            InvalidLayerError,
            "no column 'neighbour_id'",
        ),
    ],
    ids=range(4),
)
def test_neighbours_that_cannot_be_used_are_refused(
    frame: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        make_territory(grids_frame()).with_neighbours(frame)  # type: ignore[arg-type]


def test_grid_with_the_id_of_a_circle_is_refused() -> None:
    grids = grids_frame(parent_id=["C1", "C2"]).replace({"grid_id": {"G2": "C2"}})
    with pytest.raises(TreeError, match=r"posts name an area by its id alone"):
        make_territory(grids, circles_frame(), posts_frame())
