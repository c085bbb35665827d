"""Which datums lead to WGS 84, by a code, by parameters, or not at all."""

import pyproj
import pytest

from gis.crs import datum_of, defined_datum, parse_datum
from gis.datum_steps import has_degrees, unshifted_code
from gis.errors import CrsError

GAUSS = (
    'PROJCS["town",GEOGCS["GCS_{name}",DATUM["D_{name}",SPHEROID["{ball}",{axis}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.25],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)
KRASSOVSKY = "6378245.0,298.3"
CGCS2000 = "6378137.0,298.257222101"


def gauss(name: str, ball: str, axis: str) -> pyproj.CRS:
    """A Gauss-Kruger CRS of a town, as ArcGIS writes one that has no code."""
    return pyproj.CRS.from_wkt(GAUSS.format(name=name, ball=ball, axis=axis))


@pytest.mark.parametrize(
    "crs",
    [
        pytest.param(gauss("Beijing_1954", "Krasovsky_1940", KRASSOVSKY), id="1954"),
        pytest.param(gauss("New_Beijing", "Krasovsky_1940", KRASSOVSKY), id="new"),
        pytest.param(
            gauss("Xian_1980", "Xian_1980", "6378140.0,298.257"), id="Xian 1980"
        ),
        pytest.param(pyproj.CRS("EPSG:4555"), id="by code"),
        pytest.param(
            gauss("user_defined", "Xian_1980", "6378140.0,298.257"), id="user defined"
        ),
        pytest.param(gauss("Krasovsky_1940", "Krasovsky_1940", KRASSOVSKY), id="ball"),
        pytest.param(gauss("GCJ_02", "WGS_1984", "6378137.0,298.257223563"), id="map"),
        pytest.param(pyproj.CRS("+proj=longlat +ellps=bessel"), id="PROJ string"),
        pytest.param(pyproj.CRS("+proj=utm +zone=51 +ellps=GRS80"), id="GRS 1980"),
    ],
)
def test_datum_with_no_more_than_a_guess_is_refused_unless_its_error_is_allowed(
    crs: pyproj.CRS,
) -> None:
    with pytest.raises(CrsError, match=r"CGCS2000 .* or declare the CRS"):
        datum_of(crs)
    with pytest.raises(CrsError, match=r"CGCS2000 .* or allow an error .* --guess"):
        datum_of(crs, allowing="--guess")
    assert datum_of(crs, 120.0).error_m == 120.0


def test_parameters_of_an_oil_basin_do_not_make_beijing_1954_whole() -> None:
    wkt = (
        'GEOGCS["Beijing 1954",DATUM["Beijing_1954",SPHEROID["Krassowsky 1940",'
        '6378245,298.3],TOWGS84[{}]],PRIMEM["Greenwich",0],UNIT["degree",'
        "0.0174532925199433]]"
    )
    basin = pyproj.CRS.from_wkt(wkt.format("15.8,-154.4,-82.3,0,0,0,0"))
    with pytest.raises(CrsError, match="Beijing 1954"):
        datum_of(basin)
    own = pyproj.CRS.from_wkt(wkt.format("12.1,-150.2,-80.3,0.1,0.2,0.3,1"))
    assert datum_of(own).error_m is None


@pytest.mark.parametrize(
    "crs",
    [
        pytest.param("+proj=longlat +ellps=krass +towgs84=-12,155,79", id="towgs84"),
        pytest.param("+proj=tmerc +lon_0=120 +ellps=krass +towgs84=1,2,3", id="map"),
        pytest.param("+proj=utm +zone=51 +datum=WGS84", id="datum"),
        pytest.param("+proj=tmerc +lon_0=120.5 +datum=NAD83", id="other datum"),
        pytest.param(gauss("China_2000", "CGCS2000", CGCS2000), id="CGCS2000"),
    ],
)
def test_crs_without_a_code_is_used_where_it_is_whole(crs: object) -> None:
    datum = datum_of(pyproj.CRS.from_user_input(crs))
    assert datum.error_m is None


@pytest.mark.parametrize(
    "text",
    [
        "+proj=longlat +ellps=WGS84",
        "+proj=longlat +ellps=WGS84 +pm=-1",
        "+proj=utm +zone=51 +ellps=WGS84",
        "EPSG:4030",
        "EPSG:3785",
    ],
)
def test_nameless_datum_on_the_ellipsoid_of_wgs84_is_wgs84(text: str) -> None:
    assert datum_of(pyproj.CRS(text)).error_m == 0.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("OGC:CRS84", 4326),
        ("EPSG:4979", 4326),
        ("EPSG:4490", 4490),
        ("+proj=longlat +datum=WGS84 +pm=paris", None),
        ("EPSG:4269", None),
        ("EPSG:4549", None),
    ],
)
def test_degrees_of_wgs84_and_cgcs2000_are_told_by_their_datum(
    text: str, code: int | None
) -> None:
    assert unshifted_code(pyproj.CRS(text).to_2d()) == code


def test_grads_are_no_degrees() -> None:
    assert not has_degrees(pyproj.CRS(4807))


@pytest.mark.parametrize(
    "text", ["EPSG:4549", "+proj=longlat +ellps=krass +towgs84=-12,155,79", "gcj02"]
)
def test_definition_of_a_datum_gives_it_back(text: str) -> None:
    is_proj = text.startswith("+")
    datum = datum_of(pyproj.CRS(text)) if is_proj else parse_datum(text)
    assert defined_datum(datum.definition, datum.error_m) == datum


def test_definition_of_an_allowed_datum_allows_it_again() -> None:
    datum = datum_of(gauss("user_defined", "Xian_1980", "6378140.0,298.257"), 80.0)
    assert defined_datum(datum.definition, 80.0).error_m == 80.0
