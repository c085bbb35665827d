"""What a rated day shows of itself in a notebook: counts on the colours of maps."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from gis.notebook_table import Html, lines_html, plain_html, table_html, tag_html
from gis.sentences import bilingual
from layers.rating.facts import RiskFacts
from layers.styles import CODE_CARDS, LEVEL_STYLES
from layers.words import Words
from layers.words.rating import LEFT_OUT
from layers.words.vocabulary import CAPTIONS, CODES, GRID_NAME, NOTEBOOK


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
    rows: list[tuple[str, str]] = [
        (GRID_NAME.sentence, _level_tags(Counter(levels.tolist()))),
        (CAPTIONS["places"].sentence, _code_tags(Counter(codes.tolist()))),
        (NOTEBOOK["window_events"].sentence, f"{events:,}"),
        (NOTEBOOK["version"].sentence, str(facts.snapshot.version.version)),
        (NOTEBOOK["rule"].sentence, rulebook.safety.version),
        (NOTEBOOK["method"].sentence, rulebook.method.version),
    ]
    rows += [
        (LEFT_OUT[reason].sentence, f"{count:,}")
        for reason, count in facts.left_out.items()
        if count
    ]
    title = NOTEBOOK["day"].filled(day=facts.cutoff.day.isoformat())
    return table_html(title.sentence, rows)


def _level_tags(counts: Mapping[int, int]) -> Html:
    """Return how many areas have each level, on its colour."""
    return lines_html(
        Html(
            f"{tag_html(f'{style.sign} {style.letter}', style.colour, style.ink)} "
            f"{plain_html(bilingual(style.en, style.zh))} "
            f"{counts[int(style.level or 0)]:,}"
        )
        for style in LEVEL_STYLES
        if counts[int(style.level or 0)]
    )


def _code_tags(counts: Mapping[int, int]) -> Html:
    """Return how many places have each code, on its colour."""
    return lines_html(
        Html(
            f"{tag_html(_initial(CODES[code]), card.band, card.ink)} "
            f"{plain_html(CODES[code].sentence)} {counts[int(code or 0)]:,}"
        )
        for code, card in reversed(CODE_CARDS.items())
        if counts[int(code or 0)]
    )


def _initial(words: Words) -> str:
    """Return the first sign of a text."""
    return bilingual(words.en[:1], words.zh[:1])
