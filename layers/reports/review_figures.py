"""The figures of changed grids before and after, beside the limits of the rule."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gis.editing.figures import Excess, GridFigures
from gis.editing.populations import Count
from gis.models import SCENE_NAMES, SafetyCode, Scene
from gis.sentences import sentence
from layers.figures.review import FigurePair, Review
from layers.reports.blocks import Block, Cell, Chip, Column, Heading, Paragraph, Table
from layers.styles import PAGE_COLOURS
from layers.words import Words
from layers.words.code_lists import FIGURE_NAMES
from layers.words.vocabulary import CAPTIONS, CODES

NOT_LOADED: Final = CAPTIONS["not_loaded"]
NONE: Final = "—"
BEFORE, AFTER = "前 before", "后 after"
FIGURES: Final[Mapping[str, Words]] = {
    **FIGURE_NAMES,
    "area_km2": Words("面积 km²", "Area, km2"),
}
_FORMATS: Final[Mapping[str, Callable[[float], str]]] = {
    "area_km2": "{:.3f}".format,
    "compactness": "{:.2f}".format,
    "checks": "{:,.1f}".format,
    "events": "{:,.1f}".format,
    "load_h": "{:,.0f}".format,
    "load_a_member_h": "{:,.0f}".format,
}
_CODES: Final = (SafetyCode.GREEN, SafetyCode.YELLOW, SafetyCode.RED, None)


def figure_sections(review: Review) -> Iterator[Block]:
    """Yield the figures of each changed grid, and its places by scene and code.

    Parameters
    ----------
    review
        With the figures and the rule.
    """
    yield Heading(Words("指标", "Figures"))
    yield Paragraph(_legend(review))
    rows = [row for pair in review.figures for row in _pair_rows(pair, review)]
    yield Table(
        (
            Column(CAPTIONS["grid"], 37),
            Column(Words("时点", "When"), 18),
            *(Column(words, 18, f"grid_{name}") for name, words in FIGURES.items()),
        ),
        tuple(rows),
    )
    yield Heading(Words("场所：按场景和平安码", "Places by scene and code"))
    if all(f is None or f.places is None for p in review.figures for f in p[1:]):
        yield Paragraph(NOT_LOADED)
        return
    yield Table(
        (
            Column(CAPTIONS["grid"], 60),
            Column(CAPTIONS["scene"], 77),
            *(Column(CODES[code], 34, "places_by_code") for code in _CODES),
        ),
        tuple(row for pair in review.figures for row in _scene_rows(pair)),
    )


def warning_texts(review: Review) -> Iterator[Words]:
    """Yield a sentence for each figure after the change that is beyond the rule.

    Parameters
    ----------
    review
        With the figures and the rule.
    """
    for pair in review.figures:
        for excess in () if pair.after is None else pair.after.beyond(review.rule):
            words = FIGURES[excess.name]
            value = _number(excess.name, excess.value)
            limits = _limits(excess)
            yield Words(
                f"网格 {pair.grid_id} 的{words.zh}为 {value}，规则为{limits.zh}。",
                f"{words.en} of grid {pair.grid_id}: {value}, the rule gives "
                f"{limits.en}.",
            )


def _limits(excess: Excess) -> Words:
    """Return what the rule gives for a figure."""
    least, most = (
        None if end is None else _number(excess.name, end) for end in excess.limits
    )
    if least is None:
        return Words(f"不超过 {most}", f"at most {most}")
    if most is None:
        return Words(f"不少于 {least}", f"at least {least}")
    return Words(f" {least} 至 {most}", f"{least} to {most}")


def _legend(review: Review) -> Words:
    """Return how the figures are read."""
    windows = {
        f.window_days for p in review.figures for f in p[1:] if f is not None
    } - {None}
    days = "、".join(f"{window:g}" for window in sorted(filter(None, windows)))
    zh = "≈ 为按地域推算的估计数；有框的数超出尺度规则；衡量网格与岗位，不评价个人。"
    en = (
        "≈: an estimate that follows the ground; framed: beyond the sizing rule. Of "
        "grids and posts, never of persons."
    )
    if days:
        zh += f"事件按最近 {days} 天计，不含涉敏感类别。"
        en += sentence(
            " Events of the last {days} days, none of a sensitive kind.", days=days
        )
    return Words(zh, en)


def _pair_rows(pair: FigurePair, review: Review) -> Iterator[tuple[Cell, ...]]:
    for when, figures in ((BEFORE, pair.before), (AFTER, pair.after)):
        if figures is None:
            yield (pair.grid_id, when, *[NONE] * len(FIGURES))
            continue
        beyond = {excess.name for excess in figures.beyond(review.rule)}
        cells = (_cell(name, figures, name in beyond) for name in FIGURES)
        yield (pair.grid_id, when, *cells)


def _cell(name: str, figures: GridFigures, is_beyond: bool) -> Cell:
    """Return a figure as it is shown; one that is beyond the rule in a frame."""
    value = figures.value(name)
    if value is None:
        # a load by nobody is no missing layer
        is_unstaffed = name == "load_a_member_h" and figures.members == 0
        return NONE if is_unstaffed else NOT_LOADED.zh
    count = getattr(figures, name, None)
    is_estimate = isinstance(count, Count) and count.is_estimate
    text = ("≈" if is_estimate else "") + _number(name, value)
    if not is_beyond:
        return text
    mark = PAGE_COLOURS["mark"]
    return Chip(text, PAGE_COLOURS["card"], mark, mark)


def _number(name: str, value: float) -> str:
    return _FORMATS.get(name, "{:,.0f}".format)(value)


def _scene_rows(pair: FigurePair) -> Iterator[tuple[Cell, ...]]:
    """Yield the places of a grid by scene: before, then after, where they differ."""
    before = _places(pair.before)
    after = _places(pair.after)
    for scene in sorted({scene for scene, _ in (*before, *after)}):
        cells = (
            _change(before.get((scene, code), 0), after.get((scene, code), 0))
            for code in _CODES
        )
        yield (pair.grid_id, _scene(scene), *cells)


def _places(
    figures: GridFigures | None,
) -> Mapping[tuple[str, SafetyCode | None], int]:
    return {} if figures is None or figures.places is None else figures.places


def _change(before: int, after: int) -> str:
    if before == after:
        return f"{after:,}" if after else NONE
    return f"{before:,} → {after:,}"


def _scene(scene: str) -> str:
    """Return a kind of place in words; one that is none of the eight as it is."""
    names = {item.value: " ".join(SCENE_NAMES[item]) for item in Scene}
    return names.get(scene, scene)
