"""Figures as they are answered: shares of nothing are null, clocks in seconds."""

from api.schemas.figures import FigureRowOut
from gis.events import Loop
from layers.figures.events import figure_rows
from support.makers.event_frames import frame_of, total_of


def test_figures_of_nothing_have_counts_of_zero_and_no_shares():
    out = FigureRowOut.of(total_of([], 0), None)
    assert (out.count, out.open, out.no_reply) == (0, 0, 0)
    assert out.resolve_rate is out.override_rate is out.shares.located is None
    assert out.medians.discovery_s is None


def test_shares_and_rates_are_of_the_count():
    loops = [
        Loop("E", status="inside", phase="closed", handled_at=5, accepted_at=90_000),
        Loop("F", status="outside", is_overridden=True),
        Loop("G", status="boundary"),
    ]
    frame = frame_of(loops)
    [row] = figure_rows(frame, frame["source"], frame["received_at"] * 1.0, 0)
    out = FigureRowOut.of(row, ("热线", "Hotline"))
    assert (out.name, out.name_zh) == ("Hotline", "热线")
    assert out.shares.located == out.shares.outside == 0.333333
    assert out.resolve_rate == out.override_rate == 0.333333
    assert out.medians.discovery_s == 90.0
