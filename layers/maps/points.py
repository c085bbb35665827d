"""Places, events, posts and stations as the columns that the browser draws."""

from collections import Counter
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.models import Scene
from gis.sentences import sentence
from layers.maps.details import Details, Gap, PackCaption, count_gap
from layers.maps.packing import (
    Json,
    coded,
    digits,
    lonlat,
    require,
    said,
    steps,
    text_lists,
    texts,
)
from layers.words.vocabulary import OTHER_NAME

SCENES = {scene.value: number for number, scene in enumerate(Scene)}


def point_layers(
    details: Details, areas: set[str], gaps: Counter[str]
) -> Mapping[str, Json | None]:
    """Return every layer of points by its name; what cannot be drawn is counted.

    Parameters
    ----------
    details
        The layers as the caller gave them.
    areas
        Ids that the map draws.
    gaps
        Counted up by key.
    """
    return {
        "places": _places(details.places, gaps),
        "events": _events(details.events, details.packs, gaps),
        "posts": _posts(details.posts, areas, gaps),
        "stations": _stations(details.stations, gaps),
    }


def _places(places: gpd.GeoDataFrame | None, gaps: Counter[str]) -> Json | None:
    """Return places in order of their id."""
    if places is None:
        return None
    require(places, sentence("places"), "place_id", "scene", "code")
    is_known = places["scene"].isin(list(SCENES))
    count_gap(gaps, "unknown_scene", ~is_known.to_numpy())
    frame, xy = _positioned(places[is_known], "place_id", gaps, "no_position")
    return {
        "ids": frame["place_id"].astype(str).tolist(),
        "names": texts(frame, "name"),
        "scenes": digits(frame["scene"].map(SCENES).tolist(), 7, sentence("scene")),
        "codes": digits(frame["code"].fillna(0).tolist(), 3, sentence("safety code")),
        "reasons": coded(text_lists(frame, "reasons")),
        "due": coded(_days(frame, "due")),
        "grid": coded(texts(frame, "grid_id")),
        "steps": steps(xy),
    }


def _events(
    events: gpd.GeoDataFrame | None,
    captions: Mapping[str, PackCaption],
    gaps: Counter[str],
) -> Json | None:
    """Return events by day, category and place, with their scenarios."""
    if events is None:
        return None
    require(events, sentence("events"), "category", "severity", "day")
    frame, xy = _positioned(events, "day", gaps, "no_event_position")
    days = _days(frame, "day") or []
    categories = np.array([" ".join(said(kind)) for kind in frame["category"]], str)
    order = np.lexsort((xy[:, 1], xy[:, 0], categories, np.array(days)))
    sorted_days = [days[row] for row in order]
    # month and day are enough beside the data date
    first_last = sorted({day[5:] for day in sorted_days[:1] + sorted_days[-1:]})
    return _packs(frame.iloc[order], captions) | {
        "category": coded([said(frame["category"].iloc[row]) for row in order]),
        "severities": digits(
            frame["severity"].iloc[order].tolist(), 9, sentence("severity")
        ),
        "day": coded(sorted_days),
        "ids": texts(frame.iloc[order], "event_id"),
        "times": texts(frame.iloc[order], "time"),
        "span": " – ".join(first_last),
        "steps": steps(xy[order]),
    }


def _packs(events: pd.DataFrame, captions: Mapping[str, PackCaption]) -> Json:
    """Return the scenario of each event, and what the legend says of those."""
    if "pack" not in events.columns:
        return {}
    packs = events["pack"].astype(str)
    kinds = events["category"].map(said).groupby(packs).unique()
    legend = [
        captions.get(pack, PackCaption("", *OTHER_NAME.both))._asdict()
        | {"kinds": sorted(names)}
        for pack, names in zip(kinds.index.astype(str), kinds, strict=True)
    ]
    return {"pack": coded(packs.tolist()), "packs": legend}


def _posts(
    posts: pd.DataFrame | None, areas: set[str], gaps: Counter[str]
) -> Json | None:
    """Return posts in order of their id."""
    if posts is None:
        return None
    require(posts, sentence("posts"), "post_id", "area_id")
    is_known = posts["area_id"].astype(str).isin(areas)
    count_gap(gaps, "no_post_area", ~is_known.to_numpy())
    frame = posts[is_known].sort_values("post_id")
    ids = frame["post_id"].astype(str).tolist()
    return {"ids": ids, "areas": frame["area_id"].astype(str).tolist()}


def _stations(stations: gpd.GeoDataFrame | None, gaps: Counter[str]) -> Json | None:
    """Return stations in order of their id."""
    if stations is None:
        return None
    require(stations, sentence("stations"), "station_id")
    frame, xy = _positioned(stations, "station_id", gaps, "no_station_position")
    return {
        "ids": frame["station_id"].astype(str).tolist(),
        "names": texts(frame, "name"),
        "kind": coded(texts(frame, "kind")),
        "steps": steps(xy),
    }


def _positioned(
    frame: gpd.GeoDataFrame, by: str, gaps: Counter[str], gap: Gap
) -> tuple[gpd.GeoDataFrame, NDArray[np.float64]]:
    """Return the rows with a position in order of a column, and lon and lat."""
    xy = lonlat(frame)
    has = np.isfinite(xy[:, 0])
    count_gap(gaps, gap, ~has)
    rows = np.flatnonzero(has)
    order = rows[np.argsort(frame[by].astype(str).to_numpy()[rows], kind="stable")]
    return frame.iloc[order], xy[order]


def _days(frame: pd.DataFrame, column: str) -> list[str] | None:
    """Return a column of days as ISO texts, empty where missing."""
    if column not in frame.columns:
        return None
    days = pd.to_datetime(frame[column])
    return days.dt.strftime("%Y-%m-%d").fillna("").tolist()
