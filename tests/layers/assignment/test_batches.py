"""Answers to batches are those to all rows at once, however they are cut."""

from itertools import pairwise

import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment import AnswerBasis
from gis.crs import parse_datum
from gis.errors import InputFileError
from gis.synthetic import Town
from layers.assignment import (
    BatchQuestion,
    FrameColumns,
    FrameQuestion,
    answer_batch,
    answer_columns,
    answer_frame,
)
from layers.territory import Territory, town_territory

WGS84 = parse_datum("wgs84")


@pytest.fixture(scope="module")
def territory(s_town: Town) -> Territory:
    return town_territory(s_town)


QUESTION = FrameQuestion(
    FrameColumns(at="occurred_at", accuracy="accuracy_m"), datum="wgs84"
)


@pytest.fixture(scope="module")
def basis(territory: Territory) -> AnswerBasis:
    return territory.basis()


@pytest.fixture(scope="module")
def whole(s_town: Town, territory: Territory) -> pa.Table:
    """The answers to all rows at once."""
    frame = s_town.events.head(60)
    return answer_columns(answer_frame(territory, frame, QUESTION).answers)


@given(cuts=st.lists(st.integers(0, 60), max_size=4))
def test_batches_are_rows_of_the_whole(
    s_town: Town, basis: AnswerBasis, whole: pa.Table, cuts: list[int]
) -> None:
    events = pa.Table.from_pandas(s_town.events.head(60))
    asked = BatchQuestion(QUESTION, WGS84)
    parts = [
        answer_batch(basis, events.slice(start, end - start), asked)
        for start, end in pairwise(sorted([0, *cuts, 60]))
    ]
    names = parts[0].column_names[: len(whole.column_names)]
    assert pa.concat_tables(parts).select(names).equals(whole.rename_columns(names))


def test_every_row_says_version_and_digest(basis: AnswerBasis) -> None:
    asked = BatchQuestion(FrameQuestion(), WGS84, version=4, digest="d")
    events = pa.table({"lon": [120.08, None], "lat": [30.33, 30.33]})
    answers = answer_batch(basis, events, asked)
    assert answers["grids_version"].to_pylist() == [4, 4]
    assert answers["grids_digest"].to_pylist() == ["d", "d"]
    none = answer_batch(basis, events.slice(0, 0), asked)
    assert none.schema == answers.schema


def test_points_are_read_where_one_is_no_point(basis: AnswerBasis) -> None:
    points = [shapely.to_wkb(shapely.Point(120.08, 30.33)), None, b"x"]
    events = pa.table({"p": pa.array(points, pa.binary())})
    asked = BatchQuestion(FrameQuestion(), WGS84, geometry="p")
    answers = answer_batch(basis, events, asked)
    assert answers["status"].to_pylist() == ["inside", "unlocated", "unlocated"]
    assert answers["reason"].to_pylist()[1:] == ["missing", "not_a_point"]


def test_text_is_no_geometry(basis: AnswerBasis) -> None:
    asked = BatchQuestion(FrameQuestion(), WGS84, geometry="p")
    with pytest.raises(InputFileError, match=r"'p' of types \['string'\]"):
        answer_batch(basis, pa.table({"p": ["POINT (1 1)"]}), asked)
    with pytest.raises(InputFileError, match="0 columns 'p'"):
        answer_batch(basis, pa.table({"q": [1]}), asked)
