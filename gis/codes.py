"""Codes of grids, divisions and enterprises: pattern, parent prefix, check digit.

A code is checked, never mended, and what is wrong is named::

    unit grid        330199 101 001 002        county, town, community, sequence
    community grid   021207 330199 101 001 02  object class, county, town, community, ..
    division         330199 | 330199101 | 330199101001, or filled with zeros to 12
    credit code      9 1 330100 799655058 B    authority, kind, county, organisation, ..

A citizen's number is looked for only to keep it out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.sentences import sentence

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CITIZEN_CHECK_DIGITS: Final = "10X98765432"

CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# first characters of credit codes in use; the list grows, so another is only unusual
KNOWN_AUTHORITIES: Final = frozenset("123456789ANY")

# numbers given out below a county (GB/T 10114-2003) and below a town (statistics)
TOWN_NUMBERS: Final = range(1, 600)
COMMUNITY_NUMBERS: Final = range(1, 400)
LARGEST_SEQUENCE: Final = 999

_DIVISION: Final = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}(?:[0-9]{3})?)?")
_DIVISION_LENGTHS: Final = (2, 4, 6, 9, 12)
_CREDIT: Final = re.compile(
    rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}"
)
_ORGANISATION: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")
# the 15-digit numbers of before 1999 look like unit-grid codes and are not looked for
_CITIZEN: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}"
    r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)


class Verdict(IntEnum):
    """What a check says, the worst last."""

    OK = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong or unusual about a code.

    Attributes
    ----------
    name
        ``pattern``, ``parent``, ``check_digit``, ``organisation_check_digit``,
        ``unknown_authority`` or ``unusual_number``.
    verdict
        `Verdict.ERROR` or `Verdict.WARNING`.
    text
        What was found and what was expected, one sentence.
    """

    name: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A code and everything found about it; no fault is OK."""

    code: str
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the faults."""
        return max((fault.verdict for fault in self.faults), default=Verdict.OK)


def check_unit_grid(code: str, community: str | None = None) -> CodeCheck:
    """Check a 15-digit unit-grid code: county 6, town 3, community 3, sequence 3.

    Parameters
    ----------
    code
        The code as it came.
    community
        12-digit division code that it must begin with; None checks no parent.

    Examples
    --------
    >>> check_unit_grid("330199101001002", "330199101001").verdict.name
    'OK'
    >>> [fault.name for fault in check_unit_grid("33019910100100").faults]
    ['pattern']
    """
    if not re.fullmatch(r"[1-9][0-9]{14}", code):
        return _broken(code, sentence("15 digits that do not begin with 0"))
    faults = _unusual_division(code[:12]) + _unusual_sequence(code[12:])
    return CodeCheck(code, _parent_fault(code, code, community) + faults)


def check_community_grid(code: str, community: str | None = None) -> CodeCheck:
    """Check a 20-digit community-grid code (CJ/T 349-2010).

    Object class 6, county 6, town 3, community 3 and sequence 2 digits; sequence 00 is
    a community that is not split, and communities from 601 are merged ones.

    Parameters
    ----------
    code
        The code as it came.
    community
        12-digit division code that digits 7 to 18 must be; None checks no parent.

    Examples
    --------
    >>> check_community_grid("02120733019910100102", "330199101001").verdict.name
    'OK'
    """
    if not re.fullmatch(r"[0-9]{6}[1-9][0-9]{13}", code):
        return _broken(code, sentence("20 digits, the county in digits 7 to 12"))
    division = code[6:18]
    is_merged = int(division[9:]) > 600
    faults = _unusual_division(division[:9] if is_merged else division)
    return CodeCheck(code, _parent_fault(code, code[6:], community) + faults)


def check_division(code: str, parent: str | None = None) -> CodeCheck:
    """Check the code of a county, town or community by pattern and parent.

    Parameters
    ----------
    code
        6, 9 or 12 digits; a shorter code may be filled with zeros, as the statistical
        tables do (330106000000 is 330106).
    parent
        Division code of any level above it; None checks no parent.

    Examples
    --------
    >>> check_division("330106109001", "330106109").verdict.name
    'OK'
    >>> check_division("330106109001", "330105000000").faults[0].text
    "Code '330106109001' does not lie under '330105000000'; correct one of them."
    """
    if not _DIVISION.fullmatch(code):
        return _broken(code, sentence("6, 9 or 12 digits that do not begin with 0"))
    own = significant_digits(code)
    return CodeCheck(code, _parent_fault(code, own, parent) + _unusual_division(own))


