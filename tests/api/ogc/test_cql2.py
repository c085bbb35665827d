"""CQL2 (21-065r2), a test a requirement, named by its identifier."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import numpy as np
import orjson
import pytest
import shapely
import shapely.geometry
from fastapi.testclient import TestClient

from gis.synthetic import Town
from layers.collections import read_filter_text
from layers.collections.filter_times import TEMPORAL
from support.harness.answers import assert_problem, get
from support.makers.filters import document_of
from support.oracles.plain_filter import lie

Json = dict[str, Any]
Rows = dict[str, Json]

PLACES = "/ogc/collections/places/items"
GRIDS = "/ogc/collections/grids/items"
EVENTS = "/ogc/collections/events/items"
A_DAY = {"datetime": "2026-09-09T16:00:00Z/2026-09-10T16:00:00Z"}
NOON = ("2026-09-10T04:00:00Z", "2026-09-10T08:00:00Z")
VALUES = {"string": "'foo'", "number": "3.14", "integer": "1", "boolean": "true"}
"""What the test suite of the standard compares with, by type."""


def ask(client: TestClient, path: str, text: str, **rest: str) -> set[str]:
    """The ids of the items that meet a filter."""
    query = urlencode({"filter": text, "limit": "10000", **rest})
    page = get(client, f"{path}?{query}")
    ids = {item["id"] for item in page["features"]}
    if page["numberMatched"] > 10_000:
        following = next(x["href"] for x in page["links"] if x["rel"] == "next")
        page = client.get(following).json()
        ids |= {item["id"] for item in page["features"]}
    assert len(ids) == page["numberMatched"]
    return ids


@pytest.fixture(scope="module")
def grids(client: TestClient) -> Rows:
    """The properties of all grids by their ids."""
    features = get(client, f"{GRIDS}?limit=1000")["features"]
    return {item["id"]: item["properties"] for item in features}


@pytest.fixture(scope="module")
def queryables(client: TestClient) -> dict[str, Json]:
    return dict(get(client, "/ogc/collections/grids/queryables")["properties"])


def typed(queryables: dict[str, Json], *types: str) -> Iterator[tuple[str, str]]:
    """Names and types of those of some types."""
    for name, item in queryables.items():
        if item.get("type") in types:
            yield name, item["type"]


def refuse(client: TestClient, text: str) -> None:
    answer = client.get(f"{GRIDS}?{urlencode({'filter': text})}")
    assert_problem(answer, 400, "invalid-parameter")


def meeting(rows: Rows, name: str, judge: Any) -> set[str]:
    """The ids of rows whose value is there and meets something."""
    return {
        item_id
        for item_id, row in rows.items()
        if row[name] is not None and judge(row[name])
    }


def test_basic_cql2_cql2_filter(client: TestClient, grids: Rows) -> None:
    assert ask(client, GRIDS, "true") == {*grids}
    assert ask(client, GRIDS, "false") == set()
    parts = [
        "residents > 2000",
        "name = '第2网格'",
        "parent_id < 'C4-20'",
        "households IS NULL",
    ]
    sets = [ask(client, GRIDS, part) for part in parts]
    for order in itertools.islice(itertools.permutations(range(4)), 0, 24, 5):
        p1, p2, p3, p4 = (parts[n] for n in order)
        s1, s2, s3, s4 = (sets[n] for n in order)
        text = f"((NOT {p1} AND {p2}) OR ({p3} and NOT {p4}) or not ({p1} AND {p4}))"
        wanted = ((({*grids} - s1) & s2) | (s3 - s4)) | ({*grids} - (s1 & s4))
        assert ask(client, GRIDS, text) == wanted


def test_basic_cql2_property(client: TestClient, grids: Rows) -> None:
    for value in {row["parent_id"] for row in grids.values()}:
        wanted = meeting(grids, "parent_id", lambda item, value=value: item == value)
        assert ask(client, GRIDS, f"parent_id = '{value}'") == wanted
        assert ask(client, GRIDS, f"\"parent_id\" = '{value}'") == wanted
    refuse(client, "rabbits = 'x'")


def test_basic_cql2_binary_comparison_predicate(
    client: TestClient, queryables: dict[str, Json]
) -> None:
    names = [*typed(queryables, *VALUES)]
    assert {kind for _, kind in names} >= {"string", "integer"}
    for name, kind in names:
        there = ask(client, GRIDS, f'"{name}" IS NOT NULL')
        for first, second in (("=", "<>"), (">", "<="), ("<", ">=")):
            sets = [
                ask(client, GRIDS, f'"{name}" {op} {VALUES[kind]}')
                for op in (first, second)
            ]
            assert sets[0] | sets[1] == there
            assert not sets[0] & sets[1]
    refuse(client, "residents = 'many'")
    refuse(client, "name > 1")


def test_basic_cql2_null_predicate(
    client: TestClient, grids: Rows, queryables: dict[str, Json]
) -> None:
    for name in queryables:
        missing = ask(client, GRIDS, f'"{name}" IS NULL')
        there = ask(client, GRIDS, f'"{name}" is not null')
        assert missing | there == {*grids}
        assert not missing & there
        assert ask(client, GRIDS, f'NOT ("{name}" IS NULL)') == there
    # of no value nothing is known, nor the opposite
    for text in ("hazard = 'x'", "NOT hazard = 'x'"):
        assert not ask(client, PLACES, f"hazard IS NULL AND ({text})")
    assert ask(client, PLACES, "hazard IS NULL")


def test_advanced_comparison_operators_like_predicate(
    client: TestClient, grids: Rows, queryables: dict[str, Json]
) -> None:
    for name, _ in typed(queryables, "string"):
        there = ask(client, GRIDS, f'"{name}" IS NOT NULL')
        sets = [
            ask(client, GRIDS, f"\"{name}\" LIKE '{pattern}'")
            for pattern in ("%", "%%", "_%", "")
        ]
        assert sets[0] == sets[1] == there
        assert not sets[2] & sets[3]
        assert ask(client, GRIDS, rf"""{name} like '\%\_'""") == set()
    some_grids = meeting(grids, "grid_id", lambda item: item[-5] == "1")
    assert ask(client, GRIDS, "grid_id LIKE '%1____'") == some_grids
    assert ask(client, GRIDS, "grid_id NOT LIKE '%1____'") == {*grids} - some_grids
    assert 0 < len(some_grids) < len(grids)
    refuse(client, "residents LIKE '1%'")


def test_advanced_comparison_operators_between_predicate(
    client: TestClient, grids: Rows, queryables: dict[str, Json]
) -> None:
    for name, _ in typed(queryables, "integer", "number"):
        assert ask(client, GRIDS, f"{name} between 100.0 and 1.0") == set()
        values = [row[name] for row in grids.values() if row[name] is not None]
        if not values:
            continue
        low, high = min(values), sorted(values)[len(values) // 2]
        wanted = meeting(grids, name, lambda v, a=low, b=high: a <= v <= b)
        text = f"{name} BETWEEN {low} AND {high}"
        assert ask(client, GRIDS, text) == wanted
        others = meeting(grids, name, lambda v, a=low, b=high: not a <= v <= b)
        assert ask(client, GRIDS, f"{name} NOT BETWEEN {low} AND {high}") == others
    refuse(client, "name BETWEEN 1 AND 2")


def test_advanced_comparison_operators_in_predicate(
    client: TestClient, grids: Rows, queryables: dict[str, Json]
) -> None:
    for name, kind in typed(queryables, "string", "integer", "number"):
        chosen = sorted({r[name] for r in grids.values() if r[name] is not None})[:3]
        quote = "'" if kind == "string" else ""
        values = ", ".join(f"{quote}{value}{quote}" for value in chosen) or "1"
        wanted = meeting(grids, name, lambda v, chosen=chosen: v in chosen)
        others = meeting(grids, name, lambda v, chosen=chosen: v not in chosen)
        assert ask(client, GRIDS, f"{name} IN ({values})") == wanted
        assert ask(client, GRIDS, f"{name} not in ({values})") == others
    refuse(client, "residents IN (1, 'x')")


def test_case_insensitive_comparison_casei_function(
    client: TestClient, grids: Rows
) -> None:
    for text in ("c4-1", "C4-1"):
        like = ask(client, GRIDS, f"CASEI(parent_id) LIKE casei('{text}%')")
        assert like == meeting(grids, "parent_id", lambda v: v.startswith("C4-1"))
        assert like
    value = next(iter(grids.values()))["parent_id"].lower()
    same = ask(client, GRIDS, f"casei(parent_id) = CASEI('{value}')")
    assert same == meeting(grids, "parent_id", lambda v: v.lower() == value)
    assert same
    assert ask(client, GRIDS, f"parent_id = '{value}'") == set()
    # full folding: one sign may become two
    assert ask(client, GRIDS, "CASEI('STRASSE') = CASEI('straße')") == {*grids}
    assert ask(client, PLACES, "CASEI(hazard) = CASEI('x') AND hazard IS NULL") == set()
    refuse(client, "CASEI(residents) = 'x'")


def test_basic_spatial_functions_spatial_functions(
    client: TestClient, town: Town
) -> None:
    x, y = town.grids.iloc[40].geometry.representative_point().coords[0]
    geometries = {
        f"POINT({x} {y})": shapely.Point(x, y),
        f"BBOX({x},{y},{x + 0.01},{y + 0.01})": shapely.box(x, y, x + 0.01, y + 0.01),
    }
    features = get(client, f"{GRIDS}?limit=1000")["features"]
    shapes = {item["id"]: shapely.geometry.shape(item["geometry"]) for item in features}
    for text, geometry in geometries.items():
        wanted = {key for key, shape in shapes.items() if shape.intersects(geometry)}
        assert ask(client, GRIDS, f"S_INTERSECTS(geometry, {text})") == wanted
        assert ask(client, GRIDS, f"s_intersects({text}, geometry)") == wanted
        assert 0 < len(wanted) < 125
    for text in ("BBOX(-180,-90,180,90)", "POINT(7.02 49.92)"):
        ask(client, GRIDS, f"S_INTERSECTS(geometry, {text})")
    refuse(client, "S_INTERSECTS(geometry, POINT(90 180))")


def test_basic_spatial_functions_spatial_predicate(
    client: TestClient, grids: Rows
) -> None:
    text = "S_INTERSECTS(geometry, BBOX(120,30,120.06,31))"
    meets, others = (ask(client, GRIDS, part) for part in (text, f"NOT {text}"))
    assert meets | others == {*grids}
    assert not meets & others
    assert min(len(meets), len(others)) > 0
    refuse(client, "S_INTERSECTS(name, POINT(1 2))")


TEXTS = {
    "basic-cql2": (
        "residents >= 2000 AND NOT name = 'x'",
        "households IS NULL OR true",
    ),
    "advanced-comparison-operators": (
        "grid_id LIKE '%1____'",
        "residents BETWEEN 1500 AND 2000.5",
        "residents IN (1400, 410, 2106)",
    ),
    "case-insensitive-comparison": ("CASEI(parent_id) LIKE CASEI('c4-1%')",),
    "basic-spatial-functions": (
        "S_INTERSECTS(geometry, POINT(120.06 30.33))",
        "S_INTERSECTS(BBOX(120,30,120.06,31), geometry)",
    ),
}


def both(client: TestClient, name: str) -> None:
    """Hold text and JSON of a class to the same items."""
    for text in TEXTS[name]:
        document = orjson.dumps(document_of(read_filter_text(text))).decode()
        written = ask(client, GRIDS, document, **{"filter-lang": "cql2-json"})
        plain = ask(client, GRIDS, text, **{"filter-lang": "cql2-text"})
        assert plain == written != set()


@pytest.fixture(scope="module")
def events(client: TestClient) -> Rows:
    """The properties of the events of a day by their ids."""
    page = get(client, f"{EVENTS}?{urlencode({**A_DAY, 'limit': '10000'})}")
    assert len(page["features"]) == page["numberMatched"] > 100
    return {item["id"]: item["properties"] for item in page["features"]}


def times_of(row: Json, *names: str) -> tuple[int, ...]:
    """Times of an event as milliseconds."""
    moments = (dt.datetime.fromisoformat(row[name]) for name in names)
    return tuple(round(moment.timestamp() * 1000) for moment in moments)


def test_temporal_functions_temporal_predicates(
    client: TestClient, events: Rows
) -> None:
    document = get(client, "/ogc/collections/events/queryables")["properties"]
    names = [n for n, q in document.items() if q.get("format") == "date-time"]
    assert len(names) > 5
    first, last = (dt.datetime.fromisoformat(text) for text in NOON)
    ends = tuple(round(moment.timestamp() * 1000) for moment in (first, last))
    for name in names:
        there = ask(client, EVENTS, f"{name} IS NOT NULL", **A_DAY)
        for word in ("AFTER", "BEFORE", "DISJOINT", "EQUALS", "INTERSECTS"):
            for time, other in (
                (f"TIMESTAMP('{NOON[0]}')", ends[:1] * 2),
                (f"INTERVAL('{NOON[0]}','{NOON[1]}')", ends),
            ):
                ids = ask(client, EVENTS, f"T_{word}({name},{time})", **A_DAY)
                assert ids == {
                    item_id
                    for item_id in there
                    if lie(
                        f"t_{word.lower()}", times_of(events[item_id], name) * 2, other
                    )
                }
    some = ask(client, EVENTS, f"T_AFTER(occurred_at,TIMESTAMP('{NOON[0]}'))", **A_DAY)
    assert set() < some < {*events}
    for text in (
        "T_AFTER(kind,TIMESTAMP('2026-09-10T04:00:00Z'))",
        "T_AFTER(occurred_at,DATE('2026-09-10'))",
        "T_AFTER(occurred_at,INTERVAL('2026-09-10','..'))",
        "T_AFTER(occurred_at)",
        "T_SOON(occurred_at,occurred_at)",
    ):
        query = urlencode({"filter": text, **A_DAY})
        assert_problem(client.get(f"{EVENTS}?{query}"), 400, "invalid-parameter")


def test_temporal_functions_of_days(client: TestClient) -> None:
    document = get(client, "/ogc/collections/places/queryables")["properties"]
    names = sorted(n for n, q in document.items() if q.get("format") == "date")
    assert names == ["due_on", "last_check"]
    day = "2026-09-30"
    for name in names:
        page = get(client, f"{PLACES}?limit=1000")["features"]
        values = {item["id"]: item["properties"][name] for item in page}
        forms = {
            f"{name} < DATE('{day}')": lambda value: value < day,
            f"{name} BETWEEN DATE('2026-09-01') AND DATE('{day}')": (
                lambda value: "2026-09-01" <= value <= day
            ),
            f"{name} IN (DATE('{day}'))": lambda value: value == day,
            f"T_AFTER({name},DATE('{day}'))": lambda value: value > day,
            f"T_DURING({name},INTERVAL('2026-09-01','..'))": (
                lambda value: value > "2026-09-01"
            ),
        }
        for text, judge in forms.items():
            ids = ask(client, PLACES, text) & values.keys()
            assert ids == {n for n, value in values.items() if value and judge(value)}
    for text in (f"due_on < '{day}'", f"due_on < TIMESTAMP('{NOON[0]}')"):
        answer = client.get(f"{PLACES}?{urlencode({'filter': text})}")
        assert_problem(answer, 400, "invalid-parameter")


def test_temporal_functions_temporal_functions(
    client: TestClient, events: Rows
) -> None:
    late = round(dt.datetime(2026, 9, 11, tzinfo=dt.UTC).timestamp() * 1000)
    starts = {n: times_of(row, "occurred_at")[0] for n, row in events.items()}
    middle = sorted(starts.values())[len(starts) // 2]
    counts = dict.fromkeys(TEMPORAL, 0)
    for other in (
        *((middle, late), (middle, late + 1), (middle, late - 1), (late, late + 1)),
        *(("..", middle), (late + 1, ".."), (middle - 2, middle - 1)),
    ):
        first, last = (
            end if end == ".." else f"{np.datetime64(end, 'ms')}Z" for end in other
        )
        for op in TEMPORAL:
            span = f"INTERVAL(occurred_at,'{np.datetime64(late, 'ms')}Z')"
            text = f"{op.upper()}({span},INTERVAL('{first}','{last}'))"
            ids = ask(client, EVENTS, text, **A_DAY)
            assert ids == {
                item_id
                for item_id, start in starts.items()
                if lie(op, (start, late), other)
            }
            counts[op] += len(ids)
    assert min(counts.values()) > 0, counts


def test_cql2_text_temporal_functions(client: TestClient) -> None:
    noon = f"'{NOON[0]}'"
    forms = (
        f"T_AFTER(occurred_at,TIMESTAMP({noon}))",
        f't_after( "occurred_at" , timestamp ( {noon} ) )',
        f"NOT T_INTERSECTS(occurred_at,INTERVAL('..',{noon}))",
        f"occurred_at > TIMESTAMP({noon})",
    )
    sets = [ask(client, EVENTS, text, **A_DAY) for text in forms]
    assert sets[0] == sets[1] == sets[2] == sets[3] != set()


def test_cql2_json_temporal_functions(client: TestClient) -> None:
    for text in (
        f"T_DURING(occurred_at,INTERVAL('{NOON[0]}','{NOON[1]}'))",
        f"T_METBY(INTERVAL(occurred_at,received_at),INTERVAL('..','{NOON[1]}'))",
        "T_BEFORE(DATE('2026-09-01'),INTERVAL('2026-09-02','2026-09-03'))",
    ):
        document = orjson.dumps(document_of(read_filter_text(text))).decode()
        ids = ask(client, EVENTS, document, **A_DAY, **{"filter-lang": "cql2-json"})
        assert ids == ask(client, EVENTS, text, **A_DAY)


def test_cql2_text_basic_cql2(client: TestClient, grids: Rows) -> None:
    wanted = meeting(grids, "residents", lambda value: value >= 2000)
    assert ask(client, GRIDS, TEXTS["basic-cql2"][0]) == wanted
    for text in ("residents>=2000", "\n residents\t>= +2000.0e0 "):
        assert ask(client, GRIDS, text) == wanted


def test_cql2_text_advanced_comparison_operators(
    client: TestClient, grids: Rows
) -> None:
    text = (
        "residents between 1500 AND 2000 and grid_id not like '%1' "
        "and name In ('x','y')"
    )
    assert ask(client, GRIDS, text) == set()
    text = text.replace("name In", "name NOT in")
    wanted = {
        item_id
        for item_id in meeting(grids, "residents", lambda value: 1500 <= value <= 2000)
        if not item_id.endswith("1") and grids[item_id]["name"] not in ("x", "y")
    }
    assert ask(client, GRIDS, text) == wanted != set()


def test_cql2_text_case_insensitive_comparison(client: TestClient) -> None:
    texts = ("CASEI(name)=casei('A')", "Casei(Casei(name)) IN (CASEI('a'), 'a')")
    for text in texts:
        assert ask(client, GRIDS, text) == set()
    refuse(client, "CASEI(name, 'x') = 'a'")


def test_cql2_text_basic_spatial_functions(client: TestClient) -> None:
    flat = ask(client, GRIDS, "S_INTERSECTS(geometry,BBOX(120,30,120.06,31))")
    high = ask(client, GRIDS, "S_INTERSECTS(geometry,BBOX(120,30,0,120.06,31,9))")
    assert flat == high != set()
    points = (
        "POINT(120.06 30.33)",
        "POINT Z (120.06 30.33 7)",
        "point(12006e-2 30.33)",
    )
    sets = [ask(client, GRIDS, f"S_INTERSECTS(geometry,{text})") for text in points]
    assert sets[0] == sets[1] == sets[2] != set()


def test_cql2_text_escaping(client: TestClient, grids: Rows) -> None:
    signs = {r"\'": "'", "''": "'", r"\a": "\a", r"\b": "\b", r"\t": "\t"}
    signs |= {r"\n": "\n", r"\v": "\v", r"\f": "\f", r"\r": "\r"}
    for written, sign in signs.items():
        document = {"op": "=", "args": [f"x{sign}y", f"x{sign}y"]}
        tree = read_filter_text(f"'x{written}y' = 'x{written}y'")
        assert document_of(tree) == document
        assert ask(client, GRIDS, f"'x{written}y' = 'x{written}y'") == {*grids}
    refuse(client, "name = 'x'y'")


def test_cql2_json_basic_cql2(client: TestClient) -> None:
    both(client, "basic-cql2")
    refused = {"op": "=", "args": [{"property": "name"}, None]}
    query = urlencode({"filter": orjson.dumps(refused), "filter-lang": "cql2-json"})
    assert_problem(client.get(f"{GRIDS}?{query}"), 400, "invalid-parameter")


def test_cql2_json_advanced_comparison_operators(client: TestClient) -> None:
    both(client, "advanced-comparison-operators")
    assert len(TEXTS["advanced-comparison-operators"]) == 3


def test_cql2_json_case_insensitive_comparison(client: TestClient) -> None:
    both(client, "case-insensitive-comparison")
    assert "CASEI" in TEXTS["case-insensitive-comparison"][0]


def test_cql2_json_basic_spatial_functions(client: TestClient, grids: Rows) -> None:
    both(client, "basic-spatial-functions")
    window = {"bbox": [120, 30, 0, 120.06, 31, 9]}
    document = {"op": "s_intersects", "args": [{"property": "geometry"}, window]}
    text = orjson.dumps(document).decode()
    ids = ask(client, GRIDS, text, **{"filter-lang": "cql2-json"})
    assert ids == ask(client, GRIDS, "S_INTERSECTS(geometry,BBOX(120,30,120.06,31))")
    assert set() < ids < {*grids}


def test_predicates_of_all_classes_go_together(client: TestClient, grids: Rows) -> None:
    """What each class of the suite asks of its own predicates with those below it."""
    rng = random.Random(14)  # noqa: S311  the same each time
    texts = [text for group in TEXTS.values() for text in group]
    sets = {text: ask(client, GRIDS, text) for text in texts}
    for _ in range(10):
        p1, p2, p3, p4 = rng.sample(texts, 4)
        s1, s2, s3, s4 = (sets[text] for text in (p1, p2, p3, p4))
        text = (
            f"((NOT ({p1}) AND ({p2})) OR (({p3}) and NOT ({p4})) "
            f"or not (({p1}) AND ({p4})))"
        )
        wanted = ((({*grids} - s1) & s2) | (s3 - s4)) | ({*grids} - (s1 & s4))
        assert ask(client, GRIDS, text) == wanted
