"""Reviews of a change of two squares, with what a test hands over."""

import geopandas as gpd
import pyproj
import shapely

from gis.coverage import certify
from gis.editing.caseload import Redrawing
from gis.editing.figures import GroundFacts, figures_of
from gis.editing.moved_ground import moved_ground
from gis.models import Instant
from gis.roster import NO_PLAN, Succession
from gis.versions import Version
from layers.figures.review import Caseload, Digests, DrawnEdit, FigurePair, Review
from layers.packs.rulebook import read_rulebook, shipped_rules
from layers.words import Words

CRS = "EPSG:4490"
WEST, SOUTH, SIDE = 120.0, 30.0, 0.01


def square(start, stop):
    """Ground from column to column."""
    return shapely.box(
        WEST + start * SIDE, SOUTH, WEST + stop * SIDE, round(SOUTH + SIDE, 9)
    )


BEFORE = {"A": square(0, 2), "B": square(2, 3)}
AFTER = {"A": square(0, 1), "B": square(1, 3)}
"""B gets the east half of A."""


def frame_of(shapes, **columns):
    """Grids with their columns."""
    rows = {"grid_id": list(shapes)} | columns
    return gpd.GeoDataFrame(rows, geometry=list(shapes.values()), crs=CRS)


def caseload_of(places, before=None, after=None, *, events=(), checks=(), duties=()):
    """What changes hands, with who answers for the grids."""
    records = {"place": places, "event": events, "check": checks}
    return Caseload(records, duties, before or {}, after or {})


def review_of(caseload, *, posts=(), plan=NO_PLAN, **values):
    """The review of a change; a text stands wherever data may hold one."""
    text = values.pop("text", "x")
    ids = values.pop("ids", {"A": "A", "B": "B"})
    old = {ids[grid]: shape for grid, shape in BEFORE.items()}
    new = {ids[grid]: shape for grid, shape in AFTER.items()}
    crs, rule = pyproj.CRS(CRS), read_rulebook(shipped_rules()).sizing
    facts = GroundFacts(crs, {"residents": {ids["A"]: 3001, ids["B"]: 0}})
    same = figures_of(facts, Redrawing(old, old), rule)
    moved = figures_of(facts, Redrawing(old, new), rule)
    defaults = {
        "town": Words(text, text),
        "is_synthetic": True,
        "version": Version(
            system="main",
            version=7,
            base=6,
            valid_from=Instant(0),
            recorded_at=Instant(0),
            author="x",
            reviewer="y",
            note="",
            digest="b" * 64,
        ),
        "valid_from": "2027-01-01 00:00 Asia/Shanghai",
        "edits": (DrawnEdit(text, text, ("redraw_border",)),),
        "authors": (text,),
        "digests": Digests("c" * 64, "d" * 64, "b" * 64),
        "changes": frame_of(new, change=["changed", "changed"]),
        "attributes": {ids["A"]: (), ids["B"]: ("name",)},
        "grids_before": frame_of(old),
        "grids_after": frame_of(new),
        "ground": moved_ground(old, new, crs),
        "figures": tuple(
            FigurePair(b.grid_id, b, a) for b, a in zip(same, moved, strict=True)
        ),
        "rule": rule,
        "caseload": caseload,
        "posts": posts,
        "plan": plan,
        "succession": Succession((), ()),
        "certificate": certify(list(new), list(new.values()), crs),
        "warnings": (),
    }
    return Review(**(defaults | values))
