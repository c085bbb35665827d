"""Inspections of a synthetic town as rows of their layer: checks and drills."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.models import Scene
from gis.safety import SCENES
from gis.synthetic.patrols import NOT_FIXED, Patrols, Round, drop_surplus, walk

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

SEVERITIES: Final = ("minor", "serious", "critical")
ABOUT: Final = (
    ("extinguisher_expired", "sign_missing", "record_missing", "corridor_cluttered"),
    ("exit_blocked", "wiring_unsafe", "gas_hose_aged", "alarm_off"),
    ("exit_locked", "people_sleep_in_shop", "gas_leak", "unlicensed_storage"),
)
HOURS_S: Final = (8 * 3600 + 1800, 17 * 3600 + 1800)

DRILL_DAYS: Final[Mapping[Scene, int]] = {
    Scene.KEY_SECURITY_PLACE: 180,
    Scene.HAZARDOUS_CHEMICALS: 180,
    Scene.LABOUR_INTENSIVE: 180,
    Scene.CONSTRUCTION_SITE: 180,
    Scene.CROWDED_PLACE: 180,
    Scene.GENERAL_ENTERPRISE: 365,
}
DRILL_YEAR_DAYS, DRILL_EARLY_DAYS = 365, 20
SKIPPED_SHARE, FAILED_SHARE = 0.03, 0.03

HIGH_SHARE, MEDIUM_SHARE = 0.004, 0.04

COLUMNS: Final = (
    "inspection_id",
    "place_id",
    "kind",
    "inspected_at",
    "findings",
    "fixed",
    "campaign",
    "result",
)


def age_of_quarters(polygons: NDArray[np.object_], rng: np.random.Generator) -> Floats:
    """Return how old the quarter of each grid is: about 2 in the middle, 0.4 outside.

    Parameters
    ----------
    polygons
        The grids, shape (n,).
    rng
        Source of all chance.
    """
    middles = shapely.get_coordinates(shapely.centroid(polygons))
    away = np.hypot(*(middles - middles.mean(axis=0)).T)
    age = 0.4 + 1.6 * np.exp(-((2.2 * away / away.max()) ** 2))
    aged: Floats = age * rng.uniform(0.75, 1.25, len(age))
    return aged


def make_hazards(enterprises: gpd.GeoDataFrame, rng: np.random.Generator) -> list[str]:
    """Return the inherent hazard of a few coded places; empty: that of the scene."""
    draw = rng.random(len(enterprises))
    draw[~enterprises["is_coded"].to_numpy(dtype=bool)] = 1.0
    limits = np.cumsum([HIGH_SHARE, MEDIUM_SHARE])
    words = np.array(["high", "medium", ""])
    hazards: list[str] = words[np.searchsorted(limits, draw, side="right")].tolist()
    return hazards


def make_inspections(
    enterprises: gpd.GeoDataFrame,
    age: Floats,
    patrols: Patrols,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return checks and drills of coded places in order of time.

    Checks follow the due dates as far as the patrols get; old quarters have more
    findings. Drills lie in the year before the last day.

    Parameters
    ----------
    enterprises
        place_id, scene, is_coded, hazard.
    age
        Age of the quarter of each enterprise, as `age_of_quarters` gives it.
    patrols
        Days and totals.
    rng
        Source of all chance.

    Returns
    -------
    inspections
        inspection_id, place_id, kind (check, drill), inspected_at (with offset),
        findings and fixed (JSON lists or empty), campaign, result (drills only).
    """
    coded = enterprises["is_coded"].to_numpy(dtype=bool)
    places = enterprises[coded]
    scene = np.array([SCENES.index(Scene(name)) for name in places["scene"]])
    is_high = (places["hazard"] == "high").to_numpy(dtype=bool)
    is_high = is_high | (places["scene"] == Scene.HAZARDOUS_CHEMICALS).to_numpy()
    round_ = walk(scene, is_high, age[coded], patrols, rng)
    drop_surplus(round_, patrols.fixes, rng)
    ids = places["place_id"].to_numpy()
    frames = [
        check_rows(round_, ids, patrols, rng),
        drill_rows(scene, ids, patrols, rng),
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame = frame.sort_values(["inspected_at", "place_id"], ignore_index=True)
    frame["inspection_id"] = [f"I{n:06d}" for n in range(1, len(frame) + 1)]
    return frame[list(COLUMNS)]


def check_rows(
    round_: Round, ids: NDArray[np.object_], patrols: Patrols, rng: np.random.Generator
) -> pd.DataFrame:
    """Return checks as rows of the layer."""
    names = np.array([*(c.campaign_id for c in patrols.campaigns), ""], dtype=object)
    second = rng.integers(*HOURS_S, len(round_.day))
    about = rng.integers(0, len(ABOUT[0]), len(round_.severity))
    findings: dict[int, list[dict[str, str]]] = defaultdict(list)
    fixed: dict[int, list[str]] = defaultdict(list)
    rows = zip(round_.detected, round_.fixed, round_.severity, about, strict=True)
    for number, (found_in, fixed_in, severity, kind) in enumerate(rows, start=1):
        name = f"F{number:05d}"
        findings[found_in].append(
            {
                "finding_id": name,
                "severity": SEVERITIES[severity],
                "about": ABOUT[severity][kind],
            }
        )
        if fixed_in != NOT_FIXED:
            fixed[fixed_in].append(name)
    checks = range(len(round_.place))
    return pd.DataFrame(
        {
            "place_id": ids[round_.place],
            "kind": "check",
            "inspected_at": local_times(patrols.first_day, round_.day, second),
            "findings": [json_text(findings.get(row)) for row in checks],
            "fixed": [json_text(fixed.get(row)) for row in checks],
            "campaign": names[round_.campaign],
            "result": "",
        }
    )


def drill_rows(
    scene: Rows, ids: NDArray[np.object_], patrols: Patrols, rng: np.random.Generator
) -> pd.DataFrame:
    """Return drills of the year before the last day; few are skipped, few fail."""
    every = np.array([DRILL_DAYS.get(s, 0) for s in SCENES])[scene]
    owing = np.flatnonzero(every)
    place = np.concatenate([owing, owing[every[owing] < DRILL_YEAR_DAYS]])
    turn = np.repeat([0, 1], [len(owing), len(place) - len(owing)])
    start = rng.integers(0, every[owing])[np.searchsorted(owing, place)]
    day = start + turn * every[place] - rng.integers(0, DRILL_EARLY_DAYS, len(place))
    is_drilled = (day >= 0) & (day < DRILL_YEAR_DAYS)
    is_drilled &= rng.random(len(place)) >= SKIPPED_SHARE
    place, day = place[is_drilled], day[is_drilled]
    last_day = patrols.first_day + dt.timedelta(days=patrols.days - 1)
    first_day = last_day - dt.timedelta(days=DRILL_YEAR_DAYS - 1)
    failed = rng.random(len(place)) < FAILED_SHARE
    return pd.DataFrame(
        {
            "place_id": ids[place],
            "kind": "drill",
            "inspected_at": local_times(
                first_day, day, rng.integers(*HOURS_S, len(place))
            ),
            "findings": "",
            "fixed": "",
            "campaign": "",
            "result": np.where(failed, "failed", "passed"),
        }
    )


def local_times(first_day: dt.date, day: Rows, second: Rows) -> list[str]:
    """Return local times with their offset, as ISO text."""
    at = np.datetime64(first_day, "s") + (day * 86_400 + second)
    return [f"{text}+08:00" for text in np.datetime_as_string(at, unit="s").tolist()]


def json_text(items: Sequence[object] | None) -> str:
    """Return a list as compact JSON, empty where there is none."""
    return json.dumps(items, separators=(",", ":")) if items else ""
