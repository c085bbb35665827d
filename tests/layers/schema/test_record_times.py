"""The times of facts are named in both languages."""

from layers.schema.record_times import RECORD_FIELDS, TIME_FIELDS


def test_times_are_named_in_both_languages() -> None:
    fields = (*TIME_FIELDS, *RECORD_FIELDS)
    assert len({field.zh for field in fields}) == len(fields)
    assert [field.name for field in TIME_FIELDS if field.required] == ["valid_from"]
