"""Sensitive counts are given once a month, by community, and none that is small."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from gis.models import Instant
from layers.figures.counting import Span
from layers.figures.report import Figures
from layers.figures.sensitive import count_sensitive, sensitive_rule
from layers.packs.scenario_files import scenarios
from support.makers.report_days import (
    DAY,
    MadeDay,
    daily_report,
    make_hamlet_day,
    monthly_report,
)

KINDS = scenarios().sensitive_kinds


@pytest.fixture(scope="module")
def frequent_day(s_town_day: MadeDay) -> MadeDay:
    """S town where noise is said to be sensitive: every community has enough of it."""
    is_noise = s_town_day.events["category"] == "noise"
    noise = s_town_day.events[is_noise]
    return replace(
        s_town_day,
        events=s_town_day.events[~is_noise],
        sensitive_events=pd.concat([noise.assign(category=k) for k in KINDS]),
    )


@pytest.fixture(scope="module")
def town_month(frequent_day: MadeDay) -> Figures:
    return monthly_report(frequent_day)


def test_sensitive_counts_of_a_closed_month_hide_small_ones(
    town_month: Figures,
) -> None:
    told = town_month.sensitive
    name, dispute, elder_care, total = told.rows[-1][1:]
    assert name == "合计"
    assert int(dispute) == int(elder_care) == int(total) / 2
    shown = [int(row[2]) for row in told.rows if row[2].isdigit()]
    assert min(shown) >= 5


def test_small_sensitive_counts_are_withheld(frequent_day: MadeDay) -> None:
    day = frequent_day
    first = day.communities["community_id"].iloc[0]
    of_first = day.grids.loc[day.grids["community_id"] == first, "grid_id"]
    is_there = day.sensitive_events["grid_id"].isin(of_first)
    order = is_there.groupby(day.sensitive_events["category"]).cumsum()
    few = day.sensitive_events[~is_there | (order <= 2)]
    told = monthly_report(replace(day, sensitive_events=few)).sensitive
    withheld = [row for row in told.rows if not row[2].isdigit()]
    # another one hides the difference to the total
    assert withheld[0][0] == first
    assert len(withheld) > 1
    assert "2" not in {row[2] for row in told.rows}


@pytest.mark.parametrize(
    "known_at",
    [
        None,
        Instant(1791648000001),
        Instant(1791648000000 + 86_400_000),
        Instant(1790784000000),
    ],
    ids=["none", "a millisecond later", "a day later", "before it is closed"],
)
def test_another_cut_off_gives_no_sensitive_counts(
    s_town_day: MadeDay, known_at: Instant | None
) -> None:
    told = monthly_report(replace(s_town_day, known_at=known_at)).sensitive
    assert told.rows == ()
    assert told.note is not None


def test_a_town_total_that_is_small_gives_no_sensitive_counts() -> None:
    assert monthly_report(make_hamlet_day()).sensitive.rows == ()


def test_a_daily_report_gives_no_sensitive_counts(s_town_day: MadeDay) -> None:
    told = daily_report(s_town_day).sensitive
    assert told.rows == ()
    assert "矛盾纠纷" in told.rule.zh


MONTH = Span(dt.date(2026, 9, 1), DAY)


def test_rule_names_every_category_in_both_languages() -> None:
    rule = sensitive_rule(scenarios())
    assert "（矛盾纠纷、养老服务）" in rule.zh
    assert "(Dispute, Elder care)" in rule.en


def test_month_without_communities_gives_the_rule_and_why_there_is_no_more() -> None:
    day = make_hamlet_day(communities=None)
    counts = count_sensitive(day, MONTH)
    assert counts.rule == sensitive_rule(scenarios())
    assert (counts.headings, counts.rows) == ((), ())
    assert counts.note is not None
    assert "without a cut-off and communities" in counts.note.en


def large(day: MadeDay) -> MadeDay:
    """Enough sensitive events of each kind in both communities."""
    kinds = day.sensitive_events.iloc[[0] * 12 + [1] * 8]
    events = pd.concat([kinds.assign(category=kind) for kind in KINDS])
    ids = [f"X{n}" for n in range(len(events))]
    return replace(day, sensitive_events=events.assign(event_id=ids))


def test_counts_of_large_communities_are_given_with_their_total() -> None:
    counts = count_sensitive(large(make_hamlet_day()), MONTH)
    assert [words.en for words in counts.headings] == ["Dispute", "Elder care", "Total"]
    assert counts.rows[0] == ("K1", "一村", "12", "12", "24")
    assert counts.rows[-1] == ("", "合计", "20", "20", "40")


def test_another_time_zone_is_another_edition_and_gives_no_counts() -> None:
    day = replace(large(make_hamlet_day()), timezone="Asia/Tokyo")
    counts = count_sensitive(day, MONTH)
    assert counts.rows == ()
    assert counts.note is not None
    assert "months of 'Asia/Shanghai', not of 'Asia/Tokyo'" in counts.note.en
