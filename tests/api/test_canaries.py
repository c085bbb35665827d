"""What somebody may not see does not exist for him, in any door that reads.

Every record that is somebody's carries a word of its own; every role reads every door,
and a door that is added is read without being named here.
"""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from itertools import product
from urllib.parse import quote, urlsplit

import geopandas as gpd
import pytest

from api.app import doors
from gis.codes import credit_check_digit
from support.harness.canaries import SINCE, Canaries, plant
from support.harness.keyed import classes_set, keyed_service

ENDLESS = {"/stream"}
"""Read by tests of its own."""
QUERIES = {
    "/ogc/collections/{name}/items": (
        "",
        "?f=html",
        "?datetime=2026-01-01/..",
        "?known_at=2026-09-29",
        "?limit=10000&sortby=-{key}",
        "?filter={key} LIKE 'KANARI%25'",
        "?bbox=100,20,130,40",
    ),
    "/events": ("", "?limit=100"),
    "/inspections/due": ("?limit=100000", "?on=2026-09-30"),
    "/circles/{area_id}/figures": tuple(
        f"?by={by}" for by in ("line", "department", "source", "circle", "rule")
    ),
    "/risk/grids": ("", "?on=2026-09-30", "?on=2026-09-30&grid={grid}"),
    "/risk/circles": ("?on=2026-09-30",),
    "/risk/map": ("?on=2026-09-30",),
    "/search": (
        *("?q=KANARI", "?q=KANARI&limit=100", "?q=far-address"),
        *("?q=dispute-text", "?q=dispute-street", "?q=noise&kinds=event"),
    ),
    "/desk": (
        *("", "?find=KANARI", "?find=far-address", "?find=dispute-text"),
        *("?find={lon},{lat}&datum=cgcs2000", "?at=grid:{grid}"),
        *("?at=place:KANARI-NEAR-PLACE", "?at=place:KANARI-FAR-PLACE"),
    ),
    "/my": ("", "?near=KANARI-NEAR-PLACE", "?near=KANARI-FAR-PLACE"),
    "/at": ("?lon={lon}&lat={lat}",),
    "/nearest": tuple(
        f"?lon={{lon}}&lat={{lat}}&datum=cgcs2000&limit=100&kind={kind}"
        for kind in ("place", "station", "department", "post")
    ),
}
"""Further queries of doors; others are asked without."""
MUST_SHOW = {
    "/ogc/collections/enterprises/items",
    "/ogc/collections/places/items",
    "/ogc/collections/events/items",
    "/ogc/collections/tasks/items",
    "/ogc/collections/risk_grids/items",
    "/ogc/collections/risk_circles/items",
    "/inspections/due",
    "/risk/grids",
    "/risk/circles",
    "/risk/map",
    "/events",
    "/desk",
    "/my",
    "/search",
    "/nearest",
}
"""Doors that show words to who sees everything: else the test would prove nothing."""


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaries]:
    """A service of its own, with a word in every record."""
    with keyed_service() as keyed:
        yield plant(keyed, tmp_path_factory.mktemp("photos"))


def paths_of(canaries: Canaries, template: str) -> list[str]:
    """Every path of a door: its parameters take every value that leads to a word."""
    values = canaries.values
    names = re.findall(r"{([^}:]*)", template)
    if "name" in names:
        document = canaries.keyed.client.get(
            "/ogc/collections", headers=canaries.keyed.headers("granted")
        ).json()
        values = values | {"name": [item["id"] for item in document["collections"]]}
    assert {*names} <= {*values}, f"{template}: say in canaries.py what leads to words"
    plain = re.sub(r"{([^}:]*)[^}]*}", r"{\1}", template)
    paths = []
    for combination in product(*(values[name] for name in names)):
        filled = dict(zip(names, combination, strict=True))
        path = plain.format(**{k: quote(v, safe="") for k, v in filled.items()})
        paths += [
            path + _filled(canaries, query, filled.get("name", ""))
            for query in QUERIES.get(plain, ("",))
        ]
    return paths


