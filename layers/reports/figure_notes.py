"""What the numbers of a report mean: names and definitions of the registry."""

from collections.abc import Iterable, Iterator

from layers.figures.definitions import definition_of
from layers.reports.blocks import Block, Column, Heading, Panel, Table, Tiles
from layers.words import Words, words_of
from layers.words.code_lists import OWNERS, UNITS


def figure_ids(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the figures that some blocks show, each once, in order.

    Parameters
    ----------
    blocks
        Of a report.

    Examples
    --------
    >>> figure_ids([Table((Column(Words("事件"), 9, "events"),), ())])
    ('events',)
    """
    return tuple(dict.fromkeys(id_ for block in blocks for id_ in _ids(block)))


def with_figure_notes(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return blocks with a table behind them of what each of their figures means.

    Parameters
    ----------
    blocks
        Of a report.
    """
    parts = tuple(blocks)
    return (*parts, *_notes(figure_ids(parts)))


def _ids(block: Block) -> Iterator[str]:
    if isinstance(block, Tiles):
        yield from (tile.figure for tile in block.tiles)
    elif isinstance(block, Table):
        yield from (column.figure for column in block.columns if column.figure)
    elif isinstance(block, Panel):
        yield from block.figures


def _notes(ids: tuple[str, ...]) -> Iterator[Block]:
    """Yield name, definition, unit and owner of figures."""
    yield Heading(Words("指标含义", "What the figures mean"))
    yield Table(
        (
            Column(Words("指标", "Figure"), 55),
            Column(Words("含义", "Definition"), 128),
            Column(Words("单位", "Unit"), 22),
            Column(Words("负责", "Owner"), 30),
            Column(Words("指标编号", "Figure id"), 38),
        ),
        tuple(
            (
                d.name.line,
                d.definition.line,
                words_of(d.unit, UNITS).line,
                words_of(d.owner, OWNERS).line,
                d.figure_id,
            )
            for d in map(definition_of, ids)
        ),
    )
