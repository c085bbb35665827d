"""What a text stands for, and what of it who asks sees."""

import orjson
import pytest

import api.service.brief.search
from api.service.access.sight import VISITOR, Sight
from api.service.brief.search import KINDS, Kind, Query, SearchResult
from gis.access import EVERYTHING, NOWHERE, Role, Scope
from layers.gazetteer import fold
from support.makers.loop_entries import intake_of
from support.makers.named_town import ALL, NamedTown, only, sight


def search(
    named: NamedTown,
    text: str,
    view: Sight = ALL,
    **options: object,
) -> SearchResult:
    return named.search.search(Query(fold(text), text, **options), view)


def ids(result: SearchResult) -> list[str]:
    assert result.places is not None
    return [entry.place_id for entry in result.places.items]


def test_places_come_in_order_of_rank_and_record(named: NamedTown) -> None:
    assert ids(search(named, "东湖")) == ["N1", "N2", "N3", "N4"]
    assert ids(search(named, "文一路12号")) == ["N1"]
    assert ids(search(named, "文一路12")) == ["N1", "N2"]
    assert ids(search(named, "n3")) == ["N3"]


def test_a_place_stands_once_by_the_register_that_fits_best(named: NamedTown) -> None:
    result = search(named, "一号仓")
    assert result.places is not None
    [entry] = result.places.items
    assert (entry.place_id, entry.source, entry.grid_id) == ("N3", "fire", "G4")


def test_places_and_areas_are_found_by_the_initials_of_their_names(
    named: NamedTown,
) -> None:
    assert ids(search(named, "dhwb")) == ["N2"]
    assert ids(search(named, "DH")) == ["N1", "N2", "N3", "N4"]
    circles = search(named, "xq").areas["circle"].items
    assert [circle.id for circle in circles] == ["W"]


def test_areas_and_posts_are_found_by_id_and_name(named: NamedTown) -> None:
    areas = search(named, "西圈").areas
    assert [(item.id, item.area_id) for item in areas["circle"].items] == [("W", "C")]
    areas = search(named, "g1").areas
    assert [item.id for item in areas["grid"].items] == ["G1"]
    assert [(p.id, p.area_id) for p in areas["post"].items] == [
        ("G1-L", "G1"),
        ("G1-M", "G1"),
    ]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (ALL, ["N1", "N2", "N3", "N4"]),
        (only("G1"), ["N1"]),
        (only("G4"), ["N3"]),
        (only("G1", "G2"), ["N1", "N2"]),
        (sight(NOWHERE, Role.OPERATOR), []),
    ],
)
def test_only_places_of_grids_that_are_seen_stand_there(
    named: NamedTown, view, expected: list[str]
) -> None:
    assert ids(search(named, "东湖", view)) == expected


def test_what_is_not_seen_is_not_told_by_more_either(named: NamedTown) -> None:
    result = search(named, "东湖", only("G1"), limit=1)
    assert result.places is not None
    assert not result.places.has_more
    result = search(named, "东湖", limit=1)
    assert result.places is not None
    assert (ids(result), result.places.has_more) == (["N1"], True)


def test_who_sees_no_place_gets_none_of_the_kind(named: NamedTown) -> None:
    for view in (VISITOR, sight(EVERYTHING, Role.SOURCE), sight(EVERYTHING)):
        assert search(named, "东湖", view).places is None


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_kinds_that_are_asked_for_stand_there(
    named: NamedTown, kind: Kind
) -> None:
    result = search(named, "g1", kinds=(kind,))
    parts = {**result.areas, "place": result.places, "event": result.events}
    assert [name for name, part in parts.items() if part is not None] == [kind]


