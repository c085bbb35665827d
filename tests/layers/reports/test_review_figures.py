"""Figures before and after: what is not loaded, estimated or beyond is told apart."""

from dataclasses import replace

from gis.editing.populations import Count
from gis.models import SafetyCode
from layers.figures.review import FigurePair
from layers.reports.blocks import Chip, Paragraph, Table
from layers.reports.review_figures import FIGURES, figure_sections, warning_texts
from support.makers.reviews import caseload_of, review_of

REVIEW = review_of(caseload_of(()))
COLUMNS = ("grid", "when", *FIGURES)


def tables(review):
    return [block for block in figure_sections(review) if isinstance(block, Table)]


def rows_of(review):
    figures, *_ = tables(review)
    return [dict(zip(COLUMNS, row, strict=True)) for row in figures.rows]


def with_figures(**values):
    """The review with other figures of B after the change."""
    first, second = REVIEW.figures
    after = replace(second.after, **values)
    pairs = (first, FigurePair("B", second.before, after))
    return review_of(caseload_of(()), figures=pairs)


def test_each_grid_stands_before_and_after():
    rows = rows_of(REVIEW)
    assert [(row["grid"], row["when"]) for row in rows] == [
        ("A", "前 before"),
        ("A", "后 after"),
        ("B", "前 before"),
        ("B", "后 after"),
    ]


def test_estimate_is_marked_and_what_is_beyond_is_framed():
    before, after, *_ = rows_of(REVIEW)
    assert isinstance(before["residents"], Chip)
    assert before["residents"].text == "3,001"
    # half of 3,001 people follow the ground, and are within the limit
    assert after["residents"] in {"≈1,501", "≈1,500"}


def test_layer_that_is_not_loaded_is_said_and_a_count_of_nothing_is_0():
    row = rows_of(REVIEW)[-1]
    for name in ("households", "places", "checks", "events", "members", "load_h"):
        assert row[name] == "未载入"
    loaded = rows_of(with_figures(places={}, checks=0.0, events=0.0))[-1]
    assert (loaded["places"], loaded["checks"], loaded["events"]) == ("0", "0.0", "0.0")


def test_load_of_a_grid_without_posts_is_no_missing_layer():
    row = rows_of(with_figures(members=0, load_h=10.0))[-1]
    assert row["load_a_member_h"] == "—"
    assert row["members"].text == "0"


def test_grid_that_is_not_there_has_no_figures():
    first, second = REVIEW.figures
    pairs = (FigurePair("A", first.before, None), FigurePair("B", None, second.after))
    rows = rows_of(review_of(caseload_of(()), figures=pairs))
    assert {rows[1][name] for name in FIGURES} == {"—"}
    assert {rows[2][name] for name in FIGURES} == {"—"}


def test_places_by_scene_and_code_say_what_differs():
    places = {("street_shop", SafetyCode.RED): 2, ("kiosk", None): 1}
    review = with_figures(places=places)
    _, scenes = tables(review)
    assert scenes.rows == (
        ("B", "kiosk", "—", "—", "—", "0 → 1"),
        ("B", "沿街店铺 Street shops", "—", "—", "0 → 2", "—"),
    )
    texts = [b.words.zh for b in figure_sections(REVIEW) if isinstance(b, Paragraph)]
    assert texts[-1] == "未载入"


def test_warning_says_figure_and_limit():
    assert [*warning_texts(REVIEW)] == []
    review = with_figures(
        residents=Count(3000, is_estimate=True), pieces=2, households=Count(299, False)
    )
    assert [words.zh for words in warning_texts(review)] == [
        "网格 B 的户数为 299，规则为 300 至 500。",
        "网格 B 的常住人口为 3,000，规则为不超过 2,500。",
        "网格 B 的块数为 2，规则为不超过 1。",
    ]
    assert [words.en for words in warning_texts(with_figures(compactness=0.1))] == [
        "Compactness of grid B: 0.10, the rule gives at least 0.25."
    ]


def test_window_of_the_events_is_said():
    legend = next(
        b.words
        for b in figure_sections(with_figures(window_days=30.0))
        if isinstance(b, Paragraph)
    )
    assert "最近 30 天" in legend.zh
    assert "the last 30 days" in legend.en
