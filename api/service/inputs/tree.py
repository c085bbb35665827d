"""Files of circles and posts, by what a user says of them."""

from pathlib import Path

import pandas as pd

from api.service.inputs.namings import Namings, naming_for
from layers.files import read_circles, read_posts


def read_tree(
    circles: Path | None, posts: Path | None, namings: Namings
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    """Return circles and posts, None for what there is no file of.

    Parameters
    ----------
    circles, posts
        The files.
    namings
        What the user says of them.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of what breaks a schema.
    """
    of_circles, of_posts = (naming_for(namings, name) for name in ("circles", "posts"))
    return (
        None if circles is None else read_circles(circles, of_circles),
        None if posts is None else read_posts(posts, of_posts),
    )
