"""What is nearest, as it is answered."""

from api.schemas.nearest import NearestOut
from api.service.brief.nearest import Nearby, NearQuery, NearService, Service
from gis.models import Position


def test_an_answer_says_that_it_is_a_straight_line() -> None:
    query = NearQuery(Position(120.0, 30.0, "gcj02"), "station")
    near = NearService(Service("S1", None, "fire", "C", 120.1, 30.1), 12.5)
    out = NearestOut.of(query, Nearby((near,), "EPSG:4549"), "EPSG:4490")
    assert (out.method, out.metric_crs, out.position_crs) == (
        "euclid",
        "EPSG:4549",
        "EPSG:4490",
    )
    assert "straight line" in out.method_text
    assert "直线" in out.method_text_zh
    assert (out.datum, out.items[0].id, out.items[0].distance_m) == (
        "gcj02",
        "S1",
        12.5,
    )
