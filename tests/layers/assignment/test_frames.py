"""A frame is answered as `pagoda assign` answers the same rows in a file."""

import datetime as dt
from dataclasses import replace

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.assignment import Jurisdiction, Jurisdictions
from gis.crs import convert, parse_datum
from gis.errors import CrsError, GovernanceError, InputFileError, SettingError
from gis.models import Instant, PostId
from gis.roster import Duty
from layers.assignment import assign_frame
from layers.territory import Territory, make_territory
from support.makers import broken_files as broken

NAMES = ["grid_id", "status", "reason", "distance_m", "candidates", "band"]
LAST = ["community_id", "accountable_post"]
HOUR = 3_600_000
START = Instant(1_788_220_800_000)
"""2026-09-01 08:00 in Asia/Shanghai."""


def squares(**columns: object) -> geopandas.GeoDataFrame:
    """The three squares of `broken_files` as a layer of grids."""
    frame = broken.grids_frame()[["code", "geometry"]]
    return frame.rename(columns={"code": "grid_id"}).assign(**columns)


@pytest.fixture
def territory() -> Territory:
    """Three squares under one circle, one of them with a leader."""
    circles = pd.DataFrame({"circle_id": ["C"], "parent_id": [None], "tier": [1]})
    posts = pd.DataFrame(
        {
            "post_id": ["P", "P1"],
            "area_id": ["C", "G1"],
            "role": ["circle_leader", "grid_leader"],
            "holder_id": ["L", "L1"],
        }
    )
    grids = squares(parent_id="C", community_id=["V1", None, None])
    return make_territory(grids, circles, posts)


def events(
    *places: tuple[float, float] | None, **columns: object
) -> geopandas.GeoDataFrame:
    """Events at places in degrees; None is no point."""
    points = [None if place is None else shapely.Point(place) for place in places]
    data = {"id": range(len(places)), **columns}
    return geopandas.GeoDataFrame(data, geometry=points, crs="EPSG:4490")


def test_columns_stand_in_one_order(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 30.05)))
    assert list(answers.columns) == ["id", "geometry", *NAMES, "tier1_id", *LAST]


def test_without_a_tree_there_is_no_tier() -> None:
    answers = assign_frame(make_territory(squares()), events((120.05, 30.05)))
    assert list(answers.columns) == ["id", "geometry", *NAMES, *LAST]
    assert answers["accountable_post"].isna().all()


def test_owner_chain_and_post_of_every_status(territory: Territory) -> None:
    frame = events((120.05, 30.05), (120.15, 30.05), (120.05, 29.9), None)
    answers = assign_frame(territory, frame)
    expected = {
        "grid_id": ["G1", "G2", None, None],
        "status": ["inside", "inside", "outside", "unlocated"],
        "reason": [None, "vacant_post", "nearest:G1", "missing"],
        "tier1_id": ["C", "C", None, None],
        "community_id": ["V1", None, None, None],
        "accountable_post": ["P1", "P", "P", "P"],
    }
    for name, values in expected.items():
        column = answers[name].astype(object)
        assert column.where(column.notna(), None).tolist() == values, name


def test_reasons_of_one_event_are_joined(territory: Territory) -> None:
    answers = assign_frame(territory, events((121.0, 31.0), (120.15, 30.05)))
    assert answers["reason"].tolist() == ["whole_degrees;nearest:G3", "vacant_post"]


def test_distances_and_candidates_are_to_the_millimetre(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 29.999)), candidates_m=200)
    metres = answers["distance_m"].item()
    assert metres == round(metres, 3)
    assert answers["candidates"].item() == f"G1:{metres:.3f}"


def test_index_order_and_rows_of_the_frame_stay(territory: Territory) -> None:
    frame = events((120.15, 30.05), None, (120.05, 30.05)).set_index(
        pd.Index(["c", "a", "a"], name="key")
    )
    answers = assign_frame(territory, frame)
    assert answers.index.tolist() == ["c", "a", "a"]
    assert answers.index.name == "key"
    assert answers["id"].tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(answers[["id", "geometry"]], frame)


def test_a_column_of_our_name_stays(territory: Territory) -> None:
    answers = assign_frame(territory, events((120.05, 30.05), status=["open"]))
    assert answers["status"].tolist() == ["open"]
    assert answers["pagoda_status"].tolist() == ["inside"]
    again = assign_frame(territory, answers)
    assert again["pagoda_status"].tolist() == ["inside"]
    assert again["pagoda_status_2"].tolist() == ["inside"]
    assert again["status"].tolist() == ["open"]


def test_a_frame_is_brought_to_the_grids(territory: Territory) -> None:
    frame = events((120.05, 30.05)).to_crs(4549)
    assert assign_frame(territory, frame)["grid_id"].tolist() == ["G1"]


