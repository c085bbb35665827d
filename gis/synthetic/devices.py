"""Devices of a synthetic town: cameras in its streets and sensors, some in homes."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.synthetic.places import Hotspots, sample_inside

IN_HOMES: Final = "door_sensors"
"""The source whose devices are in homes."""


def make_devices(
    sources: pd.DataFrame,
    counts: Mapping[str, int],
    grids: gpd.GeoDataFrame,
    hotspots: Hotspots,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return devices as points inside grids.

    Parameters
    ----------
    sources
        As `make_sources` returns them; the sort of a device is that of its source.
    counts
        Source -> number of its devices.
    grids
        The grids.
    hotspots
        Where devices gather.
    rng
        Source of all chance.
    """
    total = sum(counts.values())
    xy, _ = sample_inside(grids.geometry.to_numpy(), hotspots, total, rng)
    names = [source for source, count in counts.items() for _ in range(count)]
    numbers = [n for count in counts.values() for n in range(1, count + 1)]
    of_source = sources.set_index("source").loc[names]
    return gpd.GeoDataFrame(
        {
            "device_id": [
                f"{name}-{n:03d}" for name, n in zip(names, numbers, strict=True)
            ],
            "source": names,
            "sort": of_source["sort"].to_numpy(),
            "accuracy_m": of_source["accuracy_m"].to_numpy(),
            "in_home": [name == IN_HOMES for name in names],
        },
        geometry=shapely.points(xy),
        crs=grids.crs,
    )
