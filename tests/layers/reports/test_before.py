"""What is compared with a period without data says so; a true zero is said."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from layers.reports import outline
from layers.reports.before import before_note, before_text, has_before
from layers.reports.blocks import Panel, Table, Tiles
from support.makers.report_days import daily_report, make_hamlet_day, monthly_report

MONTH = monthly_report(make_hamlet_day())


def since(day: str | None):
    """The month with events since a day."""
    first = None if day is None else dt.date.fromisoformat(day)
    areas = MONTH.areas.assign(events_before=0)
    return replace(MONTH, areas=areas, first_event=first)


@pytest.mark.parametrize(
    ("first", "note", "text"),
    [
        ("2026-07-01", "", "上期 0 起"),
        ("2026-08-01", "", "上期 0 起"),
        ("2026-08-20", " 数据自 2026-08-20 起 data since 2026-08-20", "上期 0 起"),
        ("2026-08-31", " 数据自 2026-08-31 起 data since 2026-08-31", "上期 0 起"),
        ("2026-09-01", " 无数据 no data", "上期无数据"),
        (None, " 无数据 no data", "上期无数据"),
    ],
)
def test_period_before_says_how_far_its_data_go(first, note, text):
    figures = since(first)
    assert (before_note(figures), before_text(figures, 0)) == (note, text)
    assert has_before(figures) == ("无数据" not in text)


def texts_of(figures):
    """Facts, tiles, panels and the column of the period before, of a report."""
    content = outline(figures)
    facts = {words.zh: text for words, text in content.facts}
    [tiles] = [b for b in content.blocks if isinstance(b, Tiles)]
    panels = [b for b in content.blocks if isinstance(b, Panel)]
    lines = [words.zh for panel in panels for _, words in panel.lines]
    cells = set()
    for block in content.blocks:
        if isinstance(block, Table):
            for place, column in enumerate(block.columns):
                if column.words.zh == "上期":
                    cells |= {row[place] for row in block.rows}
    events = [line for line in lines if "上期" in line]
    return facts["上期"], tiles.tiles[0].beside.zh, events, cells


def test_whole_report_says_that_there_is_nothing_to_compare_with():
    fact, tile, lines, cells = texts_of(since("2026-09-03"))
    assert fact == "2026-08-01 / 2026-08-31 无数据 no data"
    assert tile == "上期无数据"
    assert lines
    assert all("（上期无数据）" in line for line in lines)
    assert cells == {"—"}


def test_period_in_which_nothing_happened_is_zero():
    fact, tile, lines, cells = texts_of(since("2026-07-01"))
    assert fact == "2026-08-01 / 2026-08-31"
    assert tile == "上期 0 起"
    assert all("（上期 0 起）" in line for line in lines)
    assert cells == {"0"}


def test_first_day_is_that_of_all_events_sensitive_ones_too():
    day = make_hamlet_day()
    days = pd.concat([day.events["day"], day.sensitive_events["day"]])
    assert daily_report(day).first_event == days.min().date()
    early = day.sensitive_events.assign(day=pd.Timestamp("2026-06-02"))
    assert daily_report(replace(day, sensitive_events=early)).first_event == dt.date(
        2026, 6, 2
    )
    none = {"events": day.events[:0], "sensitive_events": day.sensitive_events[:0]}
    assert daily_report(replace(day, **none)).first_event is None
