"""Figures of an area count what who asks sees, and nothing else."""

import pytest

from api.service.events.figures import FiguresDesk
from api.service.events.report import EventReport
from gis.access import EVERYTHING, NOWHERE, Scope
from gis.errors import SettingError
from gis.events import LINES, MODULES, Action, Changes
from gis.models import Instant
from layers.stores.loops import Entry
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import NOW

HERE = {"lon": 120.005, "lat": 30.005, "datum": "cgcs2000"}
HOUR = 3_600_000
SPAN = (Instant(NOW - 48 * HOUR), Instant(NOW + HOUR))


@pytest.fixture
def town():
    town = EventTown()
    for number, kind, source in (
        (1, "street_trading", "hotline"),
        (2, "street_trading", "citizen"),
        (3, "dispute", "hotline"),
        (4, "kite", "hotline"),
    ):
        report_event(town, str(number), kind, source)
    return town


@pytest.fixture
def figures(town):
    return FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)


def report_event(town, source_id, kind, source, **place):
    sent = EventReport(source, source_id, kind, **(place or HERE))
    draft = town.intake.draft(sent, REPORTER)
    [receipt] = town.intake.append(draft, b"{}").result()
    return receipt.loop


def summon_police(town, event_id, given_at):
    values = {"task_id": f"{event_id}/9", "sort": "whistle", "department_id": "police",
              "area_path": "C/W/G1/", "given_at": given_at}  # fmt: skip
    action = Action("w1", event_id, "whistle", given_at, changes=Changes({}, (values,)))
    town.store.append([Entry(actions=(action,))]).result()


def counts(found):
    return {row.key: row.count for row in found.rows}


def test_rows_by_source_are_named_and_sum_to_the_total(figures):
    found = figures.of_area("C", "source", SPAN, EVERYTHING)
    assert counts(found) == {"citizen": 1, "hotline": 2}
    assert found.total.count == 3
    assert found.names["hotline"] == ("hotline", "hotline")


def test_every_line_and_module_has_a_row_and_an_unknown_kind_stands_apart(figures):
    lines = counts(figures.of_area("G1", "line", SPAN, EVERYTHING))
    assert lines == {**dict.fromkeys(LINES, 0), "security": 2, "": 1}
    modules = counts(figures.of_area("G1", "module", SPAN, EVERYTHING))
    assert modules == {**dict.fromkeys(MODULES, 0), "enforcement": 2, "": 1}


def test_rows_by_circle_are_the_areas_next_below(figures):
    assert counts(figures.of_area("C", "circle", SPAN, EVERYTHING)) == {"W": 3}
    assert counts(figures.of_area("W", "circle", SPAN, EVERYTHING)) == {"G1": 3}


def test_kinds_about_people_count_only_for_who_has_the_grant(figures):
    plain = figures.of_area("G1", "source", SPAN, EVERYTHING)
    granted = figures.of_area("G1", "source", SPAN, Scope(("",), grants=("dispute",)))
    assert (plain.total.count, plain.sensitive_kinds) == (3, ())
    assert (granted.total.count, granted.sensitive_kinds) == (4, ("dispute",))


@pytest.mark.parametrize(
    ("area_id", "scope"),
    [
        ("C9", EVERYTHING),
        ("C", NOWHERE),
        ("C", Scope(("C/W/",))),
        ("W", Scope(("C/W/G1/",))),
        ("G2", Scope(("C/W/G1/",))),
    ],
)
def test_area_that_is_not_there_or_out_of_scope_has_no_figures(figures, area_id, scope):
    assert figures.of_area(area_id, "line", SPAN, scope) is None


def test_a_source_counts_its_own_events_wherever_they_are(figures):
    found = figures.of_area("C", "source", SPAN, Scope(sources=("citizen",)))
    assert counts(found) == {"citizen": 1}


def test_only_events_of_the_time_count(figures):
    early = (Instant(NOW - 2 * HOUR), Instant(NOW - HOUR))
    assert figures.of_area("C", "source", early, EVERYTHING).total.count == 0


def test_a_time_that_ends_before_it_begins_is_refused(figures):
    with pytest.raises(SettingError, match="expected an end after the beginning"):
        figures.of_area("C", "source", (NOW, NOW), EVERYTHING)


def test_events_without_reply_are_listed_by_department_longest_first(town, figures):
    assert figures.of_area("C", "department", SPAN, EVERYTHING).silences == ()
    town.town.clock.now = Instant(NOW + 24 * HOUR)
    found = figures.of_area("C", "department", SPAN, EVERYTHING)
    assert [s.department_id for s in found.silences].count("urban_management") == 2
    assert len(found.silences) == found.total.unanswered == 3
    due = [s.accept_by for s in found.silences]
    assert due == sorted(due)
    assert counts(found) == {"": 1, "urban_management": 2}


def test_department_rows_show_what_was_summoned_in_the_time(town, figures):
    loop = report_event(town, "5", "street_trading", "hotline")
    summon_police(town, loop.event_id, NOW)
    found = figures.of_area("G1", "department", SPAN, EVERYTHING)
    assert [(s.department_id, s.summons) for s in found.summons] == [("police", 1)]
    later = (Instant(NOW + 1), Instant(NOW + HOUR))
    assert figures.of_area("G1", "department", later, EVERYTHING).summons == ()


def test_an_override_counts_for_the_rule_that_suggested(town, figures):
    loop = report_event(town, "5", "street_trading", "hotline")
    changes = Changes({"is_overridden": True})
    action = Action("o1", loop.event_id, "override", NOW, changes=changes)
    town.store.append([Entry(actions=(action,))]).result()
    found = figures.of_area("G1", "rule", SPAN, EVERYTHING)
    [row] = [row for row in found.rows if row.key == loop.rule_id]
    assert (row.overridden, row.count) == (1, 3)
    assert found.names[row.key] == ("出店经营", "Street trading")
