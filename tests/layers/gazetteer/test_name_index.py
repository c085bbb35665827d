"""Rows by what stands in them, against a plain look at each."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.gazetteer import name_index
from layers.gazetteer.folding import fold
from layers.gazetteer.name_index import NameIndex

TEXTS = st.none() | st.text("东湖南a1d -|\"'", max_size=6)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=8)
QUERIES = st.text("东湖南a1dhn", min_size=2, max_size=5)


def plain_rows(rows: list[tuple[str | None, ...]], text: str) -> list[int]:
    """The same by looking at every text, in the same order."""
    columns = [
        [fold(value or "") for value in column] for column in zip(*rows, strict=True)
    ]
    letters = str.maketrans("东湖南", "dhn")
    columns += [[n.translate(letters) for n in names] for names in columns[:1]]
    tests = (str.__eq__, str.startswith, str.__contains__)
    order = [
        row
        for test in tests
        for column in columns
        for row, value in enumerate(column)
        if value and test(value, text)
    ]
    return list(dict.fromkeys(order))


@given(ROWS, QUERIES)
def test_rows_are_those_of_a_plain_look_in_its_order(
    rows: list[tuple[str | None, ...]], text: str
) -> None:
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    index = NameIndex(*map(list, columns))
    try:
        assert list(index.rows(text)) == plain_rows(rows, text)
    finally:
        index.close()


def test_rows_come_whole_whatever_is_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(name_index, "FIRST", 3)
    monkeypatch.setattr(name_index, "MOST_AT_ONCE", 4)
    index = NameIndex([f"店{n % 7}路" for n in range(100)], [None] * 100, [None] * 100)
    assert list(index.rows("店3路")) == [n for n in range(100) if n % 7 == 3]
    assert sorted(index.rows("路")) == []


def test_two_characters_are_found_at_the_end_of_a_text_too() -> None:
    index = NameIndex(["大东湖", "东湖大", "大湖东"], [None] * 3, [None] * 3)
    assert list(index.rows("东湖")) == [1, 0]


def test_threads_get_the_same_rows() -> None:
    names = [f"{n:04d}号店" for n in range(2000)]
    index = NameIndex(names, [None] * 2000, [None] * 2000)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: list(index.rows("12")), range(32)))
    assert answers == [answers[0]] * 32
    assert sorted(answers[0]) == [n for n, name in enumerate(names) if "12" in name]


def test_an_index_that_was_closed_answers_nothing() -> None:
    index = NameIndex(["东湖"], [None], [None])
    index.close()
    with pytest.raises(Exception, match="closed"):
        list(index.rows("东湖"))
