r"""Patterns of LIKE: % is any text, _ any character, \ takes the next one as it is."""

from typing import Final

from layers.collections.filter_tree import FilterError, Place

MOST_WILDCARDS: Final = 32
"""Of a filter: a text is looked through again for each of them."""


def count_wildcards(pattern: str, place: Place, before: int = 0) -> int:
    r"""Return how many wildcards a filter has, those of a pattern with it.

    Parameters
    ----------
    pattern
        The pattern.
    place
        Where it stands.
    before
        So many came before.

    Raises
    ------
    FilterError
        If there are more than `MOST_WILDCARDS`, or a backslash stands before anything
        but % _ or another.

    Examples
    --------
    >>> count_wildcards(r"100\%_%", 1)
    2
    >>> count_wildcards("_%", 1, 5)
    7
    """
    plain = pattern.replace("\\\\", "")
    bare = plain.replace("\\%", "").replace("\\_", "")
    if "\\" in bare:
        raise FilterError(
            place,
            r"the pattern has \ before what is no wildcard, expected \%, \_ or \\",
            r"模式中的 \ 后应为 %、_ 或 \ ",
        )
    count = before + bare.count("%") + bare.count("_")
    if count > MOST_WILDCARDS:
        raise FilterError(
            place,
            f"there are {count} wildcards up to here, expected at most "
            f"{MOST_WILDCARDS}; write fewer of % and _",
            f"到此共有 {count} 个通配符，最多 {MOST_WILDCARDS} 个，请减少 % 和 _",
        )
    return count
