"""The organs of a town as its layers have them."""

from api.service.events.organs import organs_of
from support.makers.event_town import EventTown
from support.makers.square_town import NOW


def test_a_town_without_centre_and_room_says_so_and_has_its_platforms():
    organs = organs_of(EventTown().store, NOW, None)
    assert organs["centres"] == organs["rooms"] == []
    assert len(organs["platforms"]) == 4
    assert organs["further_platforms"]


def test_centre_room_and_bodies_of_platforms_are_departments(s_town_store):
    store = s_town_store
    organs = organs_of(store, store.now(), None)
    assert [b["department_id"] for b in organs["centres"]] == ["service_centre"]
    [room] = organs["rooms"]
    assert room["department_id"] == "command_centre"
    assert room["lon"]
    assert room["post_id"]
    market = next(p for p in organs["platforms"] if p["code"] == "market")
    assert market["departments"] == ["market_supervision"]
