"""The route of an event is what the packs and bodies of its revision give."""

from importlib import resources
from pathlib import Path

import orjson
import pytest

from api.service.events.route_replay import replay_route
from gis.events import Changes
from support.makers.clocked_town import ClockedTown, intake_over, report_to
from support.makers.square_town import SquareTown

PACK = (resources.files("layers.packs") / "scenarios/digital_city.toml").read_text(
    "utf8"
)


@pytest.fixture
def town() -> ClockedTown:
    return ClockedTown()


def body(department_id: str, rank: int, **values: object) -> dict[str, object]:
    names = {"department_id": department_id, "name_zh": department_id}
    return names | {"rank": rank, "lon": None, "lat": None} | values


def pack_rule(text: str) -> dict[str, object]:
    toml = orjson.dumps({"toml": text}).decode()
    return {"rule_id": "pack/digital_city", "owner": "office", "body": toml}


@pytest.mark.parametrize("kind", ["noise", "dispute", "nobody knows"])
def test_a_route_is_the_same_as_long_as_nothing_changed(
    town: ClockedTown, kind: str
) -> None:
    [replay] = replay_route(town.store, town.report("1", kind=kind, certainty=0.1))
    assert (replay.name, replay.is_equal, replay.differences) == ("route", True, ())


def test_a_pack_that_the_town_changed_later_changes_no_past_route(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    other = PACK.replace('platform = "enforcement"', 'platform = "market"')
    assert other != PACK
    town.squares.record("rules", pack_rule(other))
    town.intake.registries.refresh()
    # the snapshot is refreshed after the registry: this event comes in between
    later = town.report("2")
    assert town.store.loop(later).platform == "market"
    for name in (event_id, later):
        [replay] = replay_route(town.store, name)
        assert replay.is_equal, replay.differences


def test_a_shipped_pack_that_changed_is_said(
    town: ClockedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = town.report("1")
    first = town.store.actions(event_id)[0].action
    loop = {**first.changes.loop, "rule_id": "digital_city/000000000000"}
    object.__setattr__(first, "changes", Changes(loop, first.changes.tasks))
    [replay] = replay_route(town.store, event_id)
    [(name, stored, _)] = replay.differences
    assert (name, stored) == ("rule_id", "digital_city/000000000000")


def test_an_event_of_a_history_went_no_route(tmp_path: Path) -> None:
    squares = SquareTown()
    squares.load(tmp_path)
    assert replay_route(squares.store, squares.event_id("e1")) == ()


def test_a_gap_in_a_roster_has_a_route_too(town: ClockedTown) -> None:
    intake = intake_over(town.store)
    event_id = report_to(intake, "G2/x", "roster_gap", "pagoda", area_id="G2")
    [replay] = replay_route(town.store, event_id)
    assert replay.is_equal, replay.differences
