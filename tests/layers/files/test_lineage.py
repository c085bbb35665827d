"""Whose ground each grid got, from a table."""

from pathlib import Path

import pytest

from gis.errors import InvalidLayerError
from gis.versions import Lineage
from layers.files.lineage import read_lineage

ROOT = Path(__file__).parents[3]


def test_lineage_of_the_merged_sample_is_read_whole():
    rows = read_lineage(ROOT / "sample_geodata" / "x_town" / "lineage.csv")
    assert len(rows) == 88
    assert rows[0] == Lineage("PB-01", "330699101201001", 0.506614, "party_building")


def test_numbers_that_are_ids_are_text(tmp_path):
    path = tmp_path / "lineage.csv"
    path.write_text("from_id,to_id,share\n11,12,1\n", encoding="utf-8")
    assert read_lineage(path) == (Lineage("11", "12", 1.0),)


@pytest.mark.parametrize("column", ["from_id", "to_id", "share"])
def test_a_missing_column_is_named(tmp_path, column):
    names = [name for name in ("from_id", "to_id", "share") if name != column]
    path = tmp_path / "lineage.csv"
    path.write_text(f"{','.join(names)}\n1,1\n", encoding="utf-8")
    with pytest.raises(InvalidLayerError, match=column):
        read_lineage(path)
