"""Names of every Unicode category pass through every layer, page, file and door."""

import csv
import io
import json
import os
import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from support.harness.answers import assert_one_sentence
from support.makers import broken_files as broken

pytestmark = pytest.mark.usefixtures("installed_font")

SEED = 20260101
SIGNS = 35
"""Characters of each category in a run: about a thousand in all."""
RUNS = max(1, int(os.environ.get("PAGODA_SOAK") or 0) // 1000)
ON = ("--on", "2026-09-30")
SINCE = ("--valid-from", "2026-09-01")
PERSONS = ("--author", "planner", "--reviewer", "chief")
HOSTILE = (
    "甲\U0001f525火锅",
    "a\u200bb\u200d\ufeff",
    "一\r\n二\n三",
    "\u202e\u2066rtl\u2069",
    "e\u0301\u0301\u0301\u0301",
    "$x^2$ \\frac{1}{2} {{ 7 * 7 }} ${x}",
    "<b>&amp;\"'`</b>",
    "=1+1",
    "长" * 1000,
    "1,000 days overdue 逾期 1000 天",
)
"""Names that people have copied from chats and web pages, and one of a thousand."""


def names(chance: random.Random) -> list[str]:
    """A name of each category whose signs a database keeps, and hostile ones."""
    signs: dict[str, list[str]] = {}
    for code in range(1, 0x110000):
        sign = chr(code)
        signs.setdefault(unicodedata.category(sign), []).append(sign)
    signs.pop("Cs")
    return [
        f"名{''.join(chance.choices(signs[category], k=SIGNS))}x"
        for category in sorted(signs)
    ] + list(HOSTILE)


def id_of(letter: str, number: int, text: str) -> str:
    """An id with the signs of a name, but for those that nobody sees."""
    unseen = {"Cc", "Cf", "Zl", "Zp"}
    signs = [sign for sign in text[:9] if unicodedata.category(sign) not in unseen]
    return f"{letter}{number}{''.join(signs)}"


def table(path: Path, head: str, rows: list[tuple[object, ...]]) -> Path:
    """A CSV file with every value quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(head.split(","))
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def write_town(folder: Path, texts: list[str]) -> None:
    """A town of a grid, a place, a station and more for each name, as files."""
    numbered = list(enumerate(texts))
    broken.geojson(
        folder / "grids.geojson",
        [
            broken.feature(
                {
                    "code": f"G{n}",
                    "name": t,
                    "parent_id": "C1",
                    "community_id": f"K{n}",
                },
                [broken.square(120 + n / 100, 30.0, 0.01)],
            )
            for n, t in numbered
        ],
    )
    circle = ("C1", "", 1, texts[0])
    table(folder / "circles.csv", "circle_id,parent_id,tier,name", [circle])
    table(
        folder / "communities.csv",
        "community_id,name",
        [(f"K{n}", t) for n, t in numbered],
    )
    table(
        folder / "posts.csv",
        "post_id,area_id,role,holder_id,title,department",
        [(f"L{n}", f"G{n}", "grid_leader", f"S{n}", t, t) for n, t in numbered],
    )
    spots = [(120.005 + n / 100, 30.005) for n, _ in numbered]
    table(
        folder / "places.csv",
        "place_id,scene,is_coded,name,address,lon,lat",
        [
            (id_of("P", n, t), "street_shop", "true", t, t, *spots[n])
            for n, t in numbered
        ],
    )
    table(
        folder / "stations.csv",
        "station_id,kind,name,lon,lat",
        [(id_of("T", n, t), t, t, *spots[n]) for n, t in numbered],
    )
    day = "2026-09-20T09:00:00+08:00"
    finding = json.dumps(
        [{"finding_id": "F", "severity": "critical", "about": texts[5]}]
    )
    table(
        folder / "checks.csv",
        "inspection_id,place_id,kind,findings,inspected_at,campaign",
        [(f"I{n}", id_of("P", n, t), "check", finding, day, t) for n, t in numbered],
    )
    table(
        folder / "events.csv",
        "source_id,source,kind,severity,occurred_at,received_at,lon,lat,note",
        [(id_of("E", n, t), t, t, 2, day, day, *spots[n], t) for n, t in numbered],
    )


def load_town(pagoda: Callable) -> None:
    """Load the files of a town into a store."""
    steps = [
        ("init",),
        (
            *("publish", "--grids", "grids.geojson", "--id", "code"),
            *("--circles", "circles.csv", "--communities", "communities.csv"),
            *(*SINCE, *PERSONS),
        ),
        ("load", "posts", "posts.csv", *SINCE),
        ("load", "enterprises", "places.csv", "--source", "register", *SINCE),
        ("load", "stations", "stations.csv", *SINCE),
        ("load", "inspections", "checks.csv"),
        ("load", "events", "events.csv", "--source", "hotline"),
    ]
    for step in steps:
        answer = pagoda(*step)
        assert answer.code == 0, answer.err


def pictures(path: Path) -> list[str]:
    """The drawings of a page, each of which must be whole XML."""
    return re.findall(r"<svg.*?</svg>", path.read_text("utf-8"), flags=re.S)


def speak(client: TestClient, place_id: str, text: str) -> list[Any]:
    """What the doors answer to a name."""
    known, unknown = quote(place_id, safe=""), quote(text[:200], safe="")
    paths = [
        f"/enterprises/{known}?on=2026-09-30",
        f"/enterprises/{known}/code.svg?on=2026-09-30",
        f"/enterprises/{unknown}",
        f"/inspections/due?on=2026-09-30&grid={unknown}",
        f"/risk/{unknown}",
        f"/grids/{unknown}",
    ]
    check = {"inspection_id": text, "place_id": place_id, "kind": "check"}
    return [client.get(path) for path in paths] + [
        client.post("/assign", json={"lon": 120.005, "lat": 30.005, "datum": text}),
        client.post("/assign", json={"lon": 120.005, "lat": 30.005, "at": text}),
        client.post("/inspections", json=check | {"inspected_at": text}),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("run", range(RUNS))
def test_names_of_every_category_pass_through_every_door(
    pagoda: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = names(random.Random(SEED + run))  # noqa: S311  a seed, no secret
    write_town(tmp_path, texts)
    load_town(pagoda)
    for kind in ("daily", "monthly"):
        answer = pagoda("report", kind, *ON, "--out", kind)
        assert answer.code == 0, answer.err
        assert (tmp_path / kind / "report.pdf").read_bytes().startswith(b"%PDF")
        for picture in pictures(tmp_path / kind / "report.html"):
            ElementTree.fromstring(picture)  # noqa: S314  made by us
        ledgers = list((tmp_path / kind / "ledgers").iterdir())
        assert len(ledgers) == 2 * (len(texts) + 1)
    for command in (("map", "--out", "map.html"), ("safety",), ("due",), ("risk",)):
        answer = pagoda(*command, *ON)
        assert answer.code == 0, answer.err
    app = create_app(Settings(store="pagoda.gpkg"))
    with TestClient(
        app, base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        whole = 0
        for n, text in enumerate(texts):
            place_id = unicodedata.normalize("NFC", id_of("P", n, text)).strip()
            for answer in speak(client, place_id, text):
                assert answer.status_code < 500, (text, answer.text)
                if "svg" in answer.headers["content-type"]:
                    ElementTree.fromstring(answer.text)  # noqa: S314  made by us
                    whole += 1
        assert whole >= len(texts) - 3  # a slash in an id is another path
        lone = client.post(
            "/assign",
            content=b'{"lon": 1, "lat": 2, "at": "\\ud800"}',
            headers={"content-type": "application/json"},
        )
        assert lone.status_code < 500


@pytest.mark.parametrize("sign", ["\0", "\ud800"], ids=["nul", "half a pair"])
def test_name_that_no_database_keeps_is_one_sentence(
    pagoda: Callable, files: Path, sign: str
) -> None:
    name = json.dumps(f"甲{sign}")
    path = broken.grids_geojson(files / "bad.geojson")
    path.write_text(
        path.read_text().replace('"code": "G1"', f'"code": "G1", "name": {name}')
    )
    answer = pagoda("check", "--grids", path, "--id", "code")
    assert answer.code == 2
    assert_one_sentence(answer.err)
