"""Events of a period are those that figures count, with their ids as reported."""

import datetime as dt
from dataclasses import replace

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from api.service.events.load import EventJob, load_events
from gis.access import EVERYTHING, Scope
from layers.figures.columns_file import ColumnsFile
from layers.figures.counting import Span
from layers.figures.period_events import PeriodEvents
from layers.figures.report import monthly_figures
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.stores import open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.event_town import OPERATOR, EventTown
from support.makers.moved_towns import LATER
from support.makers.square_town import (
    COLUMNS,
    DAY,
    EVENTS,
    NOW,
    TIMEZONE,
    SquareTown,
    local,
    squares,
)
from support.makers.store_history import Clock, lineage_of

MONTH = Span(DAY.replace(day=1), DAY)
FIELDS = ["kind", "module", "area_path", "grid_id", "move"]


@pytest.fixture
def town():
    town = EventTown()
    town.ids = {
        name: town.report(kind, occurred_at=local(at))
        for name, kind, at in (
            ("noise", "noise", "2026-09-30T18:00"),
            ("trade", "street_trading", "2026-09-30T00:00"),
            ("dispute", "dispute", "2026-09-29T08:00"),
            ("early", "noise", "2026-09-29T23:59"),
        )
    }
    return town


def events_of(town, span, day=DAY, **cutoff):
    rated = read_risk_day(town.store, Cutoff(day, timezone=TIMEZONE, **cutoff), 2)
    return PeriodEvents(town.store, rated).within(span).set_index("event_id")


def test_events_of_some_days_stand_in_order_with_what_they_are(town):
    events = events_of(town, Span(DAY, DAY))
    assert [*events.index] == [town.ids["trade"], town.ids["noise"]]
    noise = events.loc[town.ids["noise"]]
    place = ["C/W/G1/", "G1", ""]
    assert noise[FIELDS].tolist() == ["noise", "enforcement", *place]
    assert noise["occurred_at"].timestamp() * 1000 == local("2026-09-30T18:00")
    assert (events["day"].dt.date == DAY).all()


def test_what_is_about_people_now_is_left_out_and_what_was_is_not(town):
    act = {"reason": "why"}
    town.act(town.ids["noise"], OPERATOR, "override", to="dispute", **act)
    mediator = replace(OPERATOR, scope=Scope(("",), grants=("dispute",)))
    town.act(town.ids["dispute"], mediator, "override", to="noise", **act)
    events = events_of(town, MONTH)
    assert {*events.index} == {town.ids[name] for name in ("trade", "early", "dispute")}
    assert events.loc[town.ids["dispute"], "kind"] == "noise"


def test_only_what_was_known_counts(town):
    before = town.town.clock.now
    town.pass_minutes(10)
    town.act(town.ids["noise"], OPERATOR, "override", to="street_trading", reason="why")
    kinds = [
        events_of(town, MONTH, known_at=known_at).loc[town.ids["noise"], "kind"]
        for known_at in (before, town.town.clock.now, None)
    ]
    assert kinds == ["noise", "street_trading", "street_trading"]
    assert events_of(town, MONTH, known_at=before - 1).empty


def test_events_of_before_lie_on_the_boundaries_of_the_day(town):
    far = town.report("noise", occurred_at=local("2026-09-30T12:00"), lon=120.0228,
                      lat=30.005, datum="cgcs2000")  # fmt: skip
    town.town.publish(LATER, "2026-10-01")
    town.town.clock.now = local("2026-10-02")
    events = events_of(town, MONTH, dt.date(2026, 10, 1))
    assert events.loc[far, FIELDS[2:]].tolist() == ["C/W/G2/", "G2", "by_point"]
    assert events.loc[town.ids["noise"], "move"] == "same_ground"
    then = events_of(town, MONTH)
    assert then.loc[far, FIELDS[2:]].tolist() == ["C/E/G3/", "G3", ""]


def test_what_was_read_is_kept_for_a_service(town, tmp_path):
    rated = read_risk_day(town.store, Cutoff(DAY, timezone=TIMEZONE), 2)
    events = PeriodEvents(town.store, rated, tmp_path)
    assert len(events.within(MONTH)) == 3
    events.close()
    file = ColumnsFile(tmp_path, town.store, rated.scenarios)
    assert file.read().columns.event_count == 4
    desk = FiguresDesk(
        town.store, town.intake.snapshots, town.intake.registries, folder=tmp_path
    )
    span = local("2026-09-01"), local("2026-10-01")
    figures = desk.of_area(AreaQuestion("circles", "C", *span), EVERYTHING)
    assert figures.table.total.counts["events"] == 3


def test_a_town_without_events_has_none():
    town = SquareTown()
    rated = read_risk_day(town.store, Cutoff(DAY, timezone=TIMEZONE), 2)
    figures = monthly_figures(rated, PeriodEvents(town.store, rated).within)
    assert figures.areas["events"].sum() == 0
    assert figures.events.empty


def test_grids_that_stand_alone_count_their_events(tmp_path):
    clock = Clock(local("2026-09-01"))
    store = open_store("memory:", now=clock)
    for base, columns, day in ((None, COLUMNS, "2026-09-01"), (1, LATER, "2026-09-20")):
        grids = squares(columns)[["grid_id", "geometry"]]
        digest = draft_digest(grids)
        draft = Draft(local(day), digest, grids, outline=grids.union_all().envelope)
        if base:
            draft = replace(draft, lineage=lineage_of(COLUMNS, columns))
        store.publish(Publication((draft,), "planner", "chief", base=base))
    clock.now = NOW
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    load_events(store, path, EventJob("hotline", TIMEZONE, 1.0), NOW)
    rated = read_risk_day(store, Cutoff(DAY, timezone=TIMEZONE), 2)
    figures = monthly_figures(rated, PeriodEvents(store, rated).within)
    counts = figures.areas.set_index(["layer", "area_id"])["events"]
    # two of them lie west of the town and nowhere
    assert counts["grid"].to_dict() == {"G1": 1, "G2": 1, "G5": 0}
    assert counts["no_grid"].item() == 2
    assert figures.moves["events"] == {
        "same_ground": 1,
        "by_point": 1,
        "outside": 1,
        "no_place": 1,
    }
