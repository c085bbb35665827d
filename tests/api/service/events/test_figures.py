"""Figures of an area count what who asks sees, and nothing else."""

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from api.service.events.report import EventReport
from gis.access import EVERYTHING, NOWHERE, Scope
from gis.events import LINES, MODULES, Action, Changes
from gis.models import Instant
from layers.figures.question import FigureError
from layers.stores.loops import Entry
from support.makers.event_town import REPORTER, EventTown
from support.makers.report_days import make_hamlet_day
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


def ask(figures, area_id, by, span=SPAN, scope=EVERYTHING, **more):
    parts = tuple(by.split(",")) if by else ()
    layer = more.pop("layer", "circles")
    return figures.of_area(AreaQuestion(layer, area_id, *span, parts, **more), scope)


def counts(answer):
    return {row.keys[0]: row.counts["events"] for row in answer.table.rows}


def total(answer):
    return answer.table.total.counts


def test_rows_by_source_are_named_and_sum_to_the_total(figures):
    answer = ask(figures, "C", "source")
    assert counts(answer) == {"citizen": 1, "hotline": 2}
    assert total(answer)["events"] == 3
    assert answer.names["source"]["hotline"] == ("hotline", "hotline")


def test_every_line_and_module_has_a_row_and_an_unknown_kind_stands_apart(figures):
    lines = counts(ask(figures, "G1", "line"))
    assert lines == {**dict.fromkeys(LINES, 0), "security": 2, "": 1}
    modules = counts(ask(figures, "G1", "module"))
    assert modules == {**dict.fromkeys(MODULES, 0), "enforcement": 2, "": 1}


def test_rows_by_children_are_the_areas_next_below(figures):
    assert counts(ask(figures, "C", "children")) == {"W": 3}
    assert counts(ask(figures, "W", "children")) == {"G1": 3}
    assert counts(ask(figures, "G1", "children", layer="grids")) == {"": 3}


def test_kinds_about_people_count_only_for_who_has_the_grant(figures):
    plain = ask(figures, "G1", "source")
    granted = ask(figures, "G1", "source", scope=Scope(("",), grants=("dispute",)))
    assert total(plain)["events"] == 3
    assert total(granted)["events"] == 4
    assert "dispute" in plain.withheld
    assert "dispute" not in granted.withheld
    assert (plain.sensitive_kinds, granted.sensitive_kinds) == ((), ("dispute",))


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
    assert ask(figures, area_id, "line", scope=scope) is None


def test_a_circle_is_no_grid_and_nothing_is_a_community_here(figures):
    assert ask(figures, "W", "", layer="grids") is None
    assert ask(figures, "W", "", layer="communities") is None


def test_a_source_counts_its_own_events_wherever_they_are(figures):
    mine = ask(figures, "C", "source", scope=Scope(sources=("citizen",)))
    assert counts(mine) == {"citizen": 1}