def significant_digits(division: str) -> str:
    """Return a division code without the zeros that fill it up.

    Examples
    --------
    >>> significant_digits("330106000000"), significant_digits("330100")
    ('330106', '3301')
    """
    digits = division.rstrip("0")
    sizes = (size for size in _DIVISION_LENGTHS if size >= len(digits))
    return division[: next(sizes, len(division))]


def check_credit_code(code: str) -> CodeCheck:
    """Check a unified social credit code (GB 32100-2015), 18 characters.

    A wrong check digit is an error. A nested organisation code that does not fit, or an
    authority that is not on the list, is a warning: both occur in valid codes.

    Examples
    --------
    >>> check_credit_code("91350100M000100Y43").verdict.name
    'OK'
    >>> check_credit_code("91350100M000100Y44").faults[0].name
    'check_digit'
    """
    if not _CREDIT.fullmatch(code):
        return _broken(
            code,
            sentence("18 digits and capitals without I, O, S, V, Z, digits in 3 to 8"),
        )
    expected = credit_check_digit(code[:17])
    faults = _digit_fault(code, code[17], expected, "check_digit", Verdict.ERROR)
    nested = code[8:17]
    expected = organisation_check_digit(nested[:8])
    faults += _digit_fault(
        nested, nested[8], expected, "organisation_check_digit", Verdict.WARNING
    )
    if code[0] not in KNOWN_AUTHORITIES:
        text = sentence(
            "Code {code!r} begins with {code_2!r}, an authority not known here.",
            code=code,
            code_2=code[0],
        )
        faults += (Fault("unknown_authority", Verdict.WARNING, text),)
    return CodeCheck(code, faults)


def check_organisation_code(code: str) -> CodeCheck:
    """Check an organisation code (GB 11714), 9 characters without a hyphen.

    Examples
    --------
    >>> check_organisation_code("D2143569X").verdict.name
    'OK'
    """
    if not _ORGANISATION.fullmatch(code):
        return _broken(
            code, sentence("8 digits or capitals and a check digit 0 to 9 or X")
        )
    expected = organisation_check_digit(code[:8])
    return CodeCheck(
        code, _digit_fault(code, code[8], expected, "check_digit", Verdict.ERROR)
    )


def credit_check_digit(body: str) -> str:
    """Return the 18th character of a credit code from its first 17.

    Weights are powers of 3 modulo 31, a prime, so every wrong character and every
    exchange of two neighbours shows.
    """
    total = _weighted(body, CREDIT_ALPHABET, CREDIT_WEIGHTS)
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_digit(body: str) -> str:
    """Return the 9th character of an organisation code from its first 8."""
    total = _weighted(body, ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS)
    return "0123456789X"[-total % 11]


def find_citizen_ids(text: str) -> list[tuple[int, int]]:
    """Return where 18-digit citizen numbers (GB 11643) stand in a text.

    Only numbers whose date can be and whose check digit fits; they must not be stored.

    Returns
    -------
    spans
        Start and end of each.

    Examples
    --------
    >>> find_citizen_ids("持证人 11010519491231002X。")
    [(4, 22)]
    """
    return [match.span() for match in _CITIZEN.finditer(text) if _is_citizen(match[0])]


def mask_citizen_ids(text: str) -> str:
    """Return the text with the date and number of every citizen number starred out.

    Examples
    --------
    >>> mask_citizen_ids("持证人 11010519491231002X。")
    '持证人 110105************。'
    """
    for start, end in find_citizen_ids(text):
        text = text[: start + 6] + "*" * 12 + text[end:]
    return text


