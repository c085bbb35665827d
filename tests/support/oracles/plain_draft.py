"""What must hold of a draft after any edits, told from its polygons alone."""

import json

import numpy as np
import shapely

from gis.coverage import certify
from gis.editing import Changeset, Workspace, changeset_of, replay
from gis.editing.validation import outline_of, validate
from gis.editing.whole_numbers import to_degrees
from gis.index import GridIndex

ROUNDING = 3e-9
"""Degrees that a corner put on an edge may be off it: a few units."""


def check_ground(draft, outline):
    """Areas, the outline and validity."""
    validate(draft.planar)
    shapes, base = (
        np.array(list(polygons.values()))
        for polygons in (draft.planar.polygons, draft.base_polygons)
    )
    # a base with corners on edges of neighbours stays one where nobody edits
    assert shapely.coverage_is_valid(shapes) or not shapely.coverage_is_valid(base)
    check_outline(outline_of(draft.planar), outline)


def check_outline(outline, base):
    """The outline without the corners put on it is that of the base."""
    corners = {*map(tuple, shapely.get_coordinates(base).tolist())}
    xy = shapely.get_coordinates(outline)
    is_old = np.array([corner in corners for corner in map(tuple, xy.tolist())])
    inserted = shapely.points(xy[~is_old])
    assert (shapely.distance(inserted, base.boundary) < ROUNDING).all()
    parts = [
        shapely.Polygon(
            _only(part.exterior, corners),
            [_only(ring, corners) for ring in part.interiors],
        )
        for part in shapely.get_parts(outline)
    ]
    plain = shapely.normalize(shapely.MultiPolygon(parts))
    wanted = shapely.normalize(shapely.MultiPolygon(list(shapely.get_parts(base))))
    assert shapely.equals_exact(plain, wanted, tolerance=0.0)


def _only(ring, corners):
    """The corners of a ring that are among some."""
    return [corner for corner in ring.coords if corner in corners]


def check_bytes(draft):
    """What no operation touched is the polygon of the base, byte by byte."""
    changed = {*draft.changes()["grid_id"]}
    for grid in {*draft.base_polygons} - changed:
        pair = draft.planar.polygons[grid], draft.base_polygons[grid]
        assert shapely.to_wkb(pair[0]) == shapely.to_wkb(pair[1])


def check_certificate(draft):
    """The certificate of what would be stored is clean within its own outline."""
    grids = draft.grids()
    shapes = list(grids.geometry)
    certificate = certify(
        grids["grid_id"].tolist(), shapes, draft.crs, outline=outline_of(draft.planar)
    )
    assert certificate.is_clean, certificate.to_text()


def check_index(draft, rng, count=1000):
    """The R-tree answers as an index built anew, on points and on every node."""
    ids = draft.ids()
    fresh = GridIndex.build(ids, [draft.planar.polygons[grid] for grid in ids])
    west, south, east, north = shapely.total_bounds(
        np.array([*draft.planar.polygons.values()])
    )
    anywhere = rng.uniform((west, south), (east, north), (count, 2))
    xy = np.vstack([anywhere, to_degrees(draft.planar.nodes())])
    x, y = np.ascontiguousarray(xy.T)
    assert draft.index.ids == fresh.ids
    assert (draft.index.locate_many(x, y) == fresh.locate_many(x, y)).all()


def check_history(draft, grids):
    """Undo-all gives the first state, redo-all the last; JSON replays to it."""
    last = draft.planar.digest(), draft.digest()
    count = len(draft.steps)
    for _ in range(count):
        draft.undo()
    assert draft.digest() == draft.base_digest
    assert draft.planar.digest() == Workspace(grids).planar.digest()
    assert all(draft.planar.polygons[n] is p for n, p in draft.base_polygons.items())
    for _ in range(count):
        draft.redo()
    assert (draft.planar.digest(), draft.digest()) == last
    changeset = Changeset.from_dict(
        json.loads(json.dumps(changeset_of(draft).to_dict()))
    )
    again = replay(changeset, Workspace(grids, base=draft.base))
    assert (again.planar.digest(), again.digest()) == last


def check_all(draft, grids, outline, rng):
    """All of it."""
    check_ground(draft, outline)
    check_bytes(draft)
    check_certificate(draft)
    check_index(draft, rng)
    check_history(draft, grids)
