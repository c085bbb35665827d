"""Chicago's beats and food inspections as the layers that a town loads.

The portal's tables say something else than ours in four places, and this is how they
are read:

* **Scene.** The city has 90 types of facility. Schools, day care, hospitals, homes,
  banquet halls, stadiums and the like are crowded places; bars, taverns and liquor
  shops key security places; restaurants, bakeries, shops and markets street shops; all
  the rest, as caterers, wholesale and places without a type, general enterprises. No
  food place is rented housing, a chemical plant, a building site or labour-intensive.
* **Hazard.** Risk 1 (High), 2 (Medium) and 3 (Low) are that of the place.
* **Place.** A licence is a place, known since its first inspection. Where its rows
  differ (23 in risk, 39 in type, 43 in position) the last that has a value holds.
* **Findings.** The table has counts alone, so every violation is a finding of its own,
  seen as fixed at the next inspection. "Pass w/ Conditions" means that critical and
  serious violations were corrected while the inspector was there: the inspection
  itself names them as fixed.
"""

import csv
import datetime as dt
import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

TIMEZONE = "America/Chicago"
SINCE = "2011-01-01"
"""Since when boundaries and rules are taken as true; before the first inspection."""

SEVERITIES = ("critical", "serious", "minor")
HAZARDS = {"Risk 1 (High)": "high", "Risk 2 (Medium)": "medium", "Risk 3 (Low)": "low"}
SCENES = (
    (
        "crowded_place",
        r"school|shcool|day ?care|child|hospital|long.term|nursing|living|shelter|"
        r"banquet|stadium|roof|church|theat|cafeteria|hotel|college|senior|assembly",
    ),
    ("key_security_place", r"\b(bar|tavern|liquor|night ?club|pub)\b"),
    (
        "street_shop",
        r"restaurant|grocery|bakery|diner|store|shop|convenience|gas station|deli|"
        r"coffee|cream|market|caf[eé]|candy|butcher|pharmacy",
    ),
)
OWNER = "test of the real run"

SAFETY = {
    "rule_id": "safety",
    "version": "safety/chicago-food/1",
    "owner": OWNER,
    "scenes": {
        scene: {"hazard": "low", "drill_days": None}
        for scene in (
            "street_shop",
            "key_security_place",
            "rental_housing",
            "hazardous_chemicals",
            "labour_intensive",
            "construction_site",
            "crowded_place",
            "general_enterprise",
        )
    },
    # a city that inspects once or twice a year is overdue by every monthly interval
    "criteria": [
        {
            "criterion_id": "critical-violation",
            "code": "red",
            "least": {"critical": 1},
            "zh": "有危急违规未整改",
            "en": "A critical violation is open.",
        },
        {
            "criterion_id": "serious-violation-high-risk",
            "code": "red",
            "least": {"hazard": 3, "serious_or_worse": 2},
            "zh": "高风险场所有两项及以上严重违规未整改",
            "en": "Two serious violations are open at a place of high risk.",
        },
        {
            "criterion_id": "serious-violation",
            "code": "yellow",
            "least": {"serious_or_worse": 1},
            "zh": "有严重违规未整改",
            "en": "A serious violation is open.",
        },
        {
            "criterion_id": "many-violations",
            "code": "yellow",
            "least": {"minor_or_worse": 7},
            "zh": "有七项及以上违规未整改",
            "en": "Seven or more violations are open.",
        },
    ],
}
RISK = {
    "version": "area-risk/chicago-food/1",
    "owner": OWNER,
    "scale": "five_colour",
    "denominator": "places",
    "r0": 0.6,
    "k": 10,
    "breaks": [0.35, 0.5, 0.7, 0.9],
    "place_weights": {"green": 0, "yellow": 1, "red": 5},
    "event_weights": {"1": 0, "2": 0, "3": 0, "4": 0},
    "half_life_days": 7,
    "window_days": 30,
    "source": "Round figures: about 9 places in 100 red and 15 yellow is usual there.",
    "source_zh": "取整：该市每百处通常约九处红码、十五处黄码。",
    "note": "Licensed food places alone, as last inspected; no event counts. "
    "A test of the service, no judgement of any place.",
    "note_zh": "仅计持证食品场所最近一次检查结果，不计事件。"
    "仅用于系统测试，不构成对任何场所的评价。",
}
IMPRINT = {
    "name": "Chicago, food inspections",
    "name_zh": "芝加哥食品检查",
    "attribution": "City of Chicago, open data portal",
    "tiers": {
        "1": {"zh": "市", "en": "City"},
        "2": {"zh": "警区", "en": "Districts"},
        "3": {"zh": "分区", "en": "Sectors"},
    },
}


@dataclass(frozen=True)
class Files:
    """Files that the commands load."""

    beats: Path
    circles: Path
    enterprises: Path
    inspections: Path
    rules: Path


def read_rows(real_data):
    """The rows of the table of inspections as text, the earliest first."""
    path = real_data / "chicago" / "food_inspections.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return sorted(
        rows, key=lambda row: (row["inspection_date"], int(row["inspection_id"]))
    )


