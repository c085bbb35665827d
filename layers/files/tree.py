"""Files of circles and of posts as checked frames."""

from pathlib import Path

import pandas as pd

from gis.errors import InvalidLayerError
from layers.files.heads import PLAIN, Naming, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import to_frame
from layers.schema.circles import CIRCLES
from layers.schema.layer import check
from layers.schema.posts import POSTS


def read_circles(path: Path | str, naming: Naming = PLAIN) -> pd.DataFrame:
    """Return command circles, checked; a GeoDataFrame where the file has geometry.

    Parameters
    ----------
    path
        File in any format of `read_events`.
    naming
        What the user says of it.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of circles.
    """
    path = Path(path)
    table = read_layer(path, FILE_LAYERS["circles"], naming)
    for row, fault in table.faults.items():
        raise InvalidLayerError(
            "Row {row_number} of {path!r} has a broken geometry ({fault}), expected a "
            "polygon or none; redraw it.",
            row_number=row + 1,
            path=str(path),
            fault=fault,
        )
    return check(to_frame(path, table), CIRCLES)


def read_posts(path: Path | str, naming: Naming = PLAIN) -> pd.DataFrame:
    """Return posts, checked; a geometry beside them is left out.

    Parameters
    ----------
    path, naming
        As `read_circles` takes them.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks the schema of posts.
    """
    path = Path(path)
    return check(
        to_frame(path, read_layer(path, FILE_LAYERS["posts"], naming).plain), POSTS
    )
