"""Chicago's beats in five colours by its real food inspections; see `chicago`.

Every figure is found a second time from the city's table with plain counting.
"""

import csv
import datetime as dt
import io
import json
import re
import sys
from collections import Counter
from contextlib import redirect_stdout, suppress
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
import shapely

from api.cli.commands import main
from api.service.facts.defaults import FactJob
from api.service.facts.load import load_facts
from api.service.rating.days import count_codes, count_colours
from api.service.stores.connection import read_instant
from api.service.versions.publish import PublishJob, publish_files
from gis.models import SafetyCode
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.rating.proposal import is_telling, propose_method
from layers.stores import clock, open_store
from support.harness.browser import visit
from support.makers import chicago
from support.oracles.reference_risk import level, shown
from support.oracles.reference_safety import a_month_after

pytestmark = pytest.mark.real_data

DAY = dt.date(2014, 6, 30)
SCREENS = Path(__file__).parents[2] / "out" / "screens"
COLOURS = {
    SafetyCode.RED: "red",
    SafetyCode.YELLOW: "yellow",
    SafetyCode.GREEN: "green",
}
WEIGHTS = {"green": 0, "yellow": 1, "red": 5}


@pytest.fixture(scope="module")
def files(real_data, tmp_path_factory):
    return chicago.write_files(real_data, tmp_path_factory.mktemp("chicago"))


@pytest.fixture(scope="module")
def rows(real_data):
    return chicago.read_rows(real_data)


@pytest.fixture(scope="module")
def licences(rows):
    return chicago.by_licence(rows)


@pytest.fixture(scope="module")
def beats(real_data):
    """Polygons of each beat as the city draws them."""
    path = real_data / "chicago" / "beats.geojson"
    features = json.loads(path.read_text("utf-8"))["features"]
    drawn = sorted(
        (feature["properties"]["beat_num"], json.dumps(feature["geometry"]))
        for feature in features
    )
    return {
        number: shapely.union_all(shapely.from_geojson([text for _, text in parts]))
        for number, parts in groupby(drawn, key=lambda pair: pair[0])
    }


@pytest.fixture(scope="module")
def beat_of(licences, beats):
    """The beat of each licence that has a position; None in none."""
    placed = {
        licence: (float(lon), float(lat))
        for licence, its in licences.items()
        for lat, lon in [chicago.last_value(its, "latitude", "longitude")]
        if lat
    }
    numbers = list(beats)
    tree = shapely.STRtree(list(beats.values()))
    found = dict.fromkeys(placed)
    points, rows = tree.query(shapely.points([*placed.values()]), "intersects")
    for point, row in sorted(zip(points, rows, strict=True), reverse=True):
        found[[*placed][point]] = numbers[row]
    return found


@pytest.fixture(scope="module")
def rated(store):
    return read_risk_day(store, Cutoff(DAY, timezone=chicago.TIMEZONE))


@pytest.fixture(scope="module")
def store(files):
    since = read_instant(chicago.SINCE, "day", chicago.TIMEZONE, clock)
    store = open_store("memory:")
    publish_files(
        store,
        PublishJob(
            since,
            "planner",
            "chief",
            files.beats,
            "beat_num",
            circles=files.circles,
            join_parts=True,
        ),
    )
    for layer in ("rules", "enterprises", "inspections"):
        job = FactJob(layer, since, chicago.TIMEZONE, datum="wgs84")
        load_facts(store, getattr(files, layer), job)
    return store


def codes_on(day, rows, licences):
    """The code of every licence inspected until a day, by plain counting."""
    return {
        licence: chicago.code_of(row, chicago.HAZARDS[licences[licence][-1]["risk"]])
        for licence, row in chicago.last_until(rows, day).items()
    }


@pytest.mark.parametrize("base", ["km2", "places"])
def test_row_2_22_breaks_of_a_month_tell_the_beats_apart(store, base):
    cutoff = Cutoff(DAY, timezone=chicago.TIMEZONE)
    proposal = propose_method(store, cutoff, "quantiles", base)
    levels = proposal.levels["grids"]
    assert sum(levels) == 275
    assert is_telling(levels)


def test_every_row_of_the_city_is_in_the_store(rated, rows, licences):
    assert (len(rows), len(licences)) == (27_600, 12_367)
    assert (len(rated.grids), len(rated.circles)) == (275, 68 + 23 + 1)
    until = [row for row in rows if row["inspection_date"] <= DAY.isoformat()]
    told = rated.inspections
    assert len(told) == len(until)
    found = sum(
        int(row[f"{kind}count"]) for row in until for kind in chicago.SEVERITIES
    )
    assert told["found"].sum() == found
    assert (told["result"] == "failed").sum() == sum(
        row["results"] == "Fail" for row in until
    )


