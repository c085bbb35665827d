"""The layer of coded places."""

from gis.models import SafetyCode
from layers.schema.places import PLACES


def test_every_code_has_its_word_and_no_place_its_point_openly():
    [code] = [field for field in PLACES.fields if field.name == "code"]
    assert code.values == tuple(code.name.lower() for code in SafetyCode)
    assert PLACES.geometry_sharing == "conditional"
    assert PLACES.key_sharing == "open"
