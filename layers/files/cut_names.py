"""Names of columns that a Shapefile cut to the bytes that it has room for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_NAME_BYTES: Final = 10
_ENCODINGS: Final = ("utf-8", "gb18030")


def whole_names(columns: Sequence[str], names: Iterable[str]) -> Mapping[str, str]:
    """Return the whole name of each column that a Shapefile cut to 10 bytes.

    One that may be of several is left as it is.

    Parameters
    ----------
    columns
        Names in the file.
    names
        Whole names.

    Examples
    --------
    >>> whole_names(["grid_id", "community_"], ["grid_id", "community_id", "name"])
    {'community_': 'community_id'}
    """
    lacking = [name for name in names if name not in columns]
    whole = {
        column: [name for name in lacking if _is_cut(column, name)]
        for column in columns
        if column not in names
    }
    return {column: own[0] for column, own in whole.items() if len(own) == 1}


def _is_cut(column: str, name: str) -> bool:
    """Say whether a column is a name as far as it goes into a Shapefile."""
    if not name.startswith(column) or column == name:
        return False
    longer = name[: len(column) + 1]
    return any(
        len(column.encode(encoding)) <= _NAME_BYTES < len(longer.encode(encoding))
        for encoding in _ENCODINGS
    )
