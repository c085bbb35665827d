"""Figures as they are answered: shares of nothing are null, spans in seconds."""

from api.schemas.figures import COUNTED, FigureRowOut, MediansOut
from gis.tally import COUNTS, SPANS
from layers.figures.tally import FigureRow


def row_of(keys=(), spans=(), **counts):
    empty = FigureRow.empty(keys)
    return FigureRow(
        keys, dict(empty.counts) | counts, dict(empty.medians_ms) | dict(spans)
    )


def test_figures_of_nothing_have_counts_of_zero_and_no_shares():
    out = FigureRowOut.of(row_of(), {})
    assert (out.events, out.open, out.no_reply, out.keys) == (0, 0, 0, [])
    assert out.resolve_rate is out.override_rate is out.shares.located is None
    assert set(out.medians.model_dump().values()) == {None}


def test_shares_and_rates_are_of_the_events():
    row = row_of(
        ("hotline", ""),
        {"response": 90_000.0, "closing": 1.0},
        events=3,
        resolved=1,
        overridden=1,
        located=1,
        tier_3=2,
    )
    names = {"source": {"hotline": ("热线", "Hotline")}, "rule": {}}
    out = FigureRowOut.of(row, names)
    assert [(key.by, key.key, key.name, key.name_zh) for key in out.keys] == [
        ("source", "hotline", "Hotline", "热线"),
        ("rule", "", None, None),
    ]
    assert out.shares.located == out.resolve_rate == out.override_rate == 0.333333
    assert out.closed_at_tier == {3: 2}
    assert (out.medians.first_response_s, out.medians.closing_s) == (90.0, 0.001)


def test_every_count_and_span_is_answered():
    tiers = {name for name in COUNTS if name.startswith("tier_")}
    assert {*COUNTED} | tiers == {*COUNTS}
    assert len(MediansOut.model_fields) == len(SPANS)
