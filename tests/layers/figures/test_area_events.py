"""Events count in every area that their path names, and in communities by grid."""

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layers.figures.area_events import count_area_events
from layers.figures.areas import AreaLayer, list_areas
from layers.figures.columns import Area
from layers.figures.counting import EVENT_COLUMNS, MODULE_COLUMNS, MODULES, Span, Spans
from layers.figures.question import Ground
from support.makers.report_days import DAY, make_hamlet_day

TODAY = Span(DAY, DAY)
YESTERDAY = Span(dt.date(2026, 9, 29), dt.date(2026, 9, 29))
SPANS = Spans(TODAY, YESTERDAY, Span(dt.date(2026, 9, 28), DAY))
PLACES = [
    *(("C1/C21/G1/", "G1"), ("C1/C21/G2/", "G2"), ("C1/C22/G3/", "G3")),
    *(("C1/C21/", ""), ("C1/", ""), ("", ""), ("C1/C22/G9/", "G9")),
]
"""In grids, in circles of none, nowhere, and in a grid that is gone."""
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(["safety", "enforcement", "", "unheard-of"]),
        st.sampled_from([1, 4, 9]),
        st.integers(0, 3),
        st.sampled_from(["", "by_point"]),
    ),
    max_size=25,
)


def frame_of(events):
    """Events with the day that is so many before the last."""
    rows = [
        (*place, module, severity, DAY - dt.timedelta(days=back), move)
        for place, module, severity, back, move in events
    ]
    names = ["area_path", "grid_id", "module", "severity", "day", "move"]
    frame = pd.DataFrame(rows, columns=names).astype({"severity": np.int64})
    return frame.assign(day=pd.to_datetime(frame["day"]).to_numpy("datetime64[s]"))


def counted(events):
    frame = frame_of(events)
    return count_area_events(SPANS, lambda span: frame[span.holds(frame["day"])])


def grounds(day, layer: AreaLayer):
    """The areas of a layer as the figures take them."""
    for area_id, rows in zip(layer.frame["area_id"], layer.grid_rows, strict=True):
        grids = frozenset(day.grids["grid_id"].iloc[rows])
        yield Ground(area_id, grids if layer.name == "community" else None)


@given(EVENTS)
def test_areas_count_the_events_that_figures_find_in_them(events):
    day = make_hamlet_day()
    grid_ids = pd.Index(day.grids["grid_id"])
    areas = counted(events)
    for layer in list_areas(day):
        rows = areas.rows(layer, grid_ids)
        for ground, some in zip(grounds(day, layer), rows, strict=True):
            inside = [
                (module, back)
                for (path, grid_id), module, _, back, _ in events
                if ground.child(Area(path, grid_id or None)) is not None
            ]
            sums = dict(zip(EVENT_COLUMNS, areas.table[some].sum(axis=0), strict=True))
            backs = [back for _, back in inside]
            assert sums["events"] == backs.count(0)
            assert sums["events_before"] == backs.count(1)
            assert sums["module_safety"] == inside.count(("safety", 0))
            trend = areas.trend[some].sum(axis=0).tolist()
            assert trend == [backs.count(back) for back in (2, 1, 0)]


@given(EVENTS)
def test_modules_and_severities_sum_to_the_events(events):
    table = pd.DataFrame(counted(events).table, columns=EVENT_COLUMNS)
    severities = [name for name in EVENT_COLUMNS if name.startswith("severity_")]
    for names in (list(MODULE_COLUMNS), severities):
        assert (table[names].sum(axis=1) == table["events"]).all()
    strange = sum(back == 0 and sev == 9 for _, _, sev, back, _ in events)
    assert table[severities[-1]].sum() == strange
    other = sum(back == 0 and name not in MODULES for _, name, _, back, _ in events)
    assert table[MODULE_COLUMNS[-1]].sum() == other


def test_a_month_that_is_plotted_itself_is_read_once():
    spans, asked = Spans(TODAY, YESTERDAY, TODAY), []

    def within(span):
        asked.append(span)
        return frame_of([])

    assert count_area_events(spans, within).table.shape == (0, len(EVENT_COLUMNS))
    assert asked == [TODAY, YESTERDAY]


def test_how_events_came_is_counted_by_time():
    place = PLACES[0]
    areas = counted(
        [
            (place, "safety", 1, 0, "by_point"),
            (place, "safety", 1, 0, ""),
            (place, "safety", 1, 2, "by_point"),
            (place, "safety", 1, 1, "outside"),
        ]
    )
    assert areas.moves == {"events": {"by_point": 1}, "events_before": {"outside": 1}}
    assert len(areas.events) == 2
