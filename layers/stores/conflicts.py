"""Conflicts of sources: what registers say differently about one enterprise."""

import pandas as pd

COMPARED = ("name", "scene", "is_coded", "address")
"""What sources of one enterprise may contradict each other in."""


def conflicts(enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return what the sources of one enterprise say differently; none of them wins.

    An enterprise is known by its credit code, else by its place. Several premises of
    one source are no conflict among themselves; two sources conflict in a field where
    both say something and not the same.

    Parameters
    ----------
    enterprises
        Facts of the layer.

    Returns
    -------
    conflicts
        enterprise_id, field, source, value: a row for each that is said, in order.

    Examples
    --------
    >>> said = pd.DataFrame({"credit_code": ["91X", "91X"], "place_id": ["P1", "P2"],
    ...                      "source": ["tax", "fire"], "name": ["Li & Co", "Li"]})
    >>> conflicts(said)[["enterprise_id", "field", "source", "value"]].values.tolist()
    [['91X', 'name', 'fire', 'Li'], ['91X', 'name', 'tax', 'Li & Co']]
    """
    values_by_name: dict[tuple[str, str], dict[str, set[object]]] = {}
    for row in enterprises.to_dict("records"):
        place, code = row["place_id"], row.get("credit_code")
        known_by = place if pd.isna(code) else code
        values = [(known_by, name, row.get(name)) for name in COMPARED]
        for enterprise_id, name, value in [*values, (place, "credit_code", code)]:
            if not pd.isna(value):
                by_source = values_by_name.setdefault((enterprise_id, name), {})
                by_source.setdefault(row["source"], set()).add(value)
    rows = [
        (enterprise_id, name, source, value)
        for (enterprise_id, name), by_source in sorted(values_by_name.items())
        if len({frozenset(values) for values in by_source.values()}) > 1
        for source, values in sorted(by_source.items())
        for value in sorted(values, key=str)
    ]
    return pd.DataFrame(rows, columns=["enterprise_id", "field", "source", "value"])