def test_violations_corrected_on_the_spot_count_as_fixed_and_never_are_open(
    rated, rows
):
    findings = rated.facts.visits.findings
    corrected = sum(
        len(chicago.corrected_at_once(row, chicago.findings(row)))
        for row in rows
        if row["inspection_date"] <= DAY.isoformat()
    )
    at_once = findings.found == findings.ended
    assert (findings.severity[at_once] > 1).sum() >= corrected > 0
    fixes = rated.facts.visits.fixes
    open_still = findings.is_open(np.datetime64(DAY)).sum()
    assert len(fixes.day) == len(findings.found) - open_still


def test_codes_of_all_places_are_those_of_a_plain_count(rated, rows, licences):
    places = rated.places
    codes = dict(zip(places["place_id"], places["code"].map(COLOURS), strict=True))
    assert codes == codes_on(DAY, rows, licences)
    assert count_codes(rated) == {"red": 1_028, "yellow": 1_903, "green": 8_606}


def test_places_without_position_or_beat_are_counted_by_name(
    rated, rows, licences, beat_of
):
    known = chicago.last_until(rows, DAY)
    assert rated.left_out == {
        "no_position": sum(licence not in beat_of for licence in known),
        "no_grid": sum(beat_of.get(licence, "") is None for licence in known),
    }
    assert rated.left_out == {"no_position": 34, "no_grid": 157}


def test_every_circle_has_the_places_of_its_beats(rated, rows, licences, beat_of):
    codes = codes_on(DAY, rows, licences)
    for name, digits in (("grids", 4), ("tier3", 3), ("tier2", 2)):
        plain = Counter(
            (beat_of[licence][:digits], code)
            for licence, code in codes.items()
            if beat_of.get(licence)
        )
        frame = rated.tiers[name].frame
        for row in frame.to_dict("records"):
            area = row["grid_id" if name == "grids" else "circle_id"]
            assert {code: row[code] for code in WEIGHTS} == {
                code: plain[area, code] for code in WEIGHTS
            }
    assert rated.tiers["tier1"].frame["places"].item() == len(codes) - 34 - 157


def test_districts_agree_with_the_labels_of_the_city_as_far_as_it_says(rated, rows):
    placed = [row for row in rows if row["latitude"]]
    lon, lat = (
        np.array([float(row[name]) for row in placed])
        for name in ("longitude", "latitude")
    )
    found = rated.facts.snapshot.assigner.assign_many(lon, lat).rows
    numbers = rated.grids["grid_id"].tolist()
    districts = [numbers[row][:2] if row >= 0 else "" for row in found.tolist()]
    labels = [row["police_district"].zfill(2) for row in placed]
    labelled = [pair for pair in zip(labels, districts, strict=True) if pair[0] != "00"]
    # the figures of SOURCE.md
    assert (len(placed), len(labelled)) == (27_490, 23_867)
    assert sum(label == district for label, district in labelled) == 22_806
    assert sum(not district for _, district in labelled) == 599
    assert sum(not district for district in districts) == 609


def test_levels_of_all_beats_are_those_of_plain_fractions(
    rated, rows, licences, beat_of
):
    r0, k = (Fraction(str(chicago.RISK[name])) for name in ("r0", "k"))
    raw = {number: [] for number in rated.grids["grid_id"]}
    for back in (3, 2, 1, 0):
        sums, counts = Counter(), Counter()
        day = DAY - dt.timedelta(days=back)
        for licence, code in codes_on(day, rows, licences).items():
            sums[beat_of.get(licence)] += WEIGHTS[code]
            counts[beat_of.get(licence)] += 1
        for number, levels in raw.items():
            extent = counts[number]
            score = r0 + (sums[number] - extent * r0) / (extent + k)
            levels.append(level(score if extent else None, chicago.RISK["breaks"]))
    told = dict(zip(rated.grids["grid_id"], rated.grids["level"], strict=True))
    assert told == {number: shown(levels) for number, levels in raw.items()}


def test_beats_without_a_place_have_no_data_instead_of_green(rated):
    silent = rated.grids[rated.grids["places"] == 0]
    assert len(silent) == 5
    assert (silent["level"] == 0).all()
    assert silent["score"].isna().all()
    assert sum(count_colours(rated.grids["level"].to_numpy()).values()) == 275


def test_fixed_intervals_make_nearly_every_place_overdue_and_no_code_worse(
    rated, rows, licences
):
    """A month, a week, a day: the city comes once in eleven months."""
    codes, overdue = codes_on(DAY, rows, licences), 0
    for licence, row in chicago.last_until(rows, DAY).items():
        last = dt.date.fromisoformat(row["inspection_date"])
        due = {
            "green": a_month_after(last),
            "yellow": last + dt.timedelta(days=7),
            "red": last + dt.timedelta(days=1),
        }
        overdue += due[codes[licence]] < DAY
    places = rated.places
    assert (places["overdue_days"] > 0).sum() == overdue == 10_820
    assert len(places) == 11_537
    assert not places["criteria"].str.contains("overdue").any()


