"""Golden tables of area risk; a reference without arrays recomputes every one."""

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gis.risk import (
    RiskMethod,
    break_sensitivity,
    contributions,
    rate_areas,
    sum_hazard,
)
from support.makers.risk_facts import (
    FIRST_BODY,
    event_facts,
    extents_of,
    place_facts,
    shipped_body,
    small_town,
)
from support.oracles import reference_risk as plain

GOLDEN = Path(__file__).parents[2] / "golden"
CIRCLES = np.array([0, 0, 0, 1, 2, 2, 2, 2, 2, 3, 3, 3])
SHRUNK = {"k": 0.25, "half_life_days": 5, "window_days": 21, "steady_days": 2}
PLAIN_RATE = {"k": 0, "r0": 0, "half_life_days": 10, "breaks": [20, 40, 90, 150]}
METHODS = {
    "shipped": shipped_body(),
    "first": FIRST_BODY,
    "shrunk": FIRST_BODY | SHRUNK,
    "plain_rate": FIRST_BODY | PLAIN_RATE,
    "capped": shipped_body()
    | SHRUNK
    | {
        "place_share": 0.85,
        "event_kinds": ["fire", "noise"],
        "breaks": [9, 18, 36, 72],
    },
}


@pytest.fixture(params=METHODS)
def case(request):
    """Name, facts and what the arrays make of them."""
    facts = small_town(METHODS[request.param])
    return request.param, facts, Computed(facts)


class Computed:
    def __init__(self, facts):
        self.method = RiskMethod.from_body(facts.body)
        places, events = (
            place_facts(facts.places, facts.days),
            event_facts(facts.events),
        )
        extents = extents_of(facts)
        self.hazard = sum_hazard(places, events, extents, self.method, facts.on)
        self.risk = rate_areas(self.hazard, self.method)
        circles = self.hazard.gather(CIRCLES, 4)
        self.circles = rate_areas(circles, self.method)
        self.circle_hazard = circles
        self.parts = contributions(places, events, len(extents), self.method, facts.on)

    def rows(self):
        """One row an area or circle: hazard, score, raw levels and level shown."""
        yield "area", "hazard_micro", "score", "raw", "level"
        for name, hazard, risk in (
            ("grid", self.hazard, self.risk),
            ("circle", self.circle_hazard, self.circles),
        ):
            micro = (hazard.places + hazard.events)[-1]
            for row, score in enumerate(risk.scores[-1].tolist()):
                raw = "".join(str(each) for each in risk.raw[:, row].tolist())
                yield f"{name} {row}", micro[row], score, raw, risk.levels[-1, row]

    def drivers(self):
        yield "area", "kind", "driver_id", "facts", "weight", "share"
        for area, drivers in enumerate(self.parts.top(4)):
            for driver in drivers:
                yield (area, *driver)


def as_csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read_golden(name):
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def members(area):
    """Grids of a row of the table, and whether it is a circle."""
    kind, row = area.split()
    if kind == "grid":
        return [int(row)]
    return np.flatnonzero(int(row) == CIRCLES).tolist()


def test_scores_and_levels_are_the_golden_bytes(case, golden):
    name, _, computed = case
    golden(f"risk/{name}_scores.csv", as_csv(computed.rows()))


def test_drivers_are_the_golden_bytes(case, golden):
    name, _, computed = case
    golden(f"risk/{name}_drivers.csv", as_csv(computed.drivers()))


def test_sensitivity_is_the_golden_bytes(case, golden):
    name, _, computed = case
    method = computed.method
    moves = break_sensitivity(computed.risk.scores, method.breaks, method.steady_days)
    lines = [json.dumps([move.level, move.changed, move.counts]) for move in moves]
    golden(f"risk/{name}_sensitivity.jsonl", "\n".join(lines) + "\n")


def test_reference_recomputes_the_golden_scores(case):
    name, facts, _ = case
    table = read_golden(f"risk/{name}_scores.csv")
    assert len(table) == 16
    for row in table:
        grids = members(row["area"])
        known = [grid for grid in grids if facts.extents[grid] is not None]
        counted = grids if row["area"].startswith("grid") else known
        hazard = sum(plain.hazard(facts, grid, 0) for grid in counted)
        assert int(row["hazard_micro"]) == hazard
        exact = plain.score(facts, grids, 0)
        if exact is None:
            assert row["score"] == "nan"
        else:
            assert float(row["score"]) == pytest.approx(float(exact), rel=1e-14)
        raw, shown = plain.levels(facts, grids)
        assert (row["raw"], int(row["level"])) == ("".join(map(str, raw)), shown)


def test_reference_recomputes_the_golden_drivers(case):
    name, facts, _ = case
    table = read_golden(f"risk/{name}_drivers.csv")
    for area in range(12):
        rows = [row for row in table if int(row["area"]) == area]
        expected = plain.drivers(facts, area, 4)
        found = [(row["kind"], row["driver_id"], int(row["facts"])) for row in rows]
        assert found == [driver[:3] for driver in expected]
        for row, (*_, weight, share) in zip(rows, expected, strict=True):
            assert Fraction(row["weight"]) * plain.MICRO == weight
            assert float(row["share"]) == float(share)


def test_reference_recomputes_the_golden_sensitivity(case):
    name, facts, _ = case
    text = (GOLDEN / f"risk/{name}_sensitivity.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line)[:2] for line in text.splitlines()]
    areas = [[area] for area in range(12)]
    expected = [
        [row + 1, plain.changed_levels(facts, areas, row, Fraction(tenths, 10))]
        for row in range(4)
        for tenths in (9, 11)
    ]
    assert found == expected


def test_every_level_occurs_in_the_golden_tables():
    tables = [read_golden(f"risk/{name}_scores.csv") for name in METHODS]
    levels = {row["level"] for table in tables for row in table}
    assert levels == set("012345")
