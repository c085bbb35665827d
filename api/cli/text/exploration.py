"""What `pagoda map` prints of files that it drew."""

from collections.abc import Iterator

from gis.counts import count_text
from gis.risk import count_levels
from layers.rating.exploration import Exploration
from layers.styles import LEVEL_STYLES
from layers.words import left_out_rows


def exploration_lines(exploration: Exploration) -> Iterator[str]:
    """Yield what was drawn, its classes, and what is not on the map.

    Parameters
    ----------
    exploration
        What was drawn.
    """
    card = exploration.card
    limits = ", ".join(f"{limit:,.10g}" for limit in card.breaks)
    grids = count_text(len(exploration.grids), "grid")
    yield f"{card.title}: {grids}, {f'breaks {limits}' if limits else 'one class'}."
    counts = count_levels(exploration.grids["level"])
    yield (
        ", ".join(
            f"{counts[style.level or 0]} {style.en.split(':')[0].lower()}"
            for style in LEVEL_STYLES
            if counts[style.level or 0]
        ).capitalize()
        + "."
    )
    rows = left_out_rows(exploration.details.gaps)
    if rows:
        yield ", ".join(f"{en}: {count:,}" for _, en, count in rows) + "."
