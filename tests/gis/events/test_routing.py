"""An event goes to a platform, the platform picks the body, both steps say why."""

from dataclasses import dataclass, replace

import pytest

from gis.events import Town, deadlines, doubt_of, route_event
from support.makers.event_loops import MINUTE, T0, Minutes

MINUTES = Minutes()


@dataclass(frozen=True)
class RoutedKind:
    kind: str = "street_trading"
    name: tuple[str, str] = ("出店经营", "Street trading")
    module: str = "enforcement"
    line: str = "security"
    platform: str = "enforcement"
    departments: tuple[str, ...] = ("urban_management", "police", "market")
    minutes: Minutes = MINUTES


@dataclass(frozen=True)
class Body:
    department_id: str
    rank: int = 1
    team: str = ""
    post_id: str | None = None
    name_zh: str = "某部门"
    name_en: str = ""
    lon: float | None = None
    lat: float | None = None


KIND = RoutedKind()
BODIES = (
    Body("market", 3, post_id="P-M"),
    Body("police", 1, post_id="P-P"),
    Body("urban_management", 2, post_id="P-U", name_zh="城管", name_en="Wardens"),
    Body("team_b", 5, "mediation", "P-B"),
    Body("team_a", 4, "mediation", "P-A"),
    Body("centre", 6, post_id="P-C", lon=120.1, lat=30.2),
)
ON_DUTY = {"P-P": "H1", "P-B": "H2", "P-C": "H3"}
PLATFORMS = {"enforcement": ("综合执法", "Enforcement")}


def town(on_duty=ON_DUTY, bodies=BODIES):
    return Town(bodies, PLATFORMS, on_duty.get)


def route(kind=KIND, place=None):
    return route_event(kind, "odd", place or town(), "", "street_trading@1")


def test_three_departments_come_in_order_of_rank_with_their_posts():
    targets = route().departments
    assert [(t.department_id, t.rank, t.post_id, t.holder_id) for t in targets] == [
        ("police", 1, "P-P", "H1"),
        ("urban_management", 2, "P-U", None),
        ("market", 3, "P-M", None),
    ]


def test_the_first_body_of_the_kind_is_in_charge():
    assert route().lead == "urban_management"


def test_the_platform_comes_first_and_then_the_body_it_picks():
    first, second = route().steps
    assert (first.code, first.names) == (
        "kind_to_platform",
        {"kind": KIND.name, "platform": ("综合执法", "Enforcement")},
    )
    assert (second.code, second.names["body"]) == (
        "platform_to_body",
        ("城管", "Wardens"),
    )


def test_a_type_of_team_goes_to_the_one_on_shift():
    found = route(replace(KIND, departments=("mediation",)))
    assert (found.lead, found.departments[0].holder_id) == ("team_b", "H2")
    assert found.steps[1].code == "team_on_shift"


def test_off_shift_the_first_team_in_rank_has_it_and_that_is_said():
    found = route(replace(KIND, departments=("mediation",)), town({}))
    assert (found.lead, found.steps[1].code) == ("team_a", "team_off_shift")


def test_a_route_may_end_at_a_centre_that_is_a_point():
    [target] = route(replace(KIND, departments=("centre",))).departments
    assert (target.lon, target.lat) == (120.1, 30.2)


def test_a_body_that_the_town_has_none_of_is_named_and_the_next_is_in_charge():
    found = route(replace(KIND, departments=("navy", "police")))
    assert (found.missing, found.lead) == (("navy",), "police")


def test_without_any_body_the_accountable_post_handles_it():
    found = route(place=town(bodies=()))
    assert (found.lead, found.departments, found.steps[1].code) == ("", (), "no_body")
    assert found.missing == KIND.departments


def test_a_body_that_is_listed_twice_comes_once():
    kind = replace(KIND, departments=("mediation", "team_b"))
    assert [t.department_id for t in route(kind).departments] == ["team_b"]


def test_an_unknown_kind_goes_to_the_post_of_the_intake():
    found = route(None)
    assert (found.platform, found.lead, found.rule_id) == ("", "", "")
    assert [step.code for step in found.steps] == ["unknown_kind", "intake_post"]
    assert found.steps[0].names == {"kind": ("odd", "odd")}


def test_a_platform_without_names_is_called_by_its_code():
    first = route(replace(KIND, platform="x_homes")).steps[0]
    assert first.names["platform"] == ("x_homes", "x_homes")


@pytest.mark.parametrize(
    ("kind", "is_placed", "certainty", "doubt"),
    [
        (KIND, True, None, ""),
        (KIND, True, 0.8, ""),
        (KIND, True, 0.79, "to_verify"),
        (KIND, False, 0.79, "triage"),
        (KIND, False, None, "triage"),
        (None, True, 1.0, "triage"),
    ],
)
def test_what_is_in_doubt_waits_for_a_person(kind, is_placed, certainty, doubt):
    assert doubt_of(kind, is_placed, certainty, 0.8) == doubt


def test_deadlines_run_from_receipt_or_from_acceptance_in_doubt():
    minutes = Minutes(accept=15, arrive=30, handle=60)
    assert deadlines(minutes, T0, "") == (
        T0 + 15 * MINUTE,
        T0 + 30 * MINUTE,
        T0 + 60 * MINUTE,
    )
    assert deadlines(minutes, T0, "triage") == (
        T0 + 15 * MINUTE,
        T0 + 45 * MINUTE,
        T0 + 75 * MINUTE,
    )
