"""Files of duties and of rotations as checked frames."""

from pathlib import Path

import pandas as pd

from layers.files.heads import PLAIN, Naming, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import to_frame
from layers.schema.duties import DUTIES, ROTATIONS, checked_records
from layers.schema.layer import LayerSchema


def read_duties(path: Path | str, naming: Naming = PLAIN) -> pd.DataFrame:
    """Return duties of a file, checked, one row a record.

    Parameters
    ----------
    path
        File in any format of `read_events`.
    naming
        What the user says of it.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of duties.
    """
    return _read(path, DUTIES, naming)


def read_rotations(path: Path | str, naming: Naming = PLAIN) -> pd.DataFrame:
    """Return rotations of a file, checked, one row a record.

    Parameters
    ----------
    path, naming
        As `read_duties` takes them.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of rotations.
    """
    return _read(path, ROTATIONS, naming)


def _read(path: Path | str, schema: LayerSchema, naming: Naming) -> pd.DataFrame:
    path = Path(path)
    table = read_layer(path, FILE_LAYERS[schema.name], naming)
    return checked_records(to_frame(path, table.plain), schema)
