"""People of a synthetic town as counts: whole numbers spread by weight."""

import numpy as np
from numpy.typing import NDArray

from gis.apportionment import apportion

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

# people whose household is registered where they live
REGISTERED_SHARE = (0.35, 0.75)


def make_people(
    areas_m2: Floats, age: Floats, residents: int, rng: np.random.Generator
) -> tuple[Counts, Counts]:
    """Return the residents of each grid, and how many of them are registered there.

    Parameters
    ----------
    areas_m2
        Area of each grid, shape (n,).
    age
        How old its quarter is; old ones are dense.
    residents
        Their sum.
    rng
        Source of all chance.
    """
    weights = areas_m2 * age * rng.uniform(0.5, 1.5, len(areas_m2))
    living = apportion(residents, weights)
    shares = rng.uniform(*REGISTERED_SHARE, len(living))
    return living, np.floor(living * shares).astype(np.int64)
