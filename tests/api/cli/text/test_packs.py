"""The table of kinds is CSV, a line each."""

import csv

from api.cli.text.packs import table_lines
from layers.packs.scenario_files import scenarios


def test_every_kind_is_a_line_under_the_heads() -> None:
    rows = [*csv.DictReader(table_lines(scenarios()))]
    assert [row["kind"] for row in rows] == [*scenarios().kinds]
    assert rows[0]["name_zh"] == scenarios().names_of(rows[0]["kind"])[0]
    assert all(len(row) == 8 and all(row.values()) for row in rows)
