"""Files of duties and of rotations as checked frames."""

from pathlib import Path

import pandas as pd

from layers.files import read_events
from layers.files.table import to_frame
from layers.schema.duties import DUTIES, ROTATIONS, numbered
from layers.schema.layer import LayerSchema, check


def read_duties(path: Path | str) -> pd.DataFrame:
    """Return duties of a file, checked, one row a record.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of duties.
    """
    return _read(path, DUTIES)


def read_rotations(path: Path | str) -> pd.DataFrame:
    """Return rotations of a file, checked, one row a record.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of rotations.
    """
    return _read(path, ROTATIONS)


def _read(path: Path | str, schema: LayerSchema) -> pd.DataFrame:
    path = Path(path)
    return check(numbered(to_frame(path, read_events(path).plain)), schema)
