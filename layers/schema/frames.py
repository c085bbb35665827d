"""Frames that somebody gives, looked at before anything in them is."""

from typing import TypeGuard

import geopandas as gpd
import pandas as pd

from gis.errors import InvalidLayerError


def refuse_other_than_frames(what: str, frame: object) -> None:
    """Refuse what is no frame with one row of heads.

    Parameters
    ----------
    what
        What it should hold, for the sentence.
    frame
        What somebody gives.

    Raises
    ------
    InvalidLayerError
        Says what it is instead.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InvalidLayerError(
            "The {what} are of type {kind}, expected a DataFrame or GeoDataFrame; make "
            "one with pandas.DataFrame or geopandas.GeoDataFrame.",
            what=what,
            kind=type(frame).__name__,
        )
    if frame.columns.nlevels > 1:
        raise InvalidLayerError(
            "The {what} have heads in {levels} rows, expected one name a column; join "
            "them, as by frame.columns.map('_'.join).",
            what=what,
            levels=frame.columns.nlevels,
        )


def has_geometry(frame: pd.DataFrame) -> TypeGuard[gpd.GeoDataFrame]:
    """Say whether a frame has a geometry that is in use.

    Examples
    --------
    >>> has_geometry(gpd.GeoDataFrame({"lon": [120.1]}))
    False
    """
    return (
        isinstance(frame, gpd.GeoDataFrame)
        and frame.active_geometry_name in frame.columns
    )