def by_licence(rows):
    """Rows of each licence, the earliest first."""
    found = defaultdict(list)
    for row in rows:
        found[row["license"]].append(row)
    return dict(found)


def last_value(rows, *names):
    """The last values of columns that are all there; empty texts where none are."""
    told = [[row[name] for name in names] for row in rows if all(map(row.get, names))]
    return told[-1] if told else [""] * len(names)


def scene_of(facility_type):
    text = facility_type.lower()
    matching = (scene for scene, pattern in SCENES if re.search(pattern, text))
    return next(matching, "general_enterprise")


def write_files(real_data, folder):
    """Write what the commands load into a folder."""
    rows = read_rows(real_data)
    files = Files(
        *(
            folder / name
            for name in (
                "beats.geojson",
                "circles.csv",
                "enterprises.csv",
                "inspections.csv",
                "rules.csv",
            )
        )
    )
    beats = json.loads((real_data / "chicago" / "beats.geojson").read_text("utf-8"))
    for feature in beats["features"]:
        number = feature["properties"]["beat_num"]
        feature["properties"] = {"beat_num": number, "parent_id": number[:3]}
    files.beats.write_text(json.dumps(beats), encoding="utf-8")
    numbers = {feature["properties"]["beat_num"] for feature in beats["features"]}
    write_table(files.circles, circles(numbers))
    write_table(
        files.enterprises,
        [enterprise(place, its) for place, its in by_licence(rows).items()],
    )
    write_table(files.inspections, inspections(rows))
    bodies = {"safety": SAFETY, "risk": RISK, "imprint": IMPRINT}
    write_table(
        files.rules,
        [
            {"rule_id": rule_id, "owner": OWNER, "body": json.dumps(body)}
            for rule_id, body in bodies.items()
        ],
    )
    return files


def write_table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def circles(beats):
    """City, districts and sectors, from the numbers of beats alone."""
    chains = [("chicago", "", 1, "Chicago")]
    chains += [
        (district, "chicago", 2, f"District {district}")
        for district in sorted({beat[:2] for beat in beats})
    ]
    chains += [
        (sector, sector[:2], 3, f"Sector {sector}")
        for sector in sorted({beat[:3] for beat in beats})
    ]
    names = ("circle_id", "parent_id", "tier", "name")
    return [dict(zip(names, chain, strict=True)) for chain in chains]


def enterprise(licence, rows):
    lat, lon = last_value(rows, "latitude", "longitude")
    return {
        "place_id": licence,
        "scene": scene_of(last_value(rows, "facility_type")[0]),
        "is_coded": "true",
        "hazard": HAZARDS[rows[-1]["risk"]],
        "name": rows[-1]["dba_name"],
        "source": "food_inspections",
        "valid_from": rows[0]["inspection_date"],
        "lon": lon,
        "lat": lat,
    }


def inspections(rows):
    """Every inspection; what is corrected while it goes on is fixed by itself."""
    still_open, seen, told = defaultdict(list), defaultdict(int), []
    for row in rows:
        licence = row["license"]
        # two on one day are told apart by the hour
        seen[licence, row["inspection_date"]] += 1
        hour = 8 + seen[licence, row["inspection_date"]]
        found = findings(row)
        corrected = corrected_at_once(row, found)
        told.append(
            {
                "inspection_id": row["inspection_id"],
                "place_id": licence,
                "kind": "check",
                "valid_from": f"{row['inspection_date']}T{hour:02d}:00:00",
                "findings": json.dumps(found),
                "fixed": json.dumps(still_open[licence] + corrected),
                "result": "failed" if row["results"] == "Fail" else "passed",
            }
        )
        ids = [one["finding_id"] for one in found]
        still_open[licence] = [one for one in ids if one not in corrected]
    return told


def findings(row):
    """Every violation that an inspection counts, as a finding of its own."""
    return [
        {
            "finding_id": f"{row['inspection_id']}-{severity}-{number}",
            "severity": severity,
            "about": f"{row['results']}, {row['inspection_type'].lower()}",
        }
        for severity in SEVERITIES
        for number in range(1, int(row[f"{severity}count"]) + 1)
    ]


def corrected_at_once(row, found):
    """Ids of the findings that were corrected while the inspector was there."""
    if row["results"] != "Pass w/ Conditions":
        return []
    return [one["finding_id"] for one in found if one["severity"] != "minor"]


def code_of(row, hazard):
    """The code that the last inspection of a place gives it, by plain counting."""
    counts = {severity: int(row[f"{severity}count"]) for severity in SEVERITIES}
    if row["results"] == "Pass w/ Conditions":
        counts |= {"critical": 0, "serious": 0}
    serious = counts["critical"] + counts["serious"]
    if counts["critical"] or (serious >= 2 and hazard == "high"):
        return "red"
    return "yellow" if serious or serious + counts["minor"] >= 7 else "green"


def last_until(rows, day: dt.date):
    """The last inspection of each licence up to a day."""
    text = day.isoformat()
    return {row["license"]: row for row in rows if row["inspection_date"] <= text}