def test_only_events_of_the_time_count(figures):
    early = (Instant(NOW - 2 * HOUR), Instant(NOW - HOUR))
    assert total(ask(figures, "C", "source", early))["events"] == 0


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"span": (NOW, NOW)}, "expected an end after the beginning"),
        ({"known_at": Instant(NOW + HOUR)}, "'known_at' .* still to come"),
        ({"chosen": {"module": frozenset({"x"})}}, "'module' has the value 'x'"),
        ({"chosen": {"department": frozenset({"x"})}}, "expected some of .*police"),
        ({"chosen": {"category": frozenset({"x"})}}, "'category' has the value 'x'"),
        ({"chosen": {"channel": frozenset({"x"})}}, "'channel' has the value 'x'"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_both_languages(figures, more, text):
    with pytest.raises(FigureError, match=text) as refusal:
        ask(figures, "C", "", **more)
    assert refusal.value.text_zh.endswith("。")


def test_conditions_choose_events(figures):
    for name, value, count in (
        ("line", "security", 2),
        ("category", "street_trading", 2),
        ("channel", "citizen", 1),
        ("department", "urban_management", 2),
    ):
        chosen = {name: frozenset({value})}
        assert total(ask(figures, "C", "", chosen=chosen))["events"] == count


def test_what_was_recorded_later_is_not_known(town, figures):
    town.town.clock.now = Instant(NOW + 60_000)
    report_event(town, "5", "street_trading", "hotline")
    assert total(ask(figures, "C", ""))["events"] == 4
    assert total(ask(figures, "C", "", known_at=NOW))["events"] == 3
    assert total(ask(figures, "C", ""))["events"] == 4


def test_nothing_is_counted_before_any_boundaries_were_known(figures):
    assert ask(figures, "C", "", known_at=Instant(0)) is None


def test_events_without_reply_are_listed_by_department_longest_first(town, figures):
    assert ask(figures, "C", "department").silences == ()
    town.town.clock.now = Instant(NOW + 24 * HOUR)
    span = (SPAN[0], Instant(NOW + 25 * HOUR))
    answer = ask(figures, "C", "department", span)
    assert [s.department_id for s in answer.silences].count("urban_management") == 2
    assert len(answer.silences) == total(answer)["no_reply"] == 3
    due = [s.accept_by for s in answer.silences]
    assert due == sorted(due)
    assert counts(answer) == {"": 1, "urban_management": 2}
    # that is as of now: figures of what has ended list none
    assert ask(figures, "C", "department").silences == ()


def test_department_rows_show_what_was_summoned_in_the_time(town, figures):
    loop = report_event(town, "5", "street_trading", "hotline")
    summon_police(town, loop.event_id, NOW)
    answer = ask(figures, "G1", "department")
    assert [(s.department_id, s.summons) for s in answer.summons] == [("police", 1)]
    later = (Instant(NOW + 1), Instant(NOW + HOUR))
    assert ask(figures, "G1", "department", later).summons == ()


def test_an_override_counts_for_the_rule_that_suggested(town, figures):
    loop = report_event(town, "5", "street_trading", "hotline")
    changes = Changes({"is_overridden": True})
    action = Action("o1", loop.event_id, "override", NOW, changes=changes)
    town.store.append([Entry(actions=(action,))]).result()
    answer = ask(figures, "G1", "rule,category")
    [row] = [row for row in answer.table.rows if row.keys[0] == loop.rule_id]
    assert (row.counts["overridden"], row.counts["events"]) == (1, 3)
    assert row.keys[1] == "street_trading"
    assert answer.names["rule"][row.keys[0]] == ("出店经营", "Street trading")
    assert answer.names["category"]["street_trading"] == ("出店经营", "Street trading")


def test_an_earlier_period_is_compared_and_refused_where_there_were_no_areas(figures):
    span = (Instant(NOW - 24 * HOUR), Instant(NOW + HOUR))
    earlier = (Instant(NOW - 72 * HOUR), Instant(NOW - 48 * HOUR))
    answer = ask(figures, "C", "source", span, against=earlier)
    comparison = figures.compared(answer, EVERYTHING)
    assert comparison.total.after == 3
    assert (
        comparison.total.before == comparison.before.table.total.counts["events"] == 0
    )
    assert comparison.total.change is None
    assert [change.after for change in comparison.rows] == [1, 2]
    assert figures.compared(ask(figures, "C", "source", span), EVERYTHING) is None
    ancient = ask(figures, "C", "", span, against=(Instant(0), Instant(24 * HOUR)))
    with pytest.raises(FigureError, match="No boundaries were in force"):
        figures.compared(ancient, EVERYTHING)


def test_every_source_has_figures_also_without_events(figures):
    rows = figures.by_source(SPAN, EVERYTHING)
    assert rows["hotline"].counts["events"] == 2
    assert rows["camera"].counts["events"] == 0


def test_facts_beside_events_are_of_the_area_and_the_time(town, figures):
    loop = report_event(town, "5", "street_trading", "hotline")
    summon_police(town, loop.event_id, NOW)
    day = make_hamlet_day()
    question = AreaQuestion("circles", "W", *SPAN)
    facts = figures.facts_of(question, EVERYTHING, day, has_places=False)
    assert facts.places is None
    assert facts.rating.level is None
    assert facts.whistles.whistles == facts.whistles.running == 1
    assert facts.posts.posts > 0
    seen = figures.facts_of(question, EVERYTHING, day, has_places=True)
    assert seen.places.places >= 0
    other = AreaQuestion("circles", "G2", *SPAN)
    assert figures.facts_of(other, EVERYTHING, day, True).whistles.whistles == 0
    known = AreaQuestion("circles", "W", *SPAN, known_at=Instant(NOW - 1))
    assert figures.facts_of(known, NOWHERE, day, True) is None


def test_what_was_read_is_kept_for_the_next_start(town, tmp_path):
    parts = town.store, town.intake.snapshots, town.intake.registries
    desk = FiguresDesk(*parts, folder=tmp_path / "cache")
    before = counts(ask(desk, "C", "module"))
    desk.close()
    assert len([*(tmp_path / "cache").iterdir()]) == 1
    report_event(town, "5", "street_trading", "hotline")
    after = counts(ask(FiguresDesk(*parts, folder=tmp_path / "cache"), "C", "module"))
    assert before != after == counts(ask(FiguresDesk(*parts), "C", "module"))
