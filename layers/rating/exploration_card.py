"""What the map of an exploration says of itself: names, card, what is not on it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gis.assignment import REASONS, UNLOCATED, AssignmentTable
from gis.risk import MethodCard
from gis.risk.breaks import CLASSES
from layers.rating.measures import AREA, Limits, Measure
from layers.territory import Territory
from layers.words import Words
from layers.words.maps import (
    A_FRAME,
    AREA_BASE,
    ASSUMED,
    BY_AREA,
    BY_TIER,
    CLASSES_BY,
    COLUMN_BASE,
    EVENT_COUNT,
    EVENT_UNIT,
    EVENTS_FROM,
    FEWER_CLASSES,
    FITTED,
    GRIDS_FROM,
    KM2,
    RATE,
    RATE_UNIT,
    ZEROS,
    column_words,
    filled_with,
    joined,
)

NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the data of a map are from, as its method card says.

    Attributes
    ----------
    grids, grid_rows, grids_assumed
        Name of the file of grids, its rows, of which several may be one grid, and
        whether nobody declares their datum.
    events, events_datum, events_assumed
        Name of the file of events, the datum of their positions, and the same of it.
    """

    grids: str = ""
    grid_rows: int = 0
    grids_assumed: bool = False
    events: str = ""
    events_datum: str = ""
    events_assumed: bool = False


def figure_name(measure: Measure, scale: int) -> Words:
    """Return what the colours show, as a caption.

    Parameters
    ----------
    measure
        What is drawn.
    scale
        Of how many a rate is.

    Examples
    --------
    >>> figure_name(Measure(per="residents"), 1000).both
    ('每 1,000 常住人口的事件数', 'Events per 1,000 residents')
    """
    count = EVENT_COUNT if measure.value is None else column_words(measure.value)
    return count if measure.per is None else _rate(RATE, measure.per, scale, count)


def base_name(per: str) -> Words:
    """Return what a rate is counted against, as a caption.

    Examples
    --------
    >>> base_name("km2").en
    'km²'
    """
    return KM2 if per == AREA else column_words(per)


def exploration_card(
    measure: Measure, scale: int, limits: Mapping[int, Limits], source: Words
) -> MethodCard:
    """Return the card that says what is drawn, against what, and how it is parted.

    Parameters
    ----------
    measure
        What is drawn.
    scale
        Of how many a rate is.
    limits
        Upper limits of the classes by tier, those of the grids under 0.
    source
        Where the data are from, of `source_words`.

    Examples
    --------
    >>> card = exploration_card(Measure(), 1, {0: (2.0, 5.0)}, NOTHING)
    >>> card.title, card.unit, card.breaks
    ('Events by area', 'events', (2.0, 5.0))
    """
    name = figure_name(measure, scale)
    title = name if measure.per else filled_with(BY_AREA, count=name)
    unit = _unit(measure, scale)
    formula = _formula(measure, scale)
    note = _note(measure, limits)
    base = _base(measure.per)
    return MethodCard(
        title=title.en,
        title_zh=title.zh,
        formula=formula.en,
        formula_zh=formula.zh,
        unit=unit.en,
        unit_zh=unit.zh,
        breaks=limits[0],
        version="",
        data_date="",
        note=note.en,
        note_zh=note.zh,
        population_base=base.en,
        population_base_zh=base.zh,
        source=source.en,
        source_zh=source.zh,
    )


def source_words(
    territory: Territory, answers: AssignmentTable | None, sources: Sources
) -> Words:
    """Say which data a map is drawn from, and what became of every event.

    Parameters
    ----------
    territory
        The grids.
    answers
        Of every event; None where a column is drawn.
    sources
        Names of the files, where there are any.
    """
    count = len(territory.grids)
    grids = filled_with(
        GRIDS_FROM,
        file=_file(sources.grids),
        rows=_number(sources.grid_rows or count),
        grids=_number(count),
        datum=_datum(territory.datum.name, is_assumed=sources.grids_assumed),
    )
    if answers is None:
        return grids
    gaps = answer_gaps(answers)
    unplaced = sum(gaps.values())
    outside = gaps.get("no_event_grid", 0)
    events = filled_with(
        EVENTS_FROM,
        file=_file(sources.events),
        rows=_number(len(answers.rows)),
        datum=_datum(sources.events_datum, is_assumed=sources.events_assumed),
        inside=_number(len(answers.rows) - unplaced),
        outside=_number(outside),
        unlocated=_number(unplaced - outside),
    )
    return joined(grids, events)


def answer_gaps(answers: AssignmentTable) -> dict[str, int]:
    """Return how many events are in no grid, by the reason that the map names.

    Parameters
    ----------
    answers
        Of every event.

    Returns
    -------
    gaps
        Under `no_event_grid` those outside all grids, under one of
        `gis.assignment.REASONS` those without a usable position.
    """
    is_unlocated = answers.statuses == UNLOCATED
    reasons = np.bincount(answers.reasons[is_unlocated], minlength=len(REASONS))
    gaps = {reason: int(count) for reason, count in zip(REASONS, reasons, strict=True)}
    gaps["no_event_grid"] = int(((answers.rows < 0) & ~is_unlocated).sum())
    return {reason: count for reason, count in gaps.items() if count}


def _unit(measure: Measure, scale: int) -> Words:
    """Return the unit of what is drawn; a column has none that is known."""
    if measure.value is not None:
        return NOTHING
    if measure.per is None:
        return EVENT_UNIT
    return _rate(RATE_UNIT, measure.per, scale, EVENT_COUNT)


def _rate(words: Words, per: str, scale: int, count: Words) -> Words:
    """Return words with what is counted against what in their gaps."""
    many = "" if scale == 1 else f"{scale:,} "
    # a number stands off the Chinese before it, not off a sign
    gap = " " if many and words is RATE else ""
    return Words(
        words.zh.format(count=count.zh, scale=gap + many, per=base_name(per).zh),
        words.en.format(count=count.en, scale=many, per=base_name(per).en),
    )


def _formula(measure: Measure, scale: int) -> Words:
    """Return the figure in plain characters; empty where it stands for itself."""
    if measure.per is None:
        return NOTHING
    times = "" if scale == 1 else f"{scale:,} * "
    value = _same(measure.value) if measure.value else Words("事件数", "events")
    per = base_name(AREA).zh if measure.per == AREA else measure.per
    return Words(f"{times}{value.zh} / {per}", f"{times}{value.en} / {measure.per}")


def _base(per: str | None) -> Words:
    """Return where what is counted against is from."""
    if per is None:
        return NOTHING
    return AREA_BASE if per == AREA else filled_with(COLUMN_BASE, column=_same(per))


def _note(measure: Measure, limits: Mapping[int, Limits]) -> Words:
    """Return how the classes came about, and what a reader has to know."""
    is_fitted = isinstance(measure.breaks, str)
    scheme = measure.breaks if isinstance(measure.breaks, str) else "given"
    sentences = {
        CLASSES_BY[scheme]: True,
        FITTED: is_fitted,
        BY_TIER: is_fitted and len(limits) > 1,
        FEWER_CLASSES: is_fitted and len(limits[0]) < CLASSES - 1,
        ZEROS: measure.value is None,
    }
    return joined(*(words for words, holds in sentences.items() if holds))


def _file(name: str) -> Words:
    return _same(name) if name else A_FRAME


def _datum(name: str, *, is_assumed: bool) -> Words:
    return filled_with(ASSUMED, datum=_same(name)) if is_assumed else _same(name)


def _number(count: int) -> Words:
    return _same(f"{count:,}")


def _same(text: str) -> Words:
    return Words(text, text)
