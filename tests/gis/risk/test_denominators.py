"""What hazards are counted against is said in full, in both languages."""

import pytest

from gis.risk import DENOMINATORS


def test_score_is_read_per_km2_thousand_people_or_place():
    amounts = {name: entry.amount for name, entry in DENOMINATORS.items()}
    assert amounts == {"km2": 1e6, "residents": 1e3, "registered": 1e3, "places": 1.0}


@pytest.mark.parametrize("entry", DENOMINATORS.values(), ids=DENOMINATORS)
def test_unit_and_base_are_said_in_both_languages(entry):
    assert entry.unit
    assert entry.base
    for text in (entry.unit_zh, entry.base_zh):
        assert any("一" <= letter <= "鿿" for letter in text)


@pytest.mark.parametrize("name", DENOMINATORS)
def test_base_says_whether_people_are_counted(name):
    is_of_people = name in {"residents", "registered"}
    assert ("no population is used" in DENOMINATORS[name].base) != is_of_people
    assert ("不涉及人口" in DENOMINATORS[name].base_zh) != is_of_people


@pytest.mark.parametrize("field", ["unit", "unit_zh", "base", "base_zh"])
def test_no_two_denominators_read_alike(field):
    texts = [getattr(entry, field) for entry in DENOMINATORS.values()]
    assert len(set(texts)) == len(texts)