def test_a_frame_without_crs_is_refused(territory: Territory) -> None:
    frame = events((120.05, 30.05)).set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match="The events declare no CRS, expected one"):
        assign_frame(territory, frame)


def test_no_events_give_no_rows(territory: Territory) -> None:
    answers = assign_frame(territory, events())
    assert len(answers) == 0
    assert set(NAMES) <= set(answers.columns)


def test_neighbour_has_a_column_where_some_are_known(territory: Territory) -> None:
    areas = Jurisdictions([Jurisdiction("330109")], [shapely.box(119, 29, 121, 30)])
    points = [shapely.Point(120.05, 30.05), shapely.Point(120.05, 29.999)]
    events = geopandas.GeoDataFrame(geometry=points, crs=4490)
    answers = assign_frame(replace(territory, jurisdictions=areas), events)
    assert answers["neighbour_id"].isna().tolist() == [True, False]
    assert answers["neighbour_id"][1] == "330109"
    assert "neighbour_id" not in assign_frame(territory, events)


def plain(**columns: object) -> pd.DataFrame:
    """Two events with columns of coordinates; the second is outside."""
    places = {"lon": [120.05, 120.05], "lat": [30.05, 29.9995]}
    return pd.DataFrame(places | columns)


def test_a_plain_frame_comes_back_plain_and_unchanged(territory: Territory) -> None:
    frame = plain()
    answers = assign_frame(territory, frame)
    assert type(answers) is pd.DataFrame
    assert answers["status"].tolist() == ["inside", "outside"]
    pd.testing.assert_frame_equal(frame, plain())
    assert "notices" not in frame.attrs


def test_columns_are_named_or_usual(territory: Territory) -> None:
    named = plain().rename(columns={"lon": "a", "lat": "b"})
    usual = plain().rename(columns={"lon": "经度", "lat": "纬度"})
    for answers in (
        assign_frame(territory, named, lon="a", lat="b"),
        assign_frame(territory, usual),
    ):
        assert answers["grid_id"][0] == "G1"


def test_snapping_and_candidates(territory: Territory) -> None:
    answers = assign_frame(territory, plain(), snap_m=100, candidates_m=100)
    assert answers["status"].tolist() == ["inside", "snapped"]
    assert answers["candidates"][1] == f"G1:{answers['distance_m'][1]:.3f}"


@pytest.mark.parametrize(
    ("x", "y", "status", "reason"),
    [
        (120.05, 30.05, "inside", ""),
        (30.05, 120.05, "unlocated", "swapped_axes"),
        (12000.5, 30.2, "unlocated", "out_of_range"),
        (120, 31, "outside", "whole_degrees;nearest:G3"),
        (120, 30, "boundary", "whole_degrees"),
        (119.5, 30.05, "outside", "nearest:G1"),
    ],
)
def test_one_position_is_answered_as_a_frame_of_one(
    territory: Territory, x: float, y: float, status: str, reason: str
) -> None:
    answer = territory.assigner().assign(x, y)
    assert (answer.status, answer.reason) == (status, reason)
    [row] = assign_frame(territory, pd.DataFrame({"lon": [x], "lat": [y]})).to_dict(
        "records"
    )
    framed = "" if pd.isna(row["reason"]) else row["reason"]
    assert (row["status"], framed) == (status, reason)
    distance = None if pd.isna(row["distance_m"]) else row["distance_m"]
    assert answer.distance_m == (distance and pytest.approx(distance, abs=5e-4))


def test_whole_degrees_inside_a_grid_are_said_of_one_position() -> None:
    grid = geopandas.GeoDataFrame(
        {"grid_id": ["G"]}, geometry=[shapely.box(119.5, 29.5, 120.5, 30.5)], crs=4326
    )
    answer = make_territory(grid).assigner().assign(120, 30)
    assert (answer.status, answer.reason) == ("inside", "whole_degrees")


@pytest.mark.parametrize("candidates_m", [0, 10])
@pytest.mark.parametrize(("x", "y"), [(None, 1), (1.0, None), ("120", "30")])
def test_position_that_has_no_number_is_refused(
    territory: Territory, x: object, y: object, candidates_m: int
) -> None:
    with pytest.raises(SettingError, match="expected two numbers"):
        territory.assigner().assign(x, y, candidates_m=candidates_m)


def test_accuracy_says_how_sure_it_is(territory: Territory) -> None:
    frame = plain(radius=["±５ m", "wide"])
    answers = assign_frame(territory, frame, accuracy="radius", confidence=0.95)
    assert answers["band"][0] == "sure"
    assert answers["band"].isna()[1]
    assert "accuracy_not_a_number" in answers["reason"][1]
    assert any("no number of metres" in text for text in answers.attrs["notices"])


