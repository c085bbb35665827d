"""Every number of a report or page is a figure of the registry, and says so there."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from gis.models import Instant, PostId, SafetyCode
from gis.roster import Duty
from layers.figures.definitions import definition_of, definitions
from layers.figures.review import HandedOver
from layers.maps.offline import BROWSER
from layers.packs.scenario_files import scenarios
from layers.reports import outline, page
from layers.reports.blocks import Column, Panel, Table, Tile, Tiles
from layers.reports.figure_notes import figure_ids, with_figure_notes
from layers.reports.plan_section import COLUMNS
from layers.reports.review_page import review_content
from layers.words import Words
from support.makers.report_days import daily_report, make_hamlet_day, monthly_report
from support.makers.reviews import caseload_of, review_of


def month_with_people():
    """A month in which kinds about people are many enough to be given."""
    day = make_hamlet_day()
    few = day.sensitive_events.iloc[[0] * 12 + [1] * 8]
    many = pd.concat([few.assign(category=k) for k in scenarios().sensitive_kinds])
    return monthly_report(make_hamlet_day(sensitive_events=many))


def review():
    """A change by which a place and a duty change hands."""
    duty = Duty("D", PostId("A-L"), "L001", Instant(0), Instant(9), Instant(0))
    place = HandedOver("P1", Words("店", "shop"), "A", "B")
    change = review_of(caseload_of((place,), duties=((duty, "A", "B"),)))
    shops = {("street_shop", SafetyCode.RED): 1}
    figures = tuple(
        pair._replace(after=replace(pair.after, places=shops))
        for pair in change.figures
    )
    return replace(change, figures=figures)


CONTENTS = {
    "daily": outline(daily_report(make_hamlet_day())),
    "monthly": outline(month_with_people()),
    "review": review_content(review()),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_each_number_has_a_figure_of_the_registry_and_its_definition_below(name):
    content = CONTENTS[name]
    ids = figure_ids(content.blocks)
    assert len(ids) > 10
    notes = content.blocks[-1]
    assert [row[-1] for row in notes.rows] == [*ids]
    for row in notes.rows:
        definition = definition_of(row[-1])
        assert row[:2] == (definition.name.line, definition.definition.line)


@pytest.mark.parametrize("name", CONTENTS)
def test_a_column_of_numbers_alone_has_a_figure(name):
    number = re.compile(r"[≈+-]?[\d,.]+%?")
    for block in CONTENTS[name].blocks:
        if not isinstance(block, Table) or not block.rows:
            continue
        for place, column in enumerate(block.columns):
            cells = [row[place] for row in block.rows if isinstance(row[place], str)]
            is_number = bool(cells) and all(map(number.fullmatch, cells))
            is_order = column.words.en == "No."
            assert column.is_number or not is_number or is_order, column.words.en


def test_the_page_says_over_each_number_which_figure_it_is():
    text = page(CONTENTS["monthly"])
    shown = {*re.findall(r'data-figure="([a-z_0-9]+)"', text)}
    panels = {
        f for b in CONTENTS["monthly"].blocks if isinstance(b, Panel) for f in b.figures
    }
    assert shown | panels == {*figure_ids(CONTENTS["monthly"].blocks)}
    events = definition_of("events")
    assert f'title="{events.name.line}: {events.definition.line}"' in text


def test_each_definition_is_answered_reported_or_on_a_page():
    pages = {f for content in CONTENTS.values() for f in figure_ids(content.blocks)}
    pages |= {*figure_ids([Table(COLUMNS, ())])}
    # these stand in the cockpit, which is no report
    pages |= {"red_areas", "orange_areas"}
    # and these on the map
    for module in BROWSER.glob("*.js"):
        pages |= {*re.findall(r'"([a-z_]+)"', module.read_text("utf-8"))}
    unused = [
        d.figure_id
        for d in definitions()
        if not (d.is_answered or d.report or d.figure_id in pages)
    ]
    assert unused == []


def test_figures_stand_once_in_the_order_of_the_blocks():
    tile = Tile("3", Words("红", "Red"), Words(""), "red")
    columns = (Column(Words("名"), 9), Column(Words("数"), 9, "events"))
    blocks = (Tiles((tile,)), Table(columns, ()), Tiles((tile,)))
    assert figure_ids(blocks) == ("red", "events")
    assert len(with_figure_notes(blocks)) == len(blocks) + 2


def test_a_number_of_no_definition_cannot_be_drawn():
    with pytest.raises(KeyError, match="kites"):
        with_figure_notes([Table((Column(Words("数"), 9, "kites"),), ())])
