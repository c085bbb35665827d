"""Numbers of persons in free text, starred out before anything is stored.

A log cannot forget, so telephone and citizen numbers must not come in. Looked for are

    mobile      138 1234 5678, +86-138..., 0138..., dotted, full-width or Chinese digits
    landline    0571-86123456, (010)62345678, +86 571 8612 3456: with its area code
    citizen     18 characters with a birth date in them; 15 digits of before 1999

What is masked keeps its length, its signs between digits, and the digits that say the
network, the area or the county. Never masked: ids of events, digests, decimal degrees,
codes of grids and divisions, credit codes.

Limits, on purpose: names, plates, mail addresses, accounts, numbers of messengers,
local numbers without an area code and numbers abroad are not looked for. A number split
over lines, or by other signs than blanks, dashes and dots, is not seen. 15 digits that
are a usual unit-grid code stay unless they are called a citizen number; most numbers of
persons born before 1960 look like that. 18 characters that are both a citizen number
and a credit code are masked; so are 11 digits behind a decimal point with one digit
before it, and a running number that is a county, a day and four digits. Ids and links
are no free text and stay as they are sent.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gis.codes import Verdict, check_credit_code, check_unit_grid, find_citizen_ids

STAR: Final = "*"
_FEWEST_DIGITS: Final = 9
_CONTEXT: Final = 20
"""So many signs before 15 digits may call them a citizen number."""
_CHINESE_DIGITS: Final = dict(
    zip("〇零○一幺二三四五六七八九", "0001123456789", strict=True)
)

# between digits: blanks and dashes, but a date behind them begins something else
_GAP: Final = r"(?:[ -]{1,3}(?!(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])))?"
# digits that are not the rest of a number, of decimal degrees or of an earlier match
_START: Final = r"(?<![0-9])(?<![0-9]{2}\.)"
_END: Final = r"(?![0-9])"
_ABROAD: Final = r"(?:(?:\+|00)? ?86[ ()-]{0,3})?"
_MOBILE: Final = re.compile(
    rf"(?=({_START}{_ABROAD}0?(?P<number>1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}){_END}))"
)
_DOTTED: Final = re.compile(
    rf"(?=(?<![0-9.])(?P<number>1[3-9][0-9]\.[0-9]{{4}}\.[0-9]{{4}}){_END})"
)
_LANDLINE: Final = re.compile(
    rf"(?=({_START}(?:(?:\+|00)? ?86[ ()-]{{0,3}}0?|\(?0)"
    rf"(?:10|2[0-9]|[3-9][0-9]{{2}})[ )-]{{0,3}}"
    rf"(?P<number>[2-8](?:{_GAP}[0-9]){{6,7}}){_END}))"
)
_CITIZEN: Final = re.compile(
    rf"(?={_START}(?P<number>[1-8](?:{_GAP}[0-9]){{5}}{_GAP}(?:1{_GAP}[89]|2{_GAP}0)"
    rf"(?:{_GAP}[0-9]){{9}}{_GAP}[0-9X]){_END})"
)
_OLD_CITIZEN: Final = re.compile(
    rf"(?={_START}(?P<number>[1-8](?:{_GAP}[0-9]){{14}}){_END})"
)
_BIRTHDAY: Final = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_PROVINCES: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_CALLED_CITIZEN: Final = re.compile(
    r"(?:身份证|证件|证号|身份号|ID)[^0-9]{0,8}$", re.IGNORECASE
)
# ids and digests in which digits stand between letters
_KEPT: Final = re.compile(
    r"(?<![0-9A-Z])(?:[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}|[0-9A-F]{32,})"
    r"(?![0-9A-Z])"
)
_CREDIT: Final = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


def mask_numbers(text: str) -> str:
    """Return a text with telephone and citizen numbers starred out.

    Examples
    --------
    >>> mask_numbers("张贴小广告，电话138-1234-5678，010 62345678")
    '张贴小广告，电话138-****-**78，010 ******78'
    >>> mask_numbers("持证人11010519491231002X，网格330199101001002")
    '持证人110105************，网格330199101001002'
    """
    plain = _plain(text)
    if sum(map(str.isdigit, plain)) < _FEWEST_DIGITS:
        return text
    signs = list(text)
    for start, end in _hidden(plain):
        for place in range(start, end):
            if plain[place].isalnum():
                signs[place] = STAR
    return "".join(signs)


def holds_number(text: str) -> bool:
    """Say whether a telephone or citizen number stands in a text.

    Examples
    --------
    >>> holds_number("H-1"), holds_number("+8613812345678")
    (False, True)
    """
    return mask_numbers(text) != text


def _hidden(plain: str) -> Iterator[tuple[int, int]]:
    """Yield which parts of a plain text are starred out."""
    spared = [match.span() for match in _KEPT.finditer(plain)]
    spared += [m.span() for m in _CREDIT.finditer(plain) if _is_credit(m[0])]
    for start, end in (*_telephones(plain), *_citizens(plain)):
        if not any(start < last and first < end for first, last in spared):
            yield start, end


def _telephones(plain: str) -> Iterator[tuple[int, int]]:
    """Yield telephone numbers without network, area and the last two digits."""
    for pattern, shown_digits in ((_MOBILE, 3), (_DOTTED, 3), (_LANDLINE, 0)):
        for match in pattern.finditer(plain):
            number, start = match["number"], match.start("number")
            if pattern is not _MOBILE or _is_grouped(number):
                places = [i for i, sign in enumerate(number, start) if sign.isdigit()]
                yield places[shown_digits], places[-2]


def _citizens(plain: str) -> Iterator[tuple[int, int]]:
    """Yield numbers of citizens without their county."""
    for pattern in (_CITIZEN, _OLD_CITIZEN):
        for match in pattern.finditer(plain):
            number, (start, end) = match["number"], match.span("number")
            digits = "".join(filter(str.isalnum, number))
            if _is_citizen(digits, plain[max(0, start - _CONTEXT) : start]):
                places = [i for i, sign in enumerate(number, start) if sign.isalnum()]
                yield places[6], end


def _is_grouped(number: str) -> bool:
    """Say whether digits are written as those of one number, not as a list."""
    lengths = {len(group) for group in re.findall("[0-9]+", number)}
    return lengths == {1} or min(lengths) > 1


def _is_credit(code: str) -> bool:
    """Say whether a code is a credit code and can be no citizen number."""
    is_credit = check_credit_code(code).verdict is not Verdict.ERROR
    return is_credit and not find_citizen_ids(code)


def _is_citizen(number: str, before: str) -> bool:
    """Say whether 15 or 18 characters are the number of a citizen.

    Parameters
    ----------
    number
        Digits, the last may be X.
    before
        The signs before it.
    """
    date = number[10:14] if len(number) == 18 else number[8:12]
    if not _BIRTHDAY.fullmatch(date) or not _PROVINCES.match(number):
        return False
    if len(number) == 18 or _CALLED_CITIZEN.search(before):
        return True
    return check_unit_grid(number).verdict is not Verdict.OK


class _PlainSigns(dict[int, str]):
    """Digits, dashes and blanks of every script by their plain sign, by code point."""

    def __missing__(self, code: int) -> str:
        sign = self[code] = _plain_sign(chr(code))
        return sign


def _plain_sign(sign: str) -> str:
    """Return one plain sign for a sign, so that places in a text stay."""
    if sign in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[sign]
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(sign)
    if sign == "\t" or kind in ("Zs", "Cf", "Mn", "Me"):
        return " "
    if kind == "Pd" or sign in "_·•・−":
        return "-"
    plain = unicodedata.normalize("NFKC", sign).upper()
    return plain if len(plain) == 1 else sign


_SIGNS: Final = _PlainSigns()


def _plain(text: str) -> str:
    """Return a text of the same length in which digits, dashes and blanks are plain."""
    return text.translate(_SIGNS)
