import numpy as np

from gis.editing import Arc

ARC = Arc(np.array([[0, 0], [1, 0], [1, 2]]), "A", None)


def test_an_arc_reads_the_same_from_the_other_end():
    back = ARC.reversed()
    assert (back.start, back.end) == (ARC.end, ARC.start) == ((1, 2), (0, 0))
    assert back.faces == (None, "A")
    assert (back.reversed().xy == ARC.xy).all()


def test_an_arc_beside_a_face_has_it_on_the_left():
    assert ARC.beside("A") is ARC
    assert ARC.beside(None).left is None
