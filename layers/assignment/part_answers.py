"""Some row groups of a Parquet file, answered into a file of their own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa

from gis.assignment import REASONS, STATUSES, AnswerBasis
from layers.assignment.batches import BatchQuestion, coded_batch
from layers.files.parquet_groups import ParquetGroups
from layers.files.part_files import RowGroups
from layers.files.table import EventTable

BATCH_ROWS: Final = 131_072
_STATUS, _REASON = 1, 2
"""Where they stand among the columns of answers, whatever they are called."""


class PartCounts(NamedTuple):
    """How many events have each status, and each reason of their position.

    Those are there that occur, in the order of `STATUSES` and `REASONS`.
    """

    statuses: dict[str, int]
    reasons: dict[str, int]


def answer_part(
    basis: AnswerBasis, groups: RowGroups, question: BatchQuestion, out: Path
) -> PartCounts:
    """Write the rows of some row groups with their answers, types as they came.

    Parameters
    ----------
    basis
        What answers are made from.
    groups
        The rows.
    question
        What is asked.
    out
        The Parquet file to write.

    Raises
    ------
    InputFileError
        If the file is damaged, or as `answer_batch` raises it.
    """
    texts: Counter[tuple[int, str]] = Counter()
    with out.open("wb") as file:
        writer = ParquetGroups(file)
        for events in _tables(groups):
            rows = answered(basis, events, question)
            writer.write(rows, EventTable(events))
            for place in (_STATUS, _REASON):
                column = rows.column(events.num_columns + place)
                for pair in column.value_counts().to_pylist():
                    texts[place, pair["values"] or ""] += pair["counts"]
        writer.finish()
    return _counts(texts)


def _tables(groups: RowGroups) -> Iterator[pa.Table]:
    """Yield the rows in parts, one without rows where there are none."""
    rows = 0
    for batch in groups.batches(BATCH_ROWS):
        rows += batch.num_rows
        yield pa.Table.from_batches([batch])
    if not rows:
        yield groups.schema().empty_table()


def answered(basis: AnswerBasis, events: pa.Table, question: BatchQuestion) -> pa.Table:
    """Return events with their answers behind them, as `coded_batch` returns them.

    Parameters
    ----------
    basis, events, question
        As `answer_batch` takes them.
    """
    answers = coded_batch(basis, events, question)
    fields = [*events.schema, *answers.schema]
    schema = pa.schema(fields, events.schema.metadata)
    return pa.table([*events.columns, *answers.columns], schema)


def sum_counts(parts: Sequence[PartCounts]) -> PartCounts:
    """Return the counts of several parts together.

    Examples
    --------
    >>> parts = [PartCounts({"outside": 1}, {}), PartCounts({"inside": 2}, {})]
    >>> sum_counts(parts).statuses
    {'outside': 1, 'inside': 2}
    """
    statuses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for part in parts:
        statuses.update(part.statuses)
        reasons.update(part.reasons)
    return PartCounts(_chosen(STATUSES, statuses), _chosen(REASONS[1:], reasons))


def _counts(texts: Counter[tuple[int, str]]) -> PartCounts:
    """Return counts of words from those of the texts that have them."""
    statuses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for (place, text), count in texts.items():
        if place == _STATUS:
            statuses[text] += count
            continue
        # a reason of the position stands beside those of the post
        for word in text.split(";"):
            reasons[word] += count
    return PartCounts(_chosen(STATUSES, statuses), _chosen(REASONS[1:], reasons))


def _chosen(names: Sequence[str], counts: Counter[str]) -> dict[str, int]:
    """Return the counts of some names, those that occur, in their order."""
    return {str(name): counts[name] for name in names if counts[name]}
