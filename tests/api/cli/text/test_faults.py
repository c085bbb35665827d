"""Every faulty row is named, and a fault of all rows is not a line a row."""

import re

from hypothesis import given
from hypothesis import strategies as st

from api.cli.text.faults import SHOWN_ALIKE, fault_lines
from gis.errors import RowFault
from gis.sentences import joined, sentence


def test_few_faults_have_a_line_each():
    faults = [RowFault(2, "post_id", "is empty"), RowFault(5, "geometry", "is a line")]
    assert list(fault_lines(faults)) == [
        "row 2, field 'post_id': is empty",
        "row 5, geometry: is a line",
    ]


def test_values_that_differ_make_no_other_kind():
    faults = [
        RowFault(row, "at", joined(" ", (repr(f"t{row}"), sentence("is no time"))))
        for row in range(1, 1001)
    ]
    *lines, last = fault_lines(faults)
    assert len(lines) == SHOWN_ALIKE
    assert last == "rows 21-1000, field 'at': as in row 1"


def test_another_rule_is_another_kind():
    faults = [
        RowFault(row, "geometry", sentence(rule))
        for row in range(1, 23)
        for rule in ("is empty", "is a line")
    ]
    assert list(fault_lines(faults))[-2:] == [
        "rows 21-22, geometry: as in row 1",
        "rows 21-22, geometry: as in row 1",
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.sampled_from(["lon", "lat"])), unique=True
    )
)
def test_every_faulty_row_is_named_once(places):
    faults = [RowFault(row, field, "is empty") for row, field in sorted(places)]
    named = []
    for line in fault_lines(faults):
        rows, field = re.match(r"rows? (.*), field '(\w+)'", line).groups()
        for span in rows.split(", "):
            first, _, last = span.partition("-")
            numbers = range(int(first), int(last or first) + 1)
            named += [(row, field) for row in numbers]
    assert sorted(named) == sorted(places)
