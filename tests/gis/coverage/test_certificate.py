"""What a certificate says of faults and notes, in plain text and as JSON."""

import json

from shapely import box

from gis.coverage import certify

METRES = "EPSG:4549"


def test_report_says_in_one_line_what_where_and_what_to_do():
    lon, lat = 120.0, 30.0
    west = box(lon, lat, lon + 0.001, lat + 0.001)
    east = box(lon + 0.00099, lat, lon + 0.002, lat + 0.001)
    lines = certify(["G12", "G13"], [west, east], "EPSG:4490").to_text().splitlines()
    assert lines[0] == "Coverage certificate: not clean: overlap 1"
    assert lines[4:] == [
        "sliver overlap: 'G12', 'G13': 107 m2, mean width 0.9565 m, "
        "at lon 120.000995, lat 30.000500; "
        "give the area to one of them, with the same vertices on both sides"
    ]


def test_certificate_as_json_holds_every_figure():
    grid = box(0, 0, 30, 30) - box(10, 10, 20, 20)
    certificate = certify(["A"], [grid], METRES)
    content = json.loads(json.dumps(certificate.to_dict(), allow_nan=False))
    assert (content["is_clean"], content["grid_count"], content["area_m2"]) == (
        False,
        1,
        800.0,
    )
    [fault] = content["faults"]
    assert (fault["kind"], fault["grids"], fault["area_m2"]) == ("gap", ["A"], 100.0)
    assert (fault["width_m"], fault["is_sliver"]) == (5.0, False)
    assert type(certificate.faults[0].lon) is float
