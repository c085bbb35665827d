"""Answers as columns: what `pagoda assign` adds to a file of events."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gis.assignment import STATUSES, Assigner, AssignmentTable
from gis.crs import Datum
from gis.positions import REASONS, Positions, bring_to_grids
from layers.files.writing import free_names
from layers.territory import Territory, frame_datum

Rows = NDArray[np.int32]


def answer_columns(assigner: Assigner, table: AssignmentTable) -> pa.Table:
    """Return the answers of a table as named columns, one row a position.

    Parameters
    ----------
    assigner
        Who gave the answers.
    table
        The answers.

    Returns
    -------
    columns
        In this order: grid_id, status, reason, distance_m (metres, rounded to 1 mm;
        null inside), candidates (``id:distance_m`` joined by ``;``), band (null: no
        accuracy is taken into account), tier4_id ... tier1_id as far as the tree goes,
        community_id, accountable_post. Null where there is nothing to say.
    """
    owners = assigner.owners
    names = {
        "grid_id": _by_row(table.rows, assigner.ids),
        "status": pa.array(list(STATUSES)).take(pa.array(table.statuses)),
        "reason": _reasons(assigner, table),
        "distance_m": pa.array(table.distances_m, from_pandas=True),
        "candidates": _candidates(assigner, table),
        "band": pa.nulls(len(table.rows), pa.string()),
    }
    for place, tier in enumerate(assigner.tiers):
        chain = [owner.chain[place] for owner in owners]
        names[f"tier{tier}_id"] = _by_row(table.rows, chain)
    names["community_id"] = _by_row(table.rows, [o.community_id for o in owners])
    names["accountable_post"] = _by_row(
        table.rows,
        [owner.accountable.post_id for owner in owners],
        otherwise=assigner.intake.post_id,
    )
    return pa.table(names)


def assign_frame(
    territory: Territory, events: gpd.GeoDataFrame, *, candidates_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Return a frame of event points with the answers as further columns.

    Where the frame has a column of one of their names it stays, and ours is called
    ``pagoda_<name>``, as `layers.files.write_events` does. The index stays.

    Parameters
    ----------
    territory
        Grids, and the circles and posts above them.
    events
        Points; a frame without CRS counts as WGS 84. Rows without a point are
        answered `unlocated`.
    candidates_m
        Radius of the candidates, metres; 0 asks for none.

    Examples
    --------
    >>> from gis.synthetic import make_s_town
    >>> from layers.territory import town_territory
    >>> town = make_s_town()
    >>> points = gpd.points_from_xy(town.events["lon"], town.events["lat"])
    >>> events = gpd.GeoDataFrame(town.events, geometry=points, crs="EPSG:4326")
    >>> answers = assign_frame(town_territory(town), events.head(3))
    >>> answers["status"].tolist()
    ['inside', 'inside', 'inside']
    """
    points = events.geometry.to_numpy()
    absent = shapely.is_missing(points) | shapely.is_empty(points)
    positions = Positions(
        shapely.get_x(points),
        shapely.get_y(points),
        np.where(absent, REASONS.index("missing"), 0).astype(np.uint8),
    )
    assigner = territory.assigner()
    answers = assign_positions(
        territory, assigner, positions, frame_datum(events), candidates_m=candidates_m
    )
    columns = answer_columns(assigner, answers).to_pandas()
    names = free_names(events.columns, columns.columns)
    # by place, not by index: an index may repeat
    return events.assign(**{names[name]: columns[name].array for name in columns})


def assign_positions(
    territory: Territory,
    assigner: Assigner,
    positions: Positions,
    datum: Datum,
    *,
    candidates_m: float = 0.0,
) -> AssignmentTable:
    """Bring positions to the datum of the grids and assign them."""
    ready = bring_to_grids(positions, datum, territory.datum, territory.bounds)
    return assigner.assign_many(
        ready.x, ready.y, reasons=ready.reasons, candidates_m=candidates_m
    )


def _by_row(
    rows: Rows, values: Sequence[str | None], otherwise: str | None = None
) -> pa.Array:
    """Return the value of each owner, `otherwise` where a position has none."""
    taken = np.where(rows >= 0, rows, len(values))
    return pa.array([*values, otherwise], pa.string()).take(pa.array(taken))


def _reasons(assigner: Assigner, table: AssignmentTable) -> pa.Array:
    """Return the reason of each answer, the vacancy of the grid's post included."""
    vacancies = np.array([o.accountable.reason for o in assigner.owners] + [""])
    vacant = vacancies[table.rows]
    texts = np.full(len(table.rows), None, dtype=object)
    some = np.flatnonzero((table.reasons > 0) | (table.nearest >= 0) | (vacant != ""))
    texts[some] = [
        ";".join(filter(None, (assigner.reason(table, i), vacant[i])))
        for i in some.tolist()
    ]
    return pa.array(texts, pa.string())


def _candidates(assigner: Assigner, table: AssignmentTable) -> pa.Array:
    """Return the candidates of each position as text."""
    pairs = [
        f"{assigner.ids[row]}:{metres:.3f}"
        for row, metres in zip(
            table.candidate_rows, table.candidate_distances_m, strict=True
        )
    ]
    texts = np.full(len(table.rows), None, dtype=object)
    offsets = table.candidate_offsets
    some = np.flatnonzero(np.diff(offsets))
    texts[some] = [";".join(pairs[offsets[i] : offsets[i + 1]]) for i in some]
    return pa.array(texts, pa.string())
