"""Answers as columns: what `pagoda assign` adds to a file of events."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gis.assignment import (
    BANDS,
    FAULTS,
    STATUSES,
    Answers,
    Assigner,
    AssignmentTable,
    LikelihoodTable,
    decided_level,
    record,
)
from gis.roster import TRIAGE, commander

Rows = NDArray[np.int32]

FIRST_FAULT = FAULTS.index("accuracy_negative")
"""Faults before it are no news: no usable position, no accuracy given."""


def answer_columns(answers: Answers) -> pa.Table:
    """Return answers as named columns, one row a position.

    Parameters
    ----------
    answers
        The answers, and how probable each grid is where positions have an accuracy.

    Returns
    -------
    columns
        In this order: grid_id, status, reason, distance_m (metres, rounded to 1 mm;
        null inside), neighbour_id (code of the area next to the town that holds a
        position outside; only where some are known), candidates (``id:distance_m``
        joined by ``;``), band (how sure the owner is, null without an accuracy),
        tier4_id ... tier1_id as far as the tree goes, community_id, accountable_post;
        with duties also accountable_holder, region_leader, region_holder and
        region_reason (who commands the region, and why it is not its own leader); with
        accuracies also probabilities (``id:probability`` joined by ``;``), p_outside
        and decided_at (``grid``, ``tier4``, ...: the lowest that is sure). Null where
        there is nothing to say.
    """
    return spelt(coded_columns(answers))


def spelt(columns: pa.Table) -> pa.Table:
    """Return columns with texts where codes of them stand.

    Parameters
    ----------
    columns
        As `coded_columns` returns them.
    """
    return pa.table(
        {
            name: column.cast(column.type.value_type)
            if pa.types.is_dictionary(column.type)
            else column
            for name, column in zip(columns.column_names, columns.columns, strict=True)
        }
    )


def coded_columns(answers: Answers) -> pa.Table:
    """Return what `answer_columns` returns, texts that repeat as codes of them.

    Parameters
    ----------
    answers
        As `answer_columns` takes them.
    """
    assigner, table = answers.assigner, answers.table
    likelihoods = answers.likelihoods
    owners = _owner_columns(assigner)
    columns = {
        "grid_id": owners["grid_id"].of_rows(table.rows),
        "status": _coded(table.statuses, STATUSES),
        "reason": _reasons(assigner, table, likelihoods),
        "distance_m": pa.array(table.distances_m, from_pandas=True),
        **_neighbour_column(answers),
        "candidates": _candidates(assigner, table),
        "band": _bands(table, likelihoods),
    }
    columns |= {
        name: column.of_rows(table.rows)
        for name, column in owners.items()
        if name not in columns
    }
    columns["accountable_post"] = _accountable(table, "post_id")
    if assigner.has_duties:
        columns |= {
            "accountable_holder": _accountable(table, "holder_id"),
            **_region_columns(table),
        }
    if likelihoods is not None:
        columns |= _likelihood_columns(assigner, table, likelihoods)
    return pa.table(columns)


class Coded(NamedTuple):
    """Texts of rows of something: the different ones, and the code of each row.

    A row without a text has the code -1, and so has the one behind the last.
    """

    texts: pa.Array
    codes: NDArray[np.int32]

    def of_rows(self, rows: Rows) -> pa.DictionaryArray:
        """Return the texts of rows, null for -1."""
        # wrapped, row -1 is the one behind the last
        return _coded(self.codes.take(rows, mode="wrap"), self.texts)


def _coded_texts(values: Iterable[str | None]) -> Coded:
    """Return texts with the code of each, -1 for none."""
    places: dict[str, int] = {}
    codes = [
        -1 if value is None else places.setdefault(value, len(places))
        for value in values
    ]
    return Coded(pa.array(places, pa.string()), np.array([*codes, -1], np.int32))


def _coded(
    codes: NDArray[np.integer], texts: pa.Array | Sequence[str]
) -> pa.DictionaryArray:
    """Return texts by their codes, null for -1."""
    if not isinstance(texts, pa.Array):
        texts = pa.array(list(texts), pa.string())
    whole = np.ascontiguousarray(codes, dtype=np.int32)
    is_some = whole >= 0
    bits = None if is_some.all() else np.packbits(is_some, bitorder="little")
    buffers = [None if bits is None else pa.py_buffer(bits), pa.py_buffer(whole)]
    indices = pa.Array.from_buffers(pa.int32(), len(whole), buffers)
    # all codes are ours
    return pa.DictionaryArray.from_arrays(indices, texts, safe=False)


_columns_of: WeakKeyDictionary[Assigner, dict[str, Coded]] = WeakKeyDictionary()


def _owner_columns(assigner: Assigner) -> dict[str, Coded]:
    """Return what belongs to each grid as columns, made once for an assigner."""
    if assigner not in _columns_of:
        owners = assigner.owners
        columns: dict[str, Iterable[str | None]] = {"grid_id": assigner.ids}
        for place, tier in enumerate(assigner.tiers):
            columns[f"tier{tier}_id"] = tuple(owner.chain[place] for owner in owners)
        columns["community_id"] = tuple(owner.community_id for owner in owners)
        _columns_of[assigner] = {
            n: _coded_texts(values) for n, values in columns.items()
        }
    return _columns_of[assigner]


def _neighbour_column(answers: Answers) -> dict[str, pa.Array]:
    """Return the neighbour of each position, no column where none is known."""
    if answers.neighbours is None:
        return {}
    codes = [area and area.neighbour_id for area in answers.neighbours]
    return {"neighbour_id": pa.array(codes, pa.string())}


def _by_state(
    table: AssignmentTable, values: Iterable[str | None]
) -> pa.DictionaryArray:
    """Return the value of who is on duty for each position."""
    return _coded_texts(values).of_rows(table.on_duty.states)


def _accountable(
    table: AssignmentTable, field: Literal["post_id", "holder_id"]
) -> pa.DictionaryArray:
    """Return the post or the holder that answers for each position."""
    holdings = [state.accountable for state in table.on_duty.on_duty]
    return _by_state(
        table, [None if h is None else getattr(h, field) for h in holdings]
    )


def _region_columns(table: AssignmentTable) -> dict[str, pa.Array]:
    """Return who commands the region of each position, and why not its own leader."""
    rows: list[tuple[str | None, str | None, str | None]] = []
    for state in table.on_duty.on_duty:
        holding, reason = commander(state.region_leader, state.leaders)
        post, holder = (holding.post_id, holding.holder_id) if holding else (None, None)
        rows.append((post, holder, reason or None))
    names = ("region_leader", "region_holder", "region_reason")
    return {
        name: _by_state(table, [row[place] for row in rows])
        for place, name in enumerate(names)
    }


def _reasons(
    assigner: Assigner, table: AssignmentTable, likelihoods: LikelihoodTable | None
) -> pa.DictionaryArray:
    """Return the reasons of each answer: position, owner's post, accuracy."""
    duty_reasons = [state.reason for state in table.on_duty.on_duty]
    duty = _coded_texts(None if r in ("", TRIAGE) else r for r in duty_reasons)
    codes, texts = duty.codes[table.on_duty.states], duty.texts.to_pylist()
    faults = np.zeros(len(table.rows), dtype=np.uint8)
    if likelihoods is not None:
        faults = np.where(likelihoods.faults >= FIRST_FAULT, likelihoods.faults, 0)
    some = np.flatnonzero((table.reasons > 0) | (table.nearest >= 0) | (faults > 0))
    # the text of each combination that occurs is made once
    parts = (table.nearest + 1, codes + 1, faults, table.reasons)
    keys = np.zeros(len(some), dtype=np.int64)
    for part in parts:
        keys = keys * (int(part.max(initial=0)) + 1) + part[some]
    _, firsts, combinations = np.unique(keys, return_index=True, return_inverse=True)
    new = [
        (assigner.reason(table, i), texts[codes[i]] if codes[i] >= 0 else "", faults[i])
        for i in some[firsts].tolist()
    ]
    codes[some] = len(texts) + combinations
    texts += [";".join(filter(None, (own, post, FAULTS[f]))) for own, post, f in new]
    return _coded(codes, texts)


