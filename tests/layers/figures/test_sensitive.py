"""Sensitive counts are given once a month, by community, and none that is small."""

import datetime as dt
from dataclasses import replace

import pytest

from gis.models import Instant
from layers.figures.counting import Span
from layers.figures.report import Figures
from layers.figures.sensitive import count_sensitive, sensitive_rule
from layers.reports import daily_figures, monthly_figures
from support.makers.report_days import DAY, MadeDay, make_hamlet_day

FREQUENT = ("noise",)
"""Taken as sensitive, a kind of which every community of S town has enough."""


@pytest.fixture(scope="module")
def town_month(s_town_day: MadeDay) -> Figures:
    return monthly_figures(s_town_day, sensitive=FREQUENT)


def test_sensitive_counts_of_a_closed_month_hide_small_ones(
    town_month: Figures,
) -> None:
    told = town_month.sensitive
    assert told.rows[-1][1:] == ("合计", *(told.rows[-1][2],) * 2)
    shown = [int(row[2]) for row in told.rows if row[2].isdigit()]
    assert min(shown) >= 5


def test_small_sensitive_counts_are_withheld(s_town_day: MadeDay) -> None:
    day = s_town_day
    first = day.communities["community_id"].iloc[0]
    of_first = day.grids.loc[day.grids["community_id"] == first, "grid_id"]
    is_there = day.events["grid_id"].isin(of_first) & (
        day.events["category"] == "noise"
    )
    kept = day.events[~is_there | (is_there.cumsum() <= 2)]
    told = monthly_figures(replace(day, events=kept), sensitive=FREQUENT).sensitive
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
    told = monthly_figures(replace(s_town_day, known_at=known_at)).sensitive
    assert told.rows == ()
    assert told.note is not None


def test_a_town_total_that_is_small_gives_no_sensitive_counts() -> None:
    assert monthly_figures(make_hamlet_day()).sensitive.rows == ()


def test_a_daily_report_gives_no_sensitive_counts(s_town_day: MadeDay) -> None:
    told = daily_figures(s_town_day).sensitive
    assert told.rows == ()
    assert "矛盾纠纷" in told.rule.zh


MONTH = Span(dt.date(2026, 9, 1), DAY)


def test_rule_names_every_category_in_both_languages() -> None:
    rule = sensitive_rule(("noise", "dispute"))
    assert "（矛盾纠纷、噪声扰民）" in rule.zh
    assert "(Dispute, Noise)" in rule.en


def test_month_without_communities_gives_the_rule_and_why_there_is_no_more() -> None:
    day = make_hamlet_day(communities=None)
    counts = count_sensitive(day, MONTH, ("dispute",))
    assert counts.rule == sensitive_rule(("dispute",))
    assert (counts.headings, counts.rows) == ((), ())
    assert counts.note is not None
    assert "without a cut-off and communities" in counts.note.en


def test_counts_of_large_communities_are_given_with_their_total() -> None:
    day = make_hamlet_day()
    kinds = day.events.iloc[[2] * 12 + [5] * 8]
    events = kinds.assign(event_id=[f"X{n}" for n in range(len(kinds))])
    counts = count_sensitive(replace(day, events=events), MONTH, ("dispute",))
    assert [words.en for words in counts.headings] == ["Dispute", "Total"]
    assert counts.rows[0] == ("K1", "一村", "12", "12")
    assert counts.rows[-1] == ("", "合计", "20", "20")
