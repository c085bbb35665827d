"""Some row groups of a Parquet file, answered into a file of their own."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from gis.assignment import REASONS, STATUSES, AnswerBasis
from layers.assignment.batches import BatchQuestion, answer_batch
from layers.files.part_files import RowGroups

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
    empty = answered(basis, groups.schema().empty_table(), question)
    with pyarrow.parquet.ParquetWriter(out, empty.schema, compression="zstd") as writer:
        for batch in groups.batches(BATCH_ROWS):
            rows = answered(basis, pa.Table.from_batches([batch]), question)
            writer.write_table(rows)
            for place in (_STATUS, _REASON):
                column = rows.column(batch.num_columns + place)
                for pair in column.value_counts().to_pylist():
                    texts[place, pair["values"] or ""] += pair["counts"]
    return _counts(texts)


def answered(basis: AnswerBasis, events: pa.Table, question: BatchQuestion) -> pa.Table:
    """Return events with their answers behind them.

    Parameters
    ----------
    basis, events, question
        As `answer_batch` takes them.
    """
    answers = answer_batch(basis, events, question)
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
