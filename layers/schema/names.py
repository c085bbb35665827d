"""Names of columns that are added to what somebody else made."""

from collections.abc import Iterable


def free_names(own_names: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Return the name to write each added column under, its own where it is free.

    Examples
    --------
    >>> free_names(["id", "status"], ["status", "reason"])
    {'status': 'pagoda_status', 'reason': 'reason'}
    """
    all_names = set(own_names)
    renames: dict[str, str] = {}
    for name in names:
        renames[name] = free_name(name, all_names)
        all_names.add(renames[name])
    return renames


def free_name(name: str, names: set[str]) -> str:
    """Return the name, or the first of its substitutes, that is free."""
    candidate, number = name, 1
    while candidate in names:
        candidate = f"pagoda_{name}" + (f"_{number}" if number > 1 else "")
        number += 1
    return candidate
