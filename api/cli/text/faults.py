"""Lines of what is wrong with the rows of a file: each is named, and few are long."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gis.errors import RowFault
from gis.sentences import Sentence, sentence

SHOWN_ALIKE: Final = 20
"""So many faults of a kind have a line each."""


def fault_lines(faults: Iterable[RowFault]) -> Iterator[str]:
    """Yield a line for each fault; of many of a kind, one for the rows of the rest.

    Parameters
    ----------
    faults
        In the order in which they are shown.

    Examples
    --------
    >>> faults = [RowFault(row, "lon", "is empty") for row in [*range(1, 31), 40]]
    >>> list(fault_lines(faults))[-2:]
    ["row 20, field 'lon': is empty", "rows 21-30, 40, field 'lon': as in row 1"]
    """
    kinds: dict[tuple[str, object], list[RowFault]] = {}
    for fault in faults:
        alike = kinds.setdefault((fault.field, _kind(fault.rule)), [])
        alike.append(fault)
        if len(alike) <= SHOWN_ALIKE:
            yield str(fault)
    for (field, _), alike in kinds.items():
        rest = [fault.row for fault in alike[SHOWN_ALIKE:]]
        if not rest:
            continue
        values = {"rows": _ranges(rest), "row": alike[0].row}
        if field == "geometry":
            yield sentence("rows {rows}, geometry: as in row {row}", **values)
        else:
            yield sentence(
                "rows {rows}, field {field!r}: as in row {row}", field=field, **values
            )


def _kind(text: object) -> object:
    """Return what a rule says without the values that it says it of."""
    if not isinstance(text, Sentence):
        return text
    parts = [value for value in text.values.values() if isinstance(value, Sentence)]
    return text.template, *map(_kind, parts)


def _ranges(rows: Sequence[int]) -> str:
    """Return rows as text, those that follow each other as the first and the last."""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(
        f"{first}-{last}" if first < last else f"{first}" for first, last in spans
    )
