"""Who holds a post: a staff number, or a word that says that nobody does."""

import csv
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Final

from gis.sentences import sentence

_NUMBER: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9._-]+|[A-Za-z]", re.ASCII)
_NOT_A_NUMBER: Final = re.compile(r"[0.]+|\d(\.\d+)?[Ee]\+\d+|\d+\.0")
_OF_A_PERSON: Final = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]", re.ASCII)
_BETWEEN: Final = re.compile(r"\s*[;；,，、]\s*|\s+")


def is_vacancy(text: str) -> bool:
    """Say whether a text is one of the words that rosters write for nobody.

    Examples
    --------
    >>> is_vacancy("空缺"), is_vacancy("n/a"), is_vacancy("L001")
    (True, True, False)
    """
    return _plain(text).casefold() in _vacancies()


def check_holder(text: str) -> None:
    """Refuse what is no staff number: a word for nobody, a name, a damaged number.

    A staff number has letters, digits, `.`, `_` and `-` with a digit among them; a
    single letter stands for a seat. A mobile or citizen number is none.

    Raises
    ------
    ValueError
        Says what is wrong.

    Examples
    --------
    >>> check_holder("L001")
    >>> check_holder("空缺")
    Traceback (most recent call last):
    ...
    ValueError: says that nobody holds the post, expected a staff number such as L001
    """
    if is_vacancy(text):
        raise ValueError(
            sentence(
                "says that nobody holds the post, expected a staff number such as L001"
            )
        )
    if _OF_A_PERSON.fullmatch(text):
        raise ValueError(
            sentence(
                "is the telephone or identity number of a person, expected a staff "
                "number such as L001"
            )
        )
    if not _NUMBER.fullmatch(text) or _NOT_A_NUMBER.fullmatch(text):
        raise ValueError(
            sentence(
                "is no staff number, expected one such as L001, never the name of a "
                "person"
            )
        )


def read_members(text: str) -> tuple[str, ...]:
    """Return the staff numbers of a rotation in the order of their turns.

    Parameters
    ----------
    text
        Numbers with ``;``, ``；``, ``,``, ``，``, ``、`` or blanks between them.

    Raises
    ------
    ValueError
        If there is none between two separators, or one is no staff number.

    Examples
    --------
    >>> read_members("D01；D02, D03")
    ('D01', 'D02', 'D03')
    """
    members = tuple(_BETWEEN.split(text.strip().strip(";；,，、").strip()))
    for member in members:
        if not member:
            raise ValueError(
                sentence("has nothing between two separators, expected a member")
            )
        try:
            check_holder(member)
        except ValueError as error:
            raise ValueError(
                sentence(
                    "has the member {member!r}, which {error}",
                    member=member,
                    error=error,
                )
            ) from error
    return members


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


@cache
def _vacancies() -> frozenset[str]:
    """Return the words of the table that a town may replace."""
    table = resources.files("layers.packs").joinpath("codes", "vacancies.csv")
    rows = csv.reader(table.read_text("utf8").splitlines()[1:])
    return frozenset(_plain(word).casefold() for (word,) in rows)
