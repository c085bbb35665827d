"""Answers as formats want them."""

import pyarrow as pa

from api.service.assignment.rows import for_csv


def test_metres_of_csv_have_three_decimals() -> None:
    columns = pa.table({"distance_m": [1.5, None, 0.0004]})
    assert for_csv(columns)["distance_m"].to_pylist() == ["1.500", None, "0.000"]
