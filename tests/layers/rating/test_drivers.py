"""What drives an area, in a list and in words."""

from layers.packs.scenario_files import scenarios
from layers.rating.drivers import TOP_DRIVERS, AreaDriver, driver_line
from layers.words import Words
from support.makers.rated_towns import Town, check, column_of, event, place
from support.makers.risk_facts import FIRST_BODY

PLACE = AreaDriver(
    "place", "E1", 1, 2.0, 0.125, "red", "critical-finding", "2026-10-01", "G1-L"
)


def rule():
    return Town().rated().rule


def test_driver_is_a_place_by_its_id_or_events_by_their_category_and_number():
    place = AreaDriver("place", "E1", 1, 2.0, 0.125)
    assert driver_line(place, scenarios()) == Words("E1 · 12 %", "E1 · 12 %")
    events = AreaDriver("events", "noise", 12, 3.0, 1.0)
    assert driver_line(events, scenarios()) == Words(
        "噪声扰民 × 12 · 100 %", "Noise × 12 · 100 %"
    )
    unknown = AreaDriver("events", "kite", 1, 3.0, 0.0)
    assert driver_line(unknown, scenarios()).zh == "kite × 1 · 0 %"


def test_place_says_its_code_its_finding_and_who_checks_it_next():
    assert driver_line(PLACE, scenarios()).en == "E1 · red · 12 %"
    assert driver_line(PLACE, scenarios(), rule()) == Words(
        "E1 · 红码 · 有重大隐患未整改 · 下次检查 2026-10-01，由岗位 G1-L 负责 · 12 %",
        "E1 · red · A critical finding is open. · next check 2026-10-01 by post G1-L "
        "· 12 %",
    )


def test_place_that_nobody_answers_for_says_so():
    line = driver_line(PLACE._replace(post_id="", finding=""), scenarios(), rule())
    assert "无负责岗位" in line.zh
    assert "next check 2026-10-01, no post answers" in line.en


def test_top_places_stand_first_and_the_worst_before_all():
    town = Town().places(*(place(f"P{n}", 1) for n in range(6)))
    town.checks(
        *(check(n, f"P{n}", 29) for n in range(5)),
        check(9, "P5", 30, found=[("F1", "critical")]),
    )
    events = [event(n, 1, 30, kind="fire_hazard", severity=4) for n in range(9)]
    [drivers] = [column_of(town.events(*events).rated().grids, "drivers")["G1"]]
    assert [driver.kind for driver in drivers] == ["place"] * TOP_DRIVERS + ["events"]
    assert drivers[0][:3] == ("place", "P5", 1)
    assert (drivers[0].code, drivers[0].finding) == (
        "red",
        "critical-finding;serious-finding",
    )
    assert drivers[0].due_on == "2026-10-01"


def test_sensitive_events_drive_nothing_by_no_method():
    town = Town().rule("risk", FIRST_BODY)
    town.events(event(1, 1, 30, kind="dispute"), event(2, 1, 30, kind="noise"))
    [driver] = column_of(town.rated().grids, "drivers")["G1"]
    assert (driver.driver_id, driver.share) == ("noise", 1.0)