def pagoda(*arguments):
    """What `pagoda` prints; of what fails nothing is printed."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setenv("PAGODA_TIMEZONE", chicago.TIMEZONE)
        patch.setattr(sys, "argv", ["pagoda", *map(str, arguments)])
        with suppress(SystemExit):
            main()
    return said.getvalue()


@pytest.fixture(scope="module")
def stored(files, tmp_path_factory):
    """Chicago in a GeoPackage, by the commands that a planner types."""
    url = tmp_path_factory.mktemp("store") / "chicago.gpkg"
    store, since = ("--store", url), ("--valid-from", chicago.SINCE)
    persons = ("--author", "planner", "--reviewer", "chief")
    tree = ("--id", "beat_num", "--circles", files.circles, "--join-parts")
    pagoda("init", url)
    pagoda("load", "grids", files.beats, *tree, *since, *persons, *store)
    pagoda("load", "rules", files.rules, *since, *store)
    pagoda("load", "enterprises", files.enterprises, "--datum", "wgs84", *store)
    pagoda("load", "inspections", files.inspections, *store)
    return (*store, "--on", DAY.isoformat())


def test_commands_on_a_geopackage_give_the_codes_of_the_store_in_memory(
    stored, rated, tmp_path
):
    said = pagoda("safety", "--out", tmp_path / "codes.csv", *stored)
    assert "Codes      1,028 red, 1,903 yellow, 8,606 green" in said
    assert re.search(r"^Left out +places without a position: 34; .*: 157", said, re.M)
    with (tmp_path / "codes.csv").open(encoding="utf-8-sig", newline="") as stream:
        codes = {row["place_id"]: row["code"] for row in csv.DictReader(stream)}
    places = rated.places
    assert codes == dict(
        zip(places["place_id"], places["code"].map(COLOURS), strict=True)
    )


def test_command_says_why_a_place_is_red_by_the_violations_of_its_last_inspection(
    stored,
):
    # a restaurant of risk 1 that failed on 2012-09-13 with 2 serious, 6 minor
    said = pagoda("safety", "why", "1000325", *stored)
    lines = said.splitlines()
    assert lines[0] == "1000325 BRIDGET MCNEILLS street_shop, grid 1925"
    assert lines[1] == "2014-06-30  red  by rule safety safety/chicago-food/1"
    assert "hazard 3 (fires from 3), serious_or_worse 2 (fires from 2)" in lines[3]
    assert "finding 1198435-serious-1 (serious) since 2012-09-13" in lines[4]
    assert "Last check 2012-09-13" in said
    assert "Next check due 2012-09-14, 654 days overdue" in said


def test_command_lists_the_checks_that_a_beat_owes(stored, rated):
    places = rated.places
    owed = places[(places["grid_id"] == "1834") & (places["due_on"] <= str(DAY))]
    said = pagoda("due", "--grid", "1834", *stored)
    assert f"{len(owed)} checks are due" in said
    listed = re.findall(r"^  (?:green|yellow|red) +(\S+)  ", said, re.M)
    assert sorted(listed) == sorted(owed["place_id"])


def test_command_writes_the_levels_of_the_store_in_memory(stored, rated, tmp_path):
    said = pagoda("risk", "--out", tmp_path / "areas.csv", *stored)
    with (tmp_path / "areas.csv").open(encoding="utf-8-sig", newline="") as stream:
        areas = {
            row["area_id"]: int(row["level"])
            for row in csv.DictReader(stream)
            if row["layer"] == "grids"
        }
    levels = dict(zip(rated.grids["grid_id"], rated.grids["level"], strict=True))
    assert areas == levels
    assert "Sectors  " in said
    assert "Districts  " in said
    [listed] = re.findall(r"^Grids  +(.*)$", said, re.M)
    counts = count_colours(rated.grids["level"].to_numpy())
    assert listed == ", ".join(f"{n} {name}" for name, n in counts.items() if n)


@pytest.mark.chromium
def test_map_of_chicago_is_painted_whole_without_a_network(stored, chromium, tmp_path):
    page = tmp_path / "chicago.html"
    pagoda("map", "--out", page, *stored)
    assert page.stat().st_size < 3_000_000
    SCREENS.mkdir(parents=True, exist_ok=True)
    with visit(chromium, page) as opened:
        opened.page.wait_for_timeout(500)
        opened.page.screenshot(path=SCREENS / "chicago.png")
        assert "芝加哥食品检查" in opened.page.inner_text(".pagoda-panel")
        opened.page.locator("[data-language=en]").click()
        opened.page.locator(".method summary").click()
        panel = opened.page.inner_text(".pagoda-panel")
        assert opened.trouble == []
    assert "Chicago, food inspections" in panel
    assert "City of Chicago, open data portal" in panel
    for name in (
        "Sectors",
        "Districts",
        "City",
        "Checks of",
        "2011-09-02 / 2014-06-30",
    ):
        assert name in panel
    assert "area-risk/chicago-food/1" in panel
    for count in ("275", "1027", "1897", "8579"):
        assert re.search(rf"\b{count}\b", panel)
    assert "Places without a position" in panel
    assert "Places in no grid" in panel