def test_an_event_is_found_by_its_whole_id_within_the_scope(
    named: NamedTown,
) -> None:
    entry = intake_of("e1", loop={"area_path": "C/W/G1/"})
    named.store.append([entry]).result()
    event_id = entry.event.event.event_id
    scopes = {
        EVERYTHING: 1,
        Scope(("C/W/G1/",)): 1,
        Scope(("C/E/",)): 0,
        NOWHERE: 0,
    }
    for scope, count in scopes.items():
        result = search(named, event_id, sight(scope, Role.OPERATOR))
        assert result.events is not None
        assert [loop.event_id for loop in result.events.items] == [event_id] * count
    result = search(named, event_id[:-1])
    assert result.events is not None
    assert not result.events.items


def add_event(named: NamedTown, source_id: str, path: str, **loop: object) -> str:
    """Report an event with an address and a text; its id."""
    details = {"address": "文一路12号", "text": f"{source_id}夜间施工"}
    entry = intake_of(
        source_id,
        loop={"area_path": path, **loop},
        details=orjson.dumps(details).decode(),
    )
    named.store.append([entry]).result()
    return entry.event.event.event_id


def events(named: NamedTown, text: str, view: Sight, **options: object) -> list[str]:
    result = search(named, text, view, kinds=("event",), **options)
    assert result.events is not None
    return [loop.event_id for loop in result.events.items]


def test_events_are_found_by_what_was_reported_within_the_scope(
    named: NamedTown,
) -> None:
    west = add_event(named, "H-1", "C/W/G1/")
    east = add_event(named, "H-2", "C/E/G4/")
    for text in ("文一路12", "夜间施工", "wyl", "施工"):
        assert events(named, text, ALL) == [east, west]
        assert events(named, text, only("G1")) == [west]
        assert events(named, text, sight(NOWHERE, Role.OPERATOR)) == []
        assert events(named, text, VISITOR) == []
    assert events(named, "h1", ALL) == [west]
    assert events(named, west, ALL) == [west]
    later = add_event(named, "H-3", "C/W/G1/")
    assert events(named, "夜间", only("G1")) == [later, west]


def test_texts_of_sensitive_events_are_not_looked_through(named: NamedTown) -> None:
    event_id = add_event(named, "H-1", "C/W/G1/", kind="dispute", is_sensitive=True)
    granted = sight(Scope(("",), grants=("dispute",)), Role.OPERATOR)
    own = sight(Scope(sources=("hotline",)), Role.SOURCE)
    other = sight(Scope(sources=("video",)), Role.SOURCE)
    for text, found in (
        ("h1", (granted, own)),
        ("夜间施工", (own,)),
        ("文一路", (own,)),
    ):
        for view in (ALL, granted, own, other):
            expected = [event_id] if view in found else []
            assert events(named, text, view) == expected, (text, view)


def test_who_acts_on_no_event_finds_them_by_id_alone(named: NamedTown) -> None:
    event_id = add_event(named, "H-1", "C/W/G1/")
    for role in (Role.AUDITOR, Role.INSPECTOR):
        view = sight(EVERYTHING, role)
        assert events(named, "h1", view) == [event_id]
        assert events(named, "夜间施工", view) == []


def test_more_events_are_said_only_where_more_are_seen(
    named: NamedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.service.brief.search, "FIRST_ROWS", 2)
    monkeypatch.setattr(api.service.brief.search, "MOST_ROWS", 3)
    west = [add_event(named, f"W-{n}", "C/W/G1/") for n in range(9)]
    for number in range(9):
        add_event(named, f"E-{number}", "C/E/G4/")
    assert events(named, "施工", only("G1")) == west[::-1]
    for limit, has_more in ((8, True), (9, False)):
        result = search(named, "施工", only("G1"), kinds=("event",), limit=limit)
        assert result.events is not None
        assert (len(result.events.items), result.events.has_more) == (limit, has_more)


def test_names_are_those_of_the_version_in_force(named: NamedTown) -> None:
    assert [g.id for g in search(named, "g3").areas["grid"].items] == ["G3"]
    named.town.publish({"G1": (0, 1), "G2": (1, 2), "G4": (2, 4)}, "2026-09-30")
    named.snapshots.refresh()
    assert not search(named, "g3").areas["grid"].items
