"""Ground in dispute, piece by piece and by pair of grids."""

import pytest
import shapely
from hypothesis import given
from shapely import box

from gis.editing.disputes import by_pair, pieces_in_dispute
from gis.editing.ground import lay_over
from gis.editing.returned import match_grids
from gis.geometry import area_m2
from support.makers.returned_grids import CRS, redrawn_coverages

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)


def disputes(base, rows):
    return pieces_in_dispute(lay_over(match_grids(base, rows), CRS))


def test_an_overlap_is_one_piece_whoever_had_it():
    wide = box(120.0, 30.0, 120.0101, 30.01), box(120.0099, 30.0, 120.02, 30.01)
    [piece] = disputes({"A": WEST, "B": EAST}, [("A", wide[0]), ("B", wide[1])])
    assert (piece.kind, piece.grids, len(piece.faces)) == ("overlap", ("A", "B"), 2)
    strip = box(120.0099, 30.0, 120.0101, 30.01)
    assert piece.area_m2 == pytest.approx(area_m2([strip], CRS)[0], rel=1e-6)
    assert piece.area_m2 == pytest.approx(piece.width_m * piece.length_m)
    assert strip.contains(shapely.Point(piece.lon, piece.lat))


def test_a_gap_names_the_grids_along_it_and_beyond_the_one_that_left():
    drawn = box(120.0102, 30.0, 120.0203, 30.01)
    pieces = disputes({"A": WEST, "B": EAST}, [("A", WEST), ("B", drawn)])
    assert [(p.kind, p.grids) for p in pieces] == [
        ("gap", ("A", "B")),
        ("beyond", ("B",)),
    ]


def test_a_gap_that_nobody_is_beside_names_who_had_it():
    far = box(121.0, 30.0, 121.01, 30.01)
    rows = [("A", WEST)]
    [piece] = disputes({"A": WEST, "B": far}, rows)
    assert (piece.kind, piece.grids) == ("gap", ("B",))
    assert piece.to_text().startswith("gap of 'B': 1,0")


def test_pairs_sum_up_their_pieces_the_widest_first():
    base = {"A": WEST, "B": EAST}
    notched = EAST.difference(box(120.01, 30.001, 120.0101, 30.002))
    notched = notched.difference(box(120.01, 30.003, 120.0104, 30.004))
    wide = shapely.union(notched, box(120.02, 30.002, 120.021, 30.003))
    pieces = disputes(base, [("A", WEST), ("B", wide)])
    beyond, gap = by_pair(pieces)
    assert (beyond.kind, beyond.grids, beyond.count) == ("beyond", ("B",), 1)
    assert (gap.kind, gap.grids, gap.count) == ("gap", ("A", "B"), 2)
    assert gap.widest_m == max(p.width_m for p in pieces if p.kind == "gap")
    assert 120.01 < gap.lon < 120.0104
    assert "gap of 'A' and 'B': 2 faces, " in gap.to_text()


@given(redrawn_coverages())
def test_pieces_are_all_faces_in_dispute_once(drawn):
    ground = lay_over(match_grids(*drawn), CRS)
    pieces = pieces_in_dispute(ground)
    faces = sorted(face for piece in pieces for face in piece.faces.tolist())
    assert faces == ground.is_disputed.nonzero()[0].tolist()
    total = ground.area_m2[ground.is_disputed].sum()
    assert sum(piece.area_m2 for piece in pieces) == pytest.approx(total, rel=1e-5)
    assert sum(pair.count for pair in by_pair(pieces)) == len(pieces)
