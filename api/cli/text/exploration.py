"""What `pagoda map` prints of files that it drew."""

from collections.abc import Iterator

from gis.counts import count_text
from gis.risk import count_levels
from gis.sentences import joined, sentence
from layers.rating.exploration import Exploration
from layers.styles import LEVEL_STYLES, LevelStyle
from layers.words import Words
from layers.words.maps import FEWER_CLASSES
from layers.words.rating import left_out_rows


def exploration_lines(exploration: Exploration, language: str) -> Iterator[str]:
    """Yield what was drawn, its classes, and what is not on the map.

    Parameters
    ----------
    exploration
        What was drawn.
    language
        ``zh`` or ``en``: of names that stand in the page in both.
    """
    card = exploration.card
    title = _said(Words(card.title_zh, card.title), language)
    grids = count_text(len(exploration.grids), "grid")
    if card.breaks:
        limits = ", ".join(f"{limit:,.10g}" for limit in card.breaks)
        yield sentence(
            "{title}: {grids}, breaks {limits}.",
            title=title,
            grids=grids,
            limits=limits,
        )
    else:
        yield sentence("{title}: {grids}, one class.", title=title, grids=grids)
    counts = count_levels(exploration.grids["level"])
    levels = {
        _colour(style, language): counts[style.level or 0] for style in LEVEL_STYLES
    }
    yield _listed({name: count for name, count in levels.items() if count})
    if FEWER_CLASSES.en in card.note:
        yield _said(FEWER_CLASSES, language)
    gaps = left_out_rows(exploration.details.gaps)
    if gaps:
        rows = {_said(Words(zh, en), language): count for zh, en, count in gaps}
        yield sentence("Not on the map: {listed}", listed=_listed(rows))


def _listed(counts: dict[str, int]) -> str:
    """Return numbers by name as one line."""
    return joined(", ", (f"{name}: {count:,}" for name, count in counts.items()))


def _colour(style: LevelStyle, language: str) -> str:
    """Return the colour of a level without what it means."""
    zh, en = style.zh.split()[0], style.en.split(":")[0]
    return _said(Words(zh, en), language)


def _said(words: Words, language: str) -> str:
    """Return words in a language."""
    return words.zh if language == "zh" else words.en or words.zh
