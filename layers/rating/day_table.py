"""What a rated day shows of itself in a notebook: counts on the colours of maps."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from gis.notebook_table import Html, Label, label_html, table_html, tag_html
from layers.rating.facts import RiskFacts
from layers.styles import CODE_CARDS, LEVEL_STYLES
from layers.words import CAPTIONS, CODES, GRID_NAME, LEFT_OUT, NOTEBOOK


def day_table(
    facts: RiskFacts, levels: pd.Series, codes: pd.Series, events: int
) -> Html:
    """Return the counts of a rated day, and by what they came about.

    Parameters
    ----------
    facts
        What the day was computed from.
    levels, codes
        Of the grids and of the places, 0 where there is none.
    events
        How many events of the window count.
    """
    rulebook = facts.rulebook
    rows: list[tuple[Label, str]] = [
        (GRID_NAME.both, _level_tags(Counter(levels.tolist()))),
        (CAPTIONS["places"].both, _code_tags(Counter(codes.tolist()))),
        (NOTEBOOK["window_events"].both, f"{events:,}"),
        (NOTEBOOK["version"].both, str(facts.snapshot.version.version)),
        (NOTEBOOK["rule"].both, rulebook.safety.version),
        (NOTEBOOK["method"].both, rulebook.method.version),
    ]
    rows += [
        (LEFT_OUT[reason].both, f"{count:,}")
        for reason, count in facts.left_out.items()
        if count
    ]
    title = NOTEBOOK["day"].filled(day=facts.cutoff.day.isoformat())
    return table_html(title.both, rows)


def _level_tags(counts: Mapping[int, int]) -> Html:
    """Return how many areas have each level, on its colour."""
    return Html(
        "<br>".join(
            f"{tag_html(f'{style.sign} {style.letter}', style.colour, style.ink)} "
            f"{label_html((style.zh, style.en))} {counts[int(style.level or 0)]:,}"
            for style in LEVEL_STYLES
            if counts[int(style.level or 0)]
        )
    )


def _code_tags(counts: Mapping[int, int]) -> Html:
    """Return how many places have each code, on its colour."""
    return Html(
        "<br>".join(
            f"{tag_html(CODES[code].zh[:1], card.band, card.ink)} "
            f"{label_html(CODES[code].both)} {counts[int(code or 0)]:,}"
            for code, card in reversed(CODE_CARDS.items())
            if counts[int(code or 0)]
        )
    )
