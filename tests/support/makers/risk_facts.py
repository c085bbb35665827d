"""A small seeded town of places and events, as records and as arrays."""

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path

import numpy as np

from gis.models import Scene
from gis.risk import EventFacts, PlaceFacts, RiskMethod
from support.oracles import reference_risk as plain

RULES = Path(__file__).parents[3] / "layers" / "packs" / "rules"
ON = dt.date(2026, 9, 30)
GROUPS = ("alarm", "fire", "noise", "传销")
SCENES = tuple(Scene)


def shipped_body():
    return json.loads((RULES / "risk.json").read_text(encoding="utf-8"))


FIRST_BODY = {
    "version": "area-risk/1",
    "owner": "grid office",
    "scale": "five_colour",
    "denominator": "km2",
    "r0": 80,
    "k": 0.1,
    "breaks": [60, 120, 200, 300],
    "place_weights": {"green": 0.02, "yellow": 1, "red": 5},
    "scene_weights": {
        "hazardous_chemicals": {"green": 0.5, "yellow": 3, "red": 10},
        "construction_site": {"green": 0.2, "yellow": 2, "red": 8},
    },
    "event_weights": {"1": 0.05, "2": 0.2, "3": 1, "4": 4},
    "half_life_days": 7,
    "window_days": 30,
    "steady_days": 3,
    "source": "-",
    "source_zh": "-",
    "note": "-",
    "note_zh": "-",
}
"""area-risk/1 as towns have it stored: no share, no kinds, no floors."""


def shipped_method(**changes):
    return RiskMethod.from_body(shipped_body() | changes)


def place_facts(places, days):
    """Arrays of records of places."""
    codes = [[place.codes[day] for place in places] for day in range(days)]
    return PlaceFacts(
        np.array([place.place_id for place in places], dtype=np.str_),
        np.array([place.area for place in places], dtype=np.int64),
        np.array([SCENES.index(place.scene) for place in places], dtype=np.int8),
        np.array(codes, dtype=np.int8).reshape(days, len(places)),
    )


def event_facts(events):
    """Arrays of records of events."""
    return EventFacts(
        np.array([event.area for event in events], dtype=np.int64),
        np.array([event.severity for event in events], dtype=np.int64),
        np.array([event.day for event in events], dtype="M8[D]"),
        np.array([GROUPS.index(event.group) for event in events], dtype=np.int64),
        GROUPS,
    )


def extents_of(facts):
    return np.array(
        [np.nan if extent is None else float(extent) for extent in facts.extents]
    )


def small_town(body, areas=12, days=6, seed=7):
    """Areas of unlike size and load, one of them without data, as records."""
    rng = np.random.default_rng(seed)
    hundredths = rng.integers(2, 30, areas)
    extents = [Fraction(int(size), 100) for size in hundredths]
    extents[3] = None
    return plain.Facts(
        tuple(extents),
        tuple(make_place(rng, n, areas, days) for n in range(90)),
        tuple(make_event(rng, areas) for _ in range(1200)),
        ON,
        days,
        body,
    )


def make_place(rng, number, areas, days):
    start = rng.choice([0, 1, 2, 3], p=[0.05, 0.6, 0.25, 0.1])
    codes = [start]
    for turn in rng.random(days - 1):
        codes.append(int(rng.integers(1, 4)) if turn < 0.15 else codes[-1])
    return plain.Place(
        f"E{rng.permutation(1000)[0]:03d}-{number:02d}",
        int(rng.integers(-1, areas)),
        str(rng.choice([str(scene) for scene in SCENES])),
        tuple(int(code) for code in codes),
    )


def make_event(rng, areas):
    return plain.Event(
        int(rng.integers(-1, areas * rng.random() + 1)),
        int(rng.choice([0, 1, 2, 3, 4], p=[0.02, 0.55, 0.28, 0.12, 0.03])),
        ON - dt.timedelta(days=int(rng.integers(-3, 45))),
        GROUPS[rng.integers(len(GROUPS))],
    )
