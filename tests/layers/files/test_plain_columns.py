"""Columns of rare types become those that formats have; the others stay untouched."""

import pyarrow as pa
import pytest

from gis.errors import SettingError
from layers.files.plain_columns import decoded, plain, refused

CODES = pa.array([1, None, 0, 1], pa.uint16())


def test_usual_columns_are_not_touched() -> None:
    codes = pa.array(["x", "y"]).dictionary_encode()
    rows = pa.table({"id": ["a", "b"], "n": [1.0, None], "kind": codes})
    for change in (decoded, plain):
        changed = change(rows, "CSV")
        for before, after in zip(rows.columns, changed.columns, strict=True):
            assert [b and b.address for b in before.chunk(0).buffers()] == [
                b and b.address for b in after.chunk(0).buffers()
            ]


def test_codes_of_texts_stay_codes_of_one_type_without_nulls() -> None:
    for texts in (["x", None, "y"], [None, "x"], [None, None]):
        column = pa.DictionaryArray.from_arrays(CODES, pa.array(texts, pa.string()))
        after = decoded(pa.table({"c": column[1:]}), "Parquet").column("c")
        assert after.type == column.type
        assert after.to_pylist() == column[1:].to_pylist()
        assert after.chunk(0).dictionary.null_count == 0


def test_parts_of_one_type_give_parts_of_one_type() -> None:
    kind = pa.dictionary(pa.int8(), pa.list_(pa.int8()))
    empty = pa.table({"c": pa.chunked_array([], kind)})
    assert decoded(empty, "CSV").schema.types == [pa.list_(pa.int8())]
    several = [pa.array([[n], None], kind.value_type) for n in (1, 2)]
    chunks = [
        pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), values)
        for values in several
    ]
    rows = pa.table({"c": pa.chunked_array(chunks)})
    assert decoded(rows, "CSV").column("c").to_pylist() == [[1], [2]]


def test_extension_over_codes_is_what_stands_behind_both() -> None:
    kind = pa.opaque(pa.dictionary(pa.int8(), pa.float64()), "odd", "somebody")
    codes = pa.array([1.5, None, 1.5]).dictionary_encode().cast(kind.storage_type)
    rows = pa.table({"c": pa.ExtensionArray.from_storage(kind, codes)})
    assert plain(rows, "CSV").column("c").to_pylist() == [1.5, None, 1.5]


def test_error_of_the_program_is_not_told_as_one_of_the_column() -> None:
    with pytest.raises(SettingError, match="mine"), refused(pa.field("n", "f4"), "CSV"):
        raise SettingError("mine")
