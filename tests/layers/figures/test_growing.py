"""What was published of a column stays as it is."""

import numpy as np

from layers.figures.growing import Growing


def test_a_column_grows_and_what_was_published_stays():
    column = Growing(np.int64, 2)
    column.add((1, 2))
    before = column.publish()
    for number in range(200):
        column.add((number, number))
    assert before.tolist() == [[1, 2]]
    assert column.publish().shape == (201, 2)
    assert column.publish()[-1].tolist() == [199, 199]


def test_places_that_were_not_written_are_filled():
    column = Growing(np.int32)
    column.put(100, 5)
    assert (column.get(100), column.get(99), column.get(500)) == (5, -1, -1)
    assert column.size == 101


def test_values_are_added_to_those_of_a_column():
    column = Growing.of(np.array([[1, 2]], np.int32))
    before = column.publish()
    column.extend(np.arange(6).reshape(3, 2), 3)
    assert column.publish().tolist() == [[1, 2], [0, 1], [2, 3], [4, 5]]
    assert before.tolist() == [[1, 2]]