def _filled(canaries: Canaries, query: str, collection: str) -> str:
    """A query with what leads to words in its place."""
    if "{" not in query:
        return query
    keyed = canaries.keyed
    point = keyed.store.grids().set_index("grid_id").loc[keyed.far_grid_id].geometry
    spot = point.representative_point()
    schema = keyed.client.get(
        f"/ogc/collections/{collection}/schema", headers=keyed.headers("granted")
    ).json()
    keys = [
        name
        for name, item in schema.get("properties", {}).items()
        if item.get("x-ogc-role") == "id"
    ]
    return query.format(
        key="".join(keys), grid=keyed.far_grid_id, lon=spot.x, lat=spot.y
    )


@pytest.fixture(scope="module")
def paths(canaries: Canaries) -> list[str]:
    """Every path that is read."""
    templates = {
        door.path_format
        for door in doors()
        if "GET" in (door.methods or ()) and door.path_format not in ENDLESS
    }
    assert len(templates) > 35
    # the parameters of a path may say that they have slashes
    routes = {door.path_format: door.path for door in doors()}
    return [
        path
        for template in sorted(templates)
        for path in paths_of(canaries, routes[template])
    ]


ROLES = (
    *(None, "steward", "operator", "leader", "member", "department", "inspector"),
    *("far_inspector", "auditor", "source", "granted"),
)


@pytest.mark.parametrize("role", ROLES)
def test_no_door_says_a_word_to_who_may_not_read_it(
    canaries: Canaries, paths: list[str], role: str | None
) -> None:
    leaks = {path: words for path in paths if (words := canaries.leaks(path, role))}
    assert leaks == {}


def test_who_sees_everything_finds_words_at_every_door_that_has_some(
    canaries: Canaries, paths: list[str]
) -> None:
    shows = {urlsplit(path).path for path in paths if canaries.found(path, "granted")}
    assert shows >= MUST_SHOW, MUST_SHOW - shows


def test_each_role_finds_what_it_may_see(canaries: Canaries, paths: list[str]) -> None:
    words = {
        role: {word for path in paths for word in canaries.found(path, role)}
        for role in ("inspector", "far_inspector", "leader", "source")
    }
    for role, found in words.items():
        readable = {w for w, readers in canaries.readers.items() if role in readers}
        wanted = {word for word in readable if word.endswith(("-PLACE", "-NOISE"))}
        assert wanted <= found, (role, wanted - found)


@pytest.mark.parametrize("role", ROLES)
def test_an_event_is_found_by_what_its_reader_may_read(
    canaries: Canaries, role: str | None
) -> None:
    for word, (event_id, text_readers) in canaries.reports.items():
        for query, readers in (
            (word, canaries.readers[event_id]),
            (event_id, canaries.readers[event_id]),
            (f"{word}-TEXT", text_readers),
            (f"{word}-STREET", text_readers),
        ):
            is_found = event_id in canaries.ask(f"/search?q={query}", role).replace(
                f'"q":"{query}"', ""
            )
            assert is_found == (role in readers), (query, role)


@pytest.mark.parametrize("role", ROLES)
def test_a_photo_is_shown_with_the_event_that_has_it_to_who_may_read_its_text(
    canaries: Canaries, role: str | None
) -> None:
    keyed = canaries.keyed
    for digest, (event_id, readers) in canaries.photos.items():
        for other_id, _ in canaries.reports.values():
            path = f"/events/{other_id}/photos/{digest}"
            status = keyed.client.get(path, headers=keyed.headers(role)).status_code
            is_shown = other_id == event_id and role in readers
            assert (status == 200) == is_shown, (path, role, status)