def _bands(table: AssignmentTable, likelihoods: LikelihoodTable | None) -> pa.Array:
    """Return how sure each owner is, null where that is not known."""
    if likelihoods is None:
        return pa.nulls(len(table.rows), pa.string())
    bands = likelihoods.bands.astype(np.int32)
    return _coded(np.where(likelihoods.faults == 0, bands, -1), BANDS)


def _likelihood_columns(
    assigner: Assigner, table: AssignmentTable, likelihoods: LikelihoodTable
) -> dict[str, pa.Array]:
    """Return probabilities of the grids, of the outside, and where doubt ends."""
    places = np.flatnonzero(likelihoods.faults == 0)
    shares = np.full(len(table.rows), None, dtype=object)
    decisions = np.full(len(table.rows), None, dtype=object)
    for place in places.tolist():
        near = record(likelihoods, place).probabilities
        shares[place] = ";".join(f"{assigner.ids[row]}:{p:.4f}" for row, p in near)
        decisions[place] = decided_level(assigner, near, int(table.rows[place]))
    return {
        "probabilities": pa.array(shares, pa.string()),
        "p_outside": pa.array(likelihoods.p_outside, from_pandas=True),
        "decided_at": pa.array(decisions, pa.string()),
    }


def _candidates(assigner: Assigner, table: AssignmentTable) -> pa.Array:
    """Return the candidates of each position as text."""
    if not len(table.candidate_rows):
        return pa.nulls(len(table.rows), pa.string())
    pairs = [
        f"{assigner.ids[row]}:{metres:.3f}"
        for row, metres in zip(
            table.candidate_rows, table.candidate_distances_m, strict=True
        )
    ]
    texts = np.full(len(table.rows), None, dtype=object)
    offsets = table.candidate_offsets
    some = np.flatnonzero(np.diff(offsets))
    texts[some] = [";".join(pairs[offsets[i] : offsets[i + 1]]) for i in some]
    return pa.array(texts, pa.string())
