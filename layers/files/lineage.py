"""Whose ground each grid of a version got, from a file."""

from pathlib import Path
from typing import Final

from gis.sentences import sentence
from gis.versions import Lineage
from layers.files.formats import read_events
from layers.files.table import to_frame
from layers.schema.layer import Field, convert, refusal

LINEAGE_FIELDS: Final = (
    Field("from_id", "text", True, "open", "Grid of before."),
    Field("to_id", "text", True, "open", "Grid of the version."),
    Field("share", "number", True, "open", "Part of the ground of from_id."),
    Field("system", "text", False, "open", "Grid system of from_id; empty: the same."),
)


def read_lineage(path: Path) -> tuple[Lineage, ...]:
    r"""Return whose ground each grid got, row by row of a file.

    Parameters
    ----------
    path
        A table with the columns ``from_id``, ``to_id``, ``share`` (above 0, at most 1)
        and, where ground came from another grid system, ``system``.

    Raises
    ------
    InvalidLayerError
        If a column is missing; its `faults` name the values that cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "lineage.csv")
    >>> _ = path.write_text("from_id,to_id,share\nG1,G2,0.5\nG1,G3,0.5\n")
    >>> read_lineage(path)[0]
    Lineage(from_id='G1', to_id='G2', share=0.5, from_system='')
    """
    rows, faults = convert(
        to_frame(path, read_events(path).plain), "lineage", LINEAGE_FIELDS
    )
    if faults:
        raise refusal("lineage", faults, sentence("publish again"))
    systems = rows["system"].fillna("") if "system" in rows else [""] * len(rows)
    columns = (rows["from_id"], rows["to_id"], rows["share"], systems)
    return tuple(
        Lineage(str(origin), str(grid), float(share), str(system))
        for origin, grid, share, system in zip(*columns, strict=True)
    )
