"""What a certificate says of faults and notes, in plain text and as JSON."""

import html
import json
import re

import pytest
from shapely import box

from gis.coverage import certify
from gis.coverage.certificate import (
    ADVICE,
    SLIVER_WIDTH_M,
    Certificate,
    Fault,
    Note,
)

# true to areas around lon 0, lat 0, where plane figures may be written down
METRES = "+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80"


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
    assert (content["is_clean"], content["grid_count"]) == (False, 1)
    assert content["area_m2"] == pytest.approx(800.0, rel=1e-8)
    [fault] = content["faults"]
    assert (fault["kind"], fault["grids"], fault["is_sliver"]) == ("gap", ["A"], False)
    assert (fault["area_m2"], fault["width_m"]) == pytest.approx((100, 5), rel=1e-8)
    assert type(certificate.faults[0].lon) is float


def fault(kind="gap", grids=("A",), area_m2=5.0, width_m=2.0, reason=""):
    return Fault(kind, grids, area_m2, width_m, 120.0, 30.0, reason)


def certificate(*faults, notes=()):
    return Certificate(2, 1234567.89, faults, notes, "0a1b")


@pytest.mark.parametrize(
    ("width_m", "is_sliver"),
    [(None, False), (SLIVER_WIDTH_M, False), (0.999 * SLIVER_WIDTH_M, True)],
)
def test_face_thinner_than_the_limit_is_a_sliver(width_m, is_sliver):
    assert fault(width_m=width_m).is_sliver == is_sliver


def test_notes_alone_leave_a_certificate_clean():
    note = Note("pieces", "A", (9.0, 5.0), 120.0, 30.0)
    assert certificate(notes=[note]).is_clean
    assert not certificate(fault()).is_clean


def test_verdict_counts_the_faults_of_each_kind():
    first = certificate(fault(), fault("overlap", ("A", "B")), fault()).to_text()
    assert first.splitlines()[0].endswith("not clean: gap 2, overlap 1")
    assert certificate().to_text().splitlines() == [
        "Coverage certificate: clean: no gap inside, bays not looked for, no overlap",
        "Grids: 2",
        "Area: 1,234,567.9 m2",
        "Digest: 0a1b",
    ]


@pytest.mark.parametrize("kind", ADVICE)
def test_every_kind_of_fault_ends_with_what_to_do(kind):
    text = fault(kind, reason="Self-intersection").to_text()
    assert text.endswith(ADVICE[kind])
    assert "'A'" in text
    assert "lon 120.000000, lat 30.000000" in text


def test_face_that_no_grid_borders_says_so():
    assert "no grid" in fault(grids=()).to_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "clean: no gap inside, bays not looked for, no overlap"),
        (
            {"gap_width_m": 2.5},
            "clean: no gap inside, no bay narrower than 2.5 m, no overlap",
        ),
        (
            {"gap_width_m": 10.0, "outline": box(0, 0, 30, 30)},
            "clean: no gap inside the outline, no bay narrower than 10 m, no overlap",
        ),
    ],
    ids=["no bays", "bays", "outline"],
)
def test_verdict_of_a_clean_coverage_says_what_was_looked_for(options, words):
    found = certify(["A"], [box(0, 0, 30, 30)], METRES, **options)
    assert found.verdict == words
    content = found.to_dict()
    assert content["gap_width_m"] == options.get("gap_width_m")
    assert content["has_outline"] == ("outline" in options)


def shown(certificate):
    """What a notebook shows, row by row, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", certificate._repr_html_())
    return [html.unescape(re.sub(r"<[^>]+>", "", row)) for row in rows]


LON, LAT = 120.0, 30.0
SQUARES = [box(LON + i / 100, LAT, LON + (i + 1) / 100, LAT + 0.01) for i in (0, 1)]


def test_notebook_shows_verdict_and_figures():
    clean = certify(["A", "B"], SQUARES, 4490, gap_width_m=5.0)
    assert shown(clean)[:3] == [
        "Verdictclean: no gap inside, no bay narrower than 5 m, no overlap",
        "Number of grids2",
        "Area of all2.139 km²",
    ]
    assert shown(certify(["A", "B"], [SQUARES[0]] * 2, 4490))[0] == (
        "Verdictnot clean: overlap 1"
    )


def test_notebook_shows_the_greatest_faults_and_how_many_more():
    fault = Fault("gap", ("<b>G1", "G2"), 12.5, 2.0, 120.0, 30.0)
    note = Note("pieces", "<b>G1", (3.0, 1.0), 120.0, 30.0)
    certificate = Certificate(2, 10.0, (fault,) * 8, (note,) * 2, "f" * 64)
    rows = shown(certificate)
    assert rows[4].startswith("gap 8gap: '<b>G1', 'G2': 12.5 m2")
    assert rows[4].count("<b>G1") == 5
    assert rows[4].endswith("and 3 more")
    assert rows[5].count("is in 2 pieces") == 2
    assert "<b>" not in certificate._repr_html_()