def test_numbers_of_matches_are_those_that_are_followed(canaries: Canaries) -> None:
    keyed = canaries.keyed
    for name in ("places", "enterprises", "events", "tasks"):
        for role in ("inspector", "far_inspector", "granted"):
            url = f"/ogc/collections/{name}/items?limit=7000"
            answer = keyed.client.get(url, headers=keyed.headers(role)).json()
            matched, seen = answer["numberMatched"], len(answer["features"])
            while following := [x for x in answer["links"] if x["rel"] == "next"]:
                answer = keyed.client.get(
                    following[0]["href"], headers=keyed.headers(role)
                ).json()
                seen += len(answer["features"])
            assert seen == matched


@pytest.mark.parametrize(("role", "has_person"), [(None, False), ("source", True)])
def test_who_holds_a_post_is_said_to_who_has_a_key(
    canaries: Canaries, role: str | None, has_person: bool
) -> None:
    keyed = canaries.keyed
    point = keyed.store.grids().set_index("grid_id").loc[keyed.far_grid_id].geometry
    spot = point.representative_point()
    position = {"lon": spot.x, "lat": spot.y, "datum": "cgcs2000"}
    headers = keyed.headers(role)
    for body in (position, position | {"accuracy_m": 5.0}):
        answer = keyed.client.post("/assign", json=body, headers=headers)
        assert answer.json()["grid_id"] == keyed.far_grid_id
        assert ("M909090" in answer.text) == has_person
        assert (answer.json()["accountable_holder"] is not None) == has_person
        assert answer.json()["accountable_post"]
    headers |= {"content-type": "text/csv"}
    rows = f"lon,lat\n{spot.x},{spot.y}\n"
    answer = keyed.client.post("/assign/batch", content=rows, headers=headers)
    [row] = csv.DictReader(answer.text.splitlines())
    assert bool(row["accountable_holder"]) == bool(row["region_holder"]) == has_person
    assert row["accountable_post"]


CODE = "91350100KANAR0000"
WORDS = {
    ("enterprises", "address"): "KANARI-STREET",
    ("enterprises", "cluster"): "KANARI-CLUSTER",
    ("enterprises", "credit_code"): CODE + credit_check_digit(CODE),
}
"""Fields whose class may be set -> a word that stands in one record."""
TRIED = [*WORDS] if os.environ.get("PAGODA_SOAK") else [*WORDS][:1]


@pytest.fixture(scope="module")
def signed(canaries: Canaries) -> Canaries:
    """The service with a place that has the words of fields."""
    store, keyed = canaries.keyed.store, canaries.keyed
    grid = store.grids().set_index("grid_id").loc[keyed.far_grid_id]
    row = {
        "place_id": "KANARI-SHOP",
        "scene": "street_shop",
        "is_coded": True,
        "source": "KANARI-REGISTER",
        "valid_from": SINCE,
    } | {name: word for (_, name), word in WORDS.items()}
    point = grid.geometry.representative_point()
    rows = gpd.GeoDataFrame([row], geometry=[point], crs=store.crs)
    store.record("enterprises", rows)
    canaries.values["place_id"].append("KANARI-SHOP")
    return canaries


def shown(canaries: Canaries, paths: Iterable[str], word: str) -> list[str]:
    """The paths that say a word to who sees everything else."""
    return [
        path
        for path in paths
        if word in canaries.ask(path, "granted") and word not in path
    ]


@pytest.mark.parametrize(("layer", "name"), TRIED)
def test_row_3_07_what_a_steward_closes_no_door_says(
    signed: Canaries, paths: list[str], layer: str, name: str
) -> None:
    word = WORDS[layer, name]
    places = shown(signed, paths, word)
    hits = f"/search?q={word}"
    by_word = signed.ask(hits, "granted").count("KANARI-SHOP")
    assert places
    assert bool(by_word) == (name == "address")
    with classes_set(signed.keyed, "closed", [(layer, name)]):
        assert shown(signed, places, word) == []
        assert "KANARI-SHOP" not in signed.ask(hits, "granted")
    assert shown(signed, places, word) == places
