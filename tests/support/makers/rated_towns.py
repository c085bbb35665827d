"""A hand-made town of three strips in a store in memory, with facts by column."""

import datetime as dt
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.local_time import DEFAULT_TIMEZONE, local_instant, timezone_of
from layers import Cutoff, open_store, read_risk_day
from layers.stores.protocol import Draft
from layers.stores.version_digest import draft_digest
from support.makers.store_history import Clock, layers_of, new_event, publication

ZONE = timezone_of(DEFAULT_TIMEZONE)

DAY = dt.date(2026, 9, 30)

FOUNDED = dt.date(2026, 9, 1)

GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}


def moment(day, hour=9):
    """The instant of an hour of a local day; days by number are of September."""
    if isinstance(day, int):
        day = dt.date(2026, 9, day)
    return local_instant(dt.datetime.combine(day, dt.time(hour)), ZONE)


def text(instant):
    return (
        dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=instant)
    ).isoformat() + ("+00:00")


def place(place_id, column, **changes):
    """A shop in the middle of a column of the ground; None has no position."""
    row = {
        "place_id": place_id,
        "scene": "street_shop",
        "is_coded": True,
        "source": "register",
        "valid_from": text(moment(FOUNDED, 0)),
        "column": column,
    }
    return row | changes


def check(number, place_id, day, hour=9, *, found=(), fixed=()):
    """A check; `found` pairs the id of a finding with its severity."""
    listed = [{"finding_id": name, "severity": severity} for name, severity in found]
    return {
        "inspection_id": f"I{number}",
        "place_id": place_id,
        "kind": "check",
        "findings": json.dumps(listed) if listed else None,
        "fixed": json.dumps(fixed) if fixed else None,
        "valid_from": text(moment(day, hour)),
    }


def event(number, column, day, *, kind="noise", severity=2, details=""):
    """An event in a column of the ground; None has no position."""
    at = moment(day)
    told = new_event(
        f"E{number}",
        kind=kind,
        severity=severity,
        occurred_at=at,
        captured_at=at,
        received_at=at,
    )
    lon, lat = (None, None) if column is None else (120.005 + column / 100, 30.005)
    answer = json.dumps({"assignment": assignment(column)}).encode()
    return replace(told, lon=lon, lat=lat, details=details, at_occurrence=answer)


def assignment(column):
    """What was answered of a column of the ground, as far as figures read it."""
    sides = {"G1": "W", "G2": "W", "G3": "E"}
    for grid_id, (start, stop) in GROUND.items():
        if column is not None and start <= column < stop:
            chain = [sides[grid_id], "C"]
            return {"status": "inside", "grid_id": grid_id, "chain": chain}
    return {"status": "missing", "grid_id": None, "chain": []}


class Town:
    """A store whose clock is set by hand, with a ground since the first day."""

    def __init__(self, ground=GROUND, **columns):
        self.clock = Clock(moment(FOUNDED, 0))
        self.store = open_store("memory:", now=self.clock)
        self.publish(ground, FOUNDED, base=None, **columns)

    def publish(self, ground, since, base, **columns):
        grids, circles = layers_of(ground)
        grids = grids.assign(**columns)
        digest = draft_digest(grids, circles)
        draft = Draft(moment(since, 0), digest, grids, circles)
        self.store.publish(publication(draft, base=base))

    def places(self, *rows):
        frame = pd.DataFrame(rows)
        points = [
            None if np.isnan(column) else shapely.Point(120.005 + column / 100, 30.005)
            for column in frame.pop("column").astype(float)
        ]
        layer = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4490")
        self.store.record("enterprises", layer)
        return self

    def checks(self, *rows):
        # nobody records what is still to be done
        last = max(pd.Timestamp(row["valid_from"]) for row in rows)
        self.clock.now = max(self.clock.now, int(last.timestamp() * 1000))
        self.store.record("inspections", pd.DataFrame(rows))
        return self

    def events(self, *events):
        self.store.append_events(events)
        return self

    def rule(self, rule_id, body):
        row = {"rule_id": rule_id, "owner": "office", "body": json.dumps(body)}
        since = {"valid_from": text(moment(FOUNDED, 0))}
        self.store.record("rules", pd.DataFrame([row | since]))
        return self

    def rated(self, day=DAY, known_at=None, history_days=2):
        return read_risk_day(self.store, Cutoff(day, known_at), history_days)


def codes(rated):
    return dict(zip(rated.places["place_id"], rated.places["code"], strict=True))


def column_of(areas, name):
    return dict(zip(areas.iloc[:, 0], areas[name], strict=True))


def red_and_green(**columns):
    """Two red places in G1, two green ones in G2, each with people."""
    town = Town(**columns).places(
        *(place(f"P{n}", column) for n, column in enumerate((1, 2, 5, 6)))
    )
    return town.checks(
        check(0, "P0", 30, found=[("F1", "critical")]),
        check(1, "P1", 30, found=[("F1", "critical")]),
        check(2, "P2", 30),
        check(3, "P3", 30),
    )
