"""States of collections: which version, which rows, which fields."""

from collections.abc import Callable

import numpy as np
import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.item_query import Period, StateQuery
from gis.access import EVERYTHING, Role, Scope
from gis.models import Instant
from layers.collections import CollectionState
from layers.stores.protocol import MAIN_SYSTEM
from support.makers.square_town import FOUNDED, NOW, SquareTown, local

ALL = Sight(EVERYTHING, frozenset(Role), None)
OCTOBER = local("2026-10-01")
NOW_QUERY = StateQuery()

State = Callable[..., CollectionState]


@pytest.fixture
def state(catalogue: Catalogue) -> State:
    """A collection by its name, as it was."""

    def of(name: str, query: StateQuery = NOW_QUERY, sight: Sight = ALL):
        return catalogue.state(catalogue.collections(sight)[name], query, sight)

    return of


def ids(state: CollectionState) -> list[str]:
    return state.ids_of(state.choose())


def test_an_instant_is_answered_by_the_version_in_force_then(state: State) -> None:
    assert ids(state("grids")) == ["G1", "G2", "G3", "G4"]
    assert ids(state("grids", StateQuery(at=OCTOBER))) == ["G3", "G4", "N1"]
    before = StateQuery(at=Instant(OCTOBER - 1))
    assert ids(state("grids", before)) == ["G1", "G2", "G3", "G4"]
    assert ids(state("grids", StateQuery(at=Instant(FOUNDED - 1)))) == []


def test_what_was_recorded_later_is_not_known(state: State) -> None:
    known = StateQuery(at=OCTOBER, known_at=Instant(NOW - 1))
    assert ids(state("grids", known)) == ["G1", "G2", "G3", "G4"]
    assert ids(state("circles", StateQuery(known_at=Instant(FOUNDED - 1)))) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (FOUNDED, OCTOBER, ["G1", "G2", "G3", "G4"]),
        (FOUNDED, OCTOBER + 1, ["G1", "G2", "G3", "G4", "N1"]),
        (OCTOBER, None, ["G3", "G4", "N1"]),
        (None, FOUNDED, []),
        (None, None, ["G1", "G2", "G3", "G4", "N1"]),
    ],
)
def test_a_period_gives_each_item_as_it_last_was_in_it(
    state: State, start: int | None, end: int | None, expected: list[str]
) -> None:
    period = Period(
        None if start is None else Instant(start), None if end is None else Instant(end)
    )
    assert ids(state("grids", StateQuery(period=period))) == expected


def test_circles_and_communities_are_dissolved_polygons(state: State) -> None:
    assert ids(state("circles")) == ["C", "E", "W"]
    [west, _] = state("communities").shapes.take(np.array([0, 1]))
    assert west.bounds == (120.0, 30.0, 120.02, 30.01)


def test_rated_areas_have_level_and_figures(state: State) -> None:
    grids = state("risk_grids").table.to_pandas().set_index("grid_id")
    assert grids["red"].tolist() == [1, 0, 0, 0]
    assert grids["drivers"].map(type).unique().tolist() == [str]
    assert ids(state("risk_circles")) == ["C", "E", "W"]
    assert ids(state("risk_communities")) == ["K1", "K2"]
    assert ids(state("risk_grids", StateQuery(at=Instant(FOUNDED - 1)))) == []


def test_places_have_the_code_of_the_day(state: State) -> None:
    places = state("places").table.to_pandas().set_index("place_id")
    assert places["code"].to_dict() == {"P1": "red", "P2": "green", "P4": "yellow"}
    assert places["due_on"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    early = StateQuery(period=Period(FOUNDED, local("2026-09-10")))
    assert state("places", early).table["code"].to_pylist() == ["green"] * 3


def test_places_of_other_grids_are_not_there(state: State) -> None:
    member = Sight(Scope(("G2/",)), frozenset({Role.MEMBER}), None)
    assert ids(state("places", sight=member)) == ["P2"]
    assert ids(state("places")) == ["P1", "P2", "P4"]


def test_a_visitor_sees_open_fields_and_no_places(
    state: State, catalogue: Catalogue
) -> None:
    assert "places" not in catalogue.collections(VISITOR)
    columns = {*state("risk_grids", sight=VISITOR).table.column_names}
    assert {"level", "score"} <= columns
    assert not {"events", "red", "drivers"} & columns
    whole = state("risk_grids").table.column_names
    assert {"events", "red", "drivers"} <= {*whole}


def test_another_grid_system_is_a_collection_of_its_own(
    catalogue: Catalogue, squares: SquareTown
) -> None:
    before = [*catalogue.collections(VISITOR)]
    assert [name for name in before if name.startswith("grids")] == ["grids"]
    [one, *_] = squares.store.history(MAIN_SYSTEM).versions
    assert catalogue.first_instant(MAIN_SYSTEM) == one.valid_from
    assert catalogue.first_instant("police") is None


def test_a_state_is_kept_until_the_store_changes(
    state: State, squares: SquareTown
) -> None:
    first = state("grids")
    assert state("grids") is first
    rated = state("risk_grids")
    squares.record(
        "inspections",
        {
            "inspection_id": "I3",
            "place_id": "P1",
            "kind": "check",
            "valid_from": "2026-09-30T09:00:00+08:00",
        },
    )
    assert state("risk_grids") is not rated
    assert state("grids") is first