def test_datum_is_said_by_name_or_as_a_datum(territory: Territory) -> None:
    gcj02 = parse_datum("gcj02")
    x, y = convert(np.array([120.0005]), np.array([30.05]), parse_datum("wgs84"), gcj02)
    frame = pd.DataFrame({"lon": x, "lat": y})
    for datum in ("gcj02", gcj02):
        assert assign_frame(territory, frame, datum=datum)["grid_id"][0] == "G1"
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(x, y))
    assert assign_frame(territory, points, datum="gcj02")["status"][0] == "inside"


def test_anchors_say_what_they_think_of_the_datum(territory: Territory) -> None:
    generator = np.random.default_rng(5)
    lon, lat = generator.uniform(120.0, 120.1, 400), generator.uniform(30.0, 30.1, 400)
    x, y = convert(lon, lat, parse_datum("wgs84"), parse_datum("gcj02"))
    events = pd.DataFrame({"lon": x, "lat": y})
    anchors = pd.DataFrame({"lon": lon, "lat": lat})
    answers = assign_frame(territory, events, anchors=anchors)
    assert answers.attrs["notices"][:2] == (
        "The events declare no CRS: taken as wgs84; say otherwise with datum=.",
        "The anchors declare no CRS: taken as wgs84; say otherwise with "
        "anchors_datum=.",
    )
    assert len(answers.attrs["notices"]) == 3
    other = assign_frame(territory, events)
    pd.testing.assert_frame_equal(answers, other)
    with pytest.raises(InputFileError, match="No anchor of 1 lies in the bounds"):
        assign_frame(
            territory, events, anchors=pd.DataFrame({"lon": [1.0], "lat": [2.0]})
        )


def test_who_was_on_duty_is_asked_with_a_time(territory: Territory) -> None:
    duty = Duty("D", PostId("P1"), "L7", START, Instant(START + HOUR), START)
    manned = territory.with_duties([duty], region_tier=1)
    frame = plain(when=["2026-09-01 08:00", "2026-09-01 14:00"], lat=30.05)
    answers = assign_frame(manned, frame, at="when")
    assert answers["accountable_holder"].tolist()[0] == "L7"
    assert answers["accountable_post"].tolist() == ["P1", "P"]
    assert "Asia/Shanghai" in answers.attrs["notices"][1]
    assert assign_frame(manned, frame, at="when", timezone="UTC")[
        "accountable_post"
    ].tolist() == ["P", "P"]
    with pytest.raises(SettingError, match="name the column with the time by at="):
        assign_frame(manned, frame)
    dmy = frame.assign(when=["01/09/2026 08:00", "01/09/2026 14:00"])
    same = assign_frame(manned, dmy, at="when", day_order="dmy")
    assert same["accountable_post"].tolist() == ["P1", "P"]
    with pytest.raises(InputFileError, match="Row 1 of the events has '01/09/2026"):
        assign_frame(manned, dmy, at="when")


@pytest.mark.parametrize("other", [None, "town.gpkg", plain()], ids=type)
def test_what_is_no_territory_is_refused(other: object) -> None:
    with pytest.raises(SettingError, match=r"expected a Territory; make one"):
        assign_frame(other, plain())  # type: ignore[arg-type]


OTHERS = [
    *(1, -1, 1.5, float("nan"), True, "x", "", [1], {}, (), b"x", object(), 2j),
    *(np.array([1, 2]), pd.Series([1]), pd.NA, plain(), pd.DataFrame()),
]
OPTIONS = [
    *("lon", "lat", "at", "accuracy", "confidence", "snap_m", "candidates_m"),
    *("anchors", "datum", "anchors_datum", "datum_error_m", "timezone", "day_order"),
]


@pytest.mark.parametrize("option", OPTIONS)
def test_whatever_an_option_is_the_error_is_ours(
    territory: Territory, option: str
) -> None:
    texts = []
    for value in OTHERS:
        try:
            assign_frame(territory, plain(), **{option: value})  # type: ignore[arg-type]
        except GovernanceError as error:
            texts.append(str(error))
    assert len(texts) > len(OTHERS) / 2
    assert all(text.endswith(".") for text in texts)


@pytest.mark.parametrize("column", ["lon", "lat", "when", "radius"])
def test_whatever_a_cell_is_it_is_read_or_named(
    territory: Territory, column: str
) -> None:
    places = {"when": "2026-09-01 08:00", "radius": "30"}
    texts = []
    for value in [*OTHERS[:13], 10**40, dt.date(2026, 9, 1), shapely.Point(1, 2)]:
        cells = pd.Series([value, "120.05"], dtype=object)
        frame = plain(**places).assign(**{column: cells})
        try:
            assign_frame(territory, frame, at="when", accuracy="radius")
        except InputFileError as error:
            texts.append(str(error))
    assert bool(texts) == (column == "when")
    assert all("of the events has" in text for text in texts)
