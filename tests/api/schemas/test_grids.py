"""Neighbours as they are answered."""

from api.schemas.grids import NeighboursOut


def test_neighbours_stay_in_the_order_of_their_borders():
    out = NeighboursOut.of("G1", {"G3": 20.0, "G2": 5.0})
    assert out.grid_id == "G1"
    assert [(n.grid_id, n.border_m) for n in out.neighbours] == [
        ("G3", 20.0),
        ("G2", 5.0),
    ]