def number_grids(communities: Sequence[str], order: Sequence[int]) -> list[str]:
    """Return unit-grid codes: the community and a running number in it from 001.

    Parameters
    ----------
    communities
        12-digit division code of each grid, n of them.
    order
        Rows of the grids in the order of numbering, n of them, as `reading_order`
        gives it.

    Raises
    ------
    InvalidLayerError
        If a community has more than 999 grids or its code is no 12 digits.

    Examples
    --------
    >>> number_grids(["330199101001", "330199101002", "330199101001"], [2, 1, 0])
    ['330199101001002', '330199101002001', '330199101001001']
    """
    numbers: dict[str, int] = {}
    codes = [""] * len(communities)
    for row in order:
        community = communities[row]
        number = numbers.get(community, 0) + 1
        if number > LARGEST_SEQUENCE:
            raise InvalidLayerError(
                "Community {community!r} has more than {largest_sequence} grids, "
                "which 3 digits cannot number; split the community.",
                community=community,
                largest_sequence=LARGEST_SEQUENCE,
            )
        if not re.fullmatch(r"[1-9][0-9]{11}", community):
            raise InvalidLayerError(
                "Community {community!r} is not a division code of 12 digits; give "
                "the one that the grid lies in.",
                community=community,
            )
        numbers[community] = number
        codes[row] = f"{community}{number:03d}"
    return codes


def reading_order(polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the order that numbers polygons in rows from north, west to east.

    Rows are as high as the mean polygon, so that neighbours side by side stay so.

    Parameters
    ----------
    polygons
        Shape (n,), y to the north.

    Examples
    --------
    >>> squares = [shapely.box(x, y, x + 1, y + 1) for x, y in [(1, 0), (0, 0), (0, 1)]]
    >>> reading_order(np.array(squares)).tolist()
    [2, 1, 0]
    """
    centres = shapely.get_coordinates(shapely.point_on_surface(polygons))
    height = np.sqrt(shapely.area(polygons).mean())
    row = np.floor((centres[:, 1].max() - centres[:, 1]) / height)
    return np.lexsort((centres[:, 0], row))


def _weighted(body: str, alphabet: str, weights: Sequence[int]) -> int:
    """Return the sum of character values times weights."""
    return sum(
        alphabet.index(character) * weight
        for character, weight in zip(body, weights, strict=True)
    )


def _is_citizen(number: str) -> bool:
    """Say whether the check digit fits (ISO 7064, MOD 11-2)."""
    total = _weighted(number[:17], ORGANISATION_ALPHABET, CITIZEN_WEIGHTS)
    return CITIZEN_CHECK_DIGITS[total % 11] == number[17].upper()


def _broken(code: str, expected: str) -> CodeCheck:
    """Return the result for a code that does not even look like one."""
    text = sentence(
        "Code {code!r} does not fit its pattern; expected {expected}.",
        code=code,
        expected=expected,
    )
    return CodeCheck(code, (Fault("pattern", Verdict.ERROR, text),))


def _parent_fault(code: str, division: str, parent: str | None) -> tuple[Fault, ...]:
    """Return a fault unless the division lies under the parent."""
    if parent is None:
        return ()
    prefix = significant_digits(parent)
    if prefix and division.startswith(prefix) and division != prefix:
        return ()
    text = sentence(
        "Code {code!r} does not lie under {parent!r}; correct one of them.",
        code=code,
        parent=parent,
    )
    return (Fault("parent", Verdict.ERROR, text),)


def _unusual_division(division: str) -> tuple[Fault, ...]:
    """Return warnings about town and community numbers outside the usual ranges."""
    levels = (
        ("town", division[6:9], TOWN_NUMBERS),
        ("community", division[9:12], COMMUNITY_NUMBERS),
    )
    return tuple(
        Fault(
            "unusual_number",
            Verdict.WARNING,
            sentence(
                "Division {division!r} has the {level} number {number!r}; usual are "
                "{start:03d} to {stop}.",
                division=division,
                level=level,
                number=number,
                start=usual.start,
                stop=usual.stop - 1,
            ),
        )
        for level, number, usual in levels
        if number and int(number) not in usual
    )


def _unusual_sequence(number: str) -> tuple[Fault, ...]:
    """Return a warning where the numbering does not begin with 001."""
    if int(number):
        return ()
    text = sentence(
        "Sequence {number!r} is not usual; grids are numbered from 001.", number=number
    )
    return (Fault("unusual_number", Verdict.WARNING, text),)


def _digit_fault(
    code: str, digit: str, expected: str, name: str, verdict: Verdict
) -> tuple[Fault, ...]:
    """Return a fault where the check digit is not the one computed."""
    if digit == expected:
        return ()
    text = sentence(
        "Code {code!r} ends in {digit!r} where its check digit is {expected!r}.",
        code=code,
        digit=digit,
        expected=expected,
    )
    return (Fault(name, verdict, text),)
