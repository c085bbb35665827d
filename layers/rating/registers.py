"""Registers: several sources may say something of one place, one row rates it."""

from typing import Final

import geopandas as gpd
import pandas as pd

ACTUAL: Final = "actual"
"""An address at which a place is, not only registered."""


def rating_rows(enterprises: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the row of each place that rates it, in code order of the places.

    A row with a position comes before one without, of these the one with the actual
    address, then the first in code order of the sources.

    Parameters
    ----------
    enterprises
        Rows of the layer, one a place and source.

    Examples
    --------
    >>> columns = {"place_id": ["E1", "E1"], "source": ["fire", "trade"],
    ...     "address_kind": [None, "actual"]}
    >>> nowhere = gpd.GeoDataFrame(columns, geometry=[None, None])
    >>> rating_rows(nowhere)["source"].tolist()
    ['trade']
    """
    # without the care that a geometry takes with every step
    rank = (enterprises["address_kind"] != ACTUAL).astype(int)
    rank += 2 * enterprises.geometry.isna().astype(int)
    order = pd.DataFrame(enterprises).assign(_rank=rank)
    order = order.sort_values(["place_id", "_rank", "source"])
    rows = order.drop_duplicates("place_id").drop(columns="_rank")
    return rows.reset_index(drop=True)


def with_sources(
    rows: pd.DataFrame, enterprises: pd.DataFrame, compared: list[str]
) -> pd.DataFrame:
    """Return rows of places with what their registers say together.

    Parameters
    ----------
    rows
        As `rating_rows` returns them.
    enterprises
        All rows of these places.
    compared
        Columns in which registers may disagree; one that says nothing does not.

    Returns
    -------
    rows
        With `sources` and `disagreements`: ids and names of columns, joined by ``;``
        in code order; the latter empty where all agree.

    Examples
    --------
    >>> two = pd.DataFrame({"place_id": ["E1", "E1"], "source": ["fire", "trade"],
    ...     "name": ["甲", "乙"]})
    >>> row = with_sources(two[:1], two, ["name"]).iloc[0]
    >>> row["sources"], row["disagreements"]
    ('fire;trade', 'name')
    """
    is_double = enterprises["place_id"].duplicated(keep=False)
    doubles = enterprises[is_double].groupby("place_id")
    differs = doubles[compared].nunique().gt(1)
    names = {
        place_id: ";".join(sorted(differs.columns[flags]))
        for place_id, flags in zip(differs.index, differs.to_numpy(), strict=True)
    }
    sources = {
        place_id: ";".join(sorted(set(texts))) for place_id, texts in doubles["source"]
    }
    place_ids = rows["place_id"]
    return rows.assign(
        sources=[
            sources.get(place_id, source)
            for place_id, source in zip(place_ids, rows["source"], strict=True)
        ],
        disagreements=pd.Series(
            [names.get(place_id) or None for place_id in place_ids], dtype=object
        ),
    )
