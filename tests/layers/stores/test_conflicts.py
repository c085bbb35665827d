"""Sources of one enterprise that contradict each other are listed, none wins."""

import pandas as pd

from layers.stores.conflicts import conflicts


def registers(*rows):
    """Rows of (place, credit code, source, name)."""
    return pd.DataFrame(rows, columns=["place_id", "credit_code", "source", "name"])


def found_in(*rows):
    return list(conflicts(registers(*rows)).itertuples(index=False, name=None))


def test_sources_that_agree_are_no_conflict():
    assert found_in(("P1", "91X", "tax", "甲"), ("P1", "91X", "fire", "甲")) == []


def test_source_that_says_nothing_contradicts_nobody():
    assert found_in(("P1", "91X", "tax", "甲"), ("P1", "91X", "fire", None)) == []


def test_enterprise_without_a_credit_code_is_known_by_its_place():
    assert found_in(("P1", None, "tax", "甲"), ("P1", None, "fire", "乙")) == [
        ("P1", "name", "fire", "乙"),
        ("P1", "name", "tax", "甲"),
    ]
    assert found_in(("P1", None, "tax", "甲"), ("P2", None, "fire", "乙")) == []


def test_premises_of_one_source_are_no_conflict_among_themselves():
    rows = ("P1", "91X", "tax", "甲"), ("P2", "91X", "tax", "乙")
    assert found_in(*rows) == []
    assert found_in(*rows, ("P1", "91X", "fire", "甲")) == [
        ("91X", "name", "fire", "甲"),
        ("91X", "name", "tax", "乙"),
        ("91X", "name", "tax", "甲"),
    ]


def test_two_credit_codes_at_one_place_are_a_conflict_of_the_place():
    assert found_in(("P1", "91X", "tax", "甲"), ("P1", "91Y", "fire", "甲")) == [
        ("P1", "credit_code", "fire", "91Y"),
        ("P1", "credit_code", "tax", "91X"),
    ]


def test_layer_without_rows_has_columns_and_no_conflicts():
    nothing = conflicts(registers())
    assert nothing.columns.tolist() == ["enterprise_id", "field", "source", "value"]
    assert nothing.empty
