"""Ids of new grids: the next number of the community, never one that was used."""

import re
from collections.abc import Iterable
from typing import Final

from gis.errors import EditError
from gis.sentences import sentence

_DIGITS: Final = re.compile(r"[0-9]+$")


def next_grid_id(grid: str, community: str, used: Iterable[str]) -> str:
    """Return the id of a grid that comes out of another one.

    It is the number after the greatest that any id of the community has or had. Where
    ids do not contain the community, what stands before their last digits counts as it;
    an id without digits gets some behind a dash.

    Parameters
    ----------
    grid
        Id of the grid that it comes out of.
    community
        Code of its community; empty for none.
    used
        Every id that is or was used, in drafts too.

    Raises
    ------
    EditError
        If the digits do not suffice for another number.

    Examples
    --------
    >>> next_grid_id("330199101001002", "330199101001", ["330199101001007"])
    '330199101001008'
    >>> next_grid_id("G-9", "", ["G-12"]), next_grid_id("market", "", [])
    ('G-13', 'market-1')
    """
    prefix, width = _numbering(grid, community)
    is_coded = bool(community) and community in prefix
    numbers = [
        int(rest)
        for other in (grid, *used)
        if other.startswith(prefix) and _is_number(rest := other[len(prefix) :])
        if not is_coded or len(rest) == width
    ]
    number = max(numbers, default=0) + 1
    if is_coded and width is not None and number >= 10**width:
        raise EditError(
            "The next number of community {community!r} is {number}, past {width}, "
            "the last that {width_2} digits can write",
            grids=[grid],
            remedy=sentence("divide the community, or give the new grid another id"),
            community=community,
            number=number,
            width=10**width - 1,
            width_2=width,
        )
    return f"{prefix}{number:0{width or 1}d}"


def _numbering(grid: str, community: str) -> tuple[str, int | None]:
    """Return what stands before the number of a grid, and its digits."""
    if community and community in grid:
        prefix = grid[: grid.index(community) + len(community)]
        if _is_number(grid[len(prefix) :]):
            return prefix, len(grid) - len(prefix)
    digits = _DIGITS.search(grid)
    if digits is None:
        return f"{grid}-", None
    return grid[: digits.start()], len(digits.group())


def _is_number(text: str) -> bool:
    """Return whether a text is digits and nothing else."""
    return text.isascii() and text.isdigit()
