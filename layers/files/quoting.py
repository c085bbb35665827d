"""Prove how many records a CSV has: quotes that could swallow rows are refused.

A field is quoted where its first character is a quote, as RFC 4180 has it; any other
quote is text. Whether a quoted field that holds whole rows is one field or several rows
with stray quotes cannot be decided, so it is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.errors import InputFileError

Places = NDArray[np.int64]

QUOTE, CR, LF = b'"\r\n'
FEWEST_NUMBERS = 2
"""So many numbers in the places of a record are no accident of its text."""
NEAR_BYTES = 256
"""A line is longer rarely."""
_NUMBER = re.compile(rb'\s*"?[+-]?\d+([.,]\d+)?"?\s*')


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes of a text.

    Attributes
    ----------
    text
        UTF-8.
    delimiter
        Byte between fields.
    """

    text: bytes
    delimiter: int

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of every quoted field, both of them quotes.

        The end is -1 where a field is never closed, and is not followed by the end of
        the field where the quote is closed within it.
        """
        place = self.text.find(b'"')
        while place >= 0:
            end = place
            if self.ends_field(place - 1):
                end = self._closing(place + 1)
                yield place, end
                if end < 0:
                    return
            place = self.text.find(b'"', end + 1)

    def well_formed_spans(self) -> tuple[Places, Places] | None:
        """Return what `spans` does at once, None where a quote is out of place."""
        content = np.frombuffer(self.text, dtype=np.uint8)
        places = np.flatnonzero(content == QUOTE)
        if len(places) % 2:
            return None
        opening, closing = places[::2], places[1::2]
        # a quote written twice closes and opens again at once
        is_doubled = np.zeros(len(opening) + 1, dtype=bool)
        is_doubled[1:-1] = opening[1:] == closing[:-1] + 1
        before = np.where(opening > 0, content[opening - 1], LF)
        after = np.full(len(closing), LF, dtype=np.uint8)
        within = closing + 1 < len(content)
        after[within] = content[closing[within] + 1]
        ends = [self.delimiter, CR, LF]
        is_sound = (np.isin(before, ends) | is_doubled[:-1]).all()
        is_sound &= (np.isin(after, ends) | is_doubled[1:]).all()
        if not is_sound:
            return None
        return opening[~is_doubled[:-1]], closing[~is_doubled[1:]]

    def over_lines(self, opening: Places, closing: Places) -> tuple[Places, Places]:
        """Return those of some spans that go over the end of a line."""
        content = np.frombuffer(self.text, dtype=np.uint8)
        ends = np.flatnonzero((content == CR) | (content == LF))
        is_over = np.searchsorted(ends, opening) < np.searchsorted(ends, closing)
        return opening[is_over], closing[is_over]

    def last_record_end(self) -> int:
        """Return where the last record ends that ends in the text; 0 for none."""
        stretches, outside = [], 0
        for start, end in self.spans():
            stretches.append((outside, start))
            outside = end + 1
            if end < 0:
                break
        else:
            stretches.append((outside, len(self.text)))
        for start, stop in reversed(stretches):
            lf, cr = (self.text.rfind(sign, start, stop) for sign in (b"\n", b"\r"))
            if (last := max(lf, cr)) >= 0:
                return last + 1
        return 0

    def _closing(self, place: int) -> int:
        """Return where a quoted field that begins at a place ends; -1 if never."""
        while (end := self.text.find(b'"', place)) >= 0:
            if self.text[end + 1 : end + 2] != b'"':
                return end
            place = end + 2
        return -1

    def ends_field(self, place: int) -> bool:
        """Say whether what stands at a place ends a field, or is outside the text."""
        if not 0 <= place < len(self.text):
            return True
        return self.text[place] in (self.delimiter, CR, LF)


def refuse_unproved(
    path: Path, text: bytes, delimiter: str, columns: int, first_line: int
) -> None:
    """Refuse a text whose quotes do not prove where its records end.

    Parameters
    ----------
    path
        For the sentence.
    text
        UTF-8, header included.
    delimiter
        Between fields.
    columns
        Number of fields of the header.
    first_line
        Number of the first line of the text in the file.

    Raises
    ------
    InputFileError
        Names the line of a quote that never closes, that closes within its field, or
        that holds rows which are whole by themselves.
    """
    if b'"' not in text:
        return
    quotes = Quotes(text, ord(delimiter))
    spans = quotes.well_formed_spans()
    pairs = (
        zip(*(part.tolist() for part in quotes.over_lines(*spans)), strict=True)
        if spans is not None
        else quotes.spans()
    )
    for start, end in pairs:
        if end < 0:
            line = first_line + line_ends(text, 0, start)
            raise InputFileError(
                "File {path!r} opens a quote in the record of line {line} and never "
                "closes it; close it or export the file again.",
                path=str(path),
                line=line,
            )
        if not quotes.ends_field(end + 1):
            line = first_line + line_ends(text, 0, end)
            raise InputFileError(
                "Line {line} of {path!r} closes a quote within a field, expected the "
                'end of the field; write a quote in text twice ("").',
                line=line,
                path=str(path),
            )
        if columns > 1 and _holds_rows(text, start, end, delimiter.encode(), columns):
            line = first_line + line_ends(text, 0, start)
            raise InputFileError(
                "The quote in line {line} of {path!r} closes in line {first_line}, "
                "and what lies between looks like rows of their own; write a quote in "
                'text twice ("") and quote its field.',
                line=line,
                path=str(path),
                first_line=first_line + line_ends(text, 0, end),
            )


def _holds_rows(
    text: bytes, start: int, end: int, delimiter: bytes, columns: int
) -> bool:
    """Say whether a quoted field may have swallowed rows.

    It may where all lines that it spans are rows by themselves, and where a later one
    has numbers in the columns in which its record has them.
    """
    if text.find(b"\n", start, end) < 0 and text.find(b"\r", start, end) < 0:
        return False
    first, stop = _line_start(text, start), _line_stop(text, end)
    lines = [line for line in text[first:stop].splitlines() if line]
    if all(line.count(delimiter) + 1 == columns for line in lines):
        return True
    before = text[first:start].split(delimiter)[:-1]
    after = text[end + 1 : stop].split(delimiter)[1:]
    return any(
        len(fields) >= columns and _has_numbers_of(fields, before, after)
        for fields in (line.split(delimiter) for line in lines[1:])
    )


def _line_start(text: bytes, place: int) -> int:
    """Return where the line of a place begins, looking no farther than needed."""
    low, size, last = place, NEAR_BYTES, -1
    while last < 0 < low:
        high, low = low, max(0, low - size)
        last = max(text.rfind(sign, low, high) for sign in (b"\n", b"\r"))
        size *= 4
    return last + 1


def _line_stop(text: bytes, place: int) -> int:
    """Return where the line of a place ends, looking no farther than needed."""
    size = NEAR_BYTES
    while place < len(text):
        stops = [text.find(sign, place, place + size) for sign in (b"\n", b"\r")]
        if max(stops) >= 0:
            return min(stop for stop in stops if stop >= 0)
        place, size = place + size, size * 4
    return len(text)


def _has_numbers_of(
    fields: list[bytes], before: list[bytes], after: list[bytes]
) -> bool:
    """Say whether fields are numbers where those of a record are, two at least."""
    pairs = [*zip(before, fields, strict=False)]
    pairs += zip(reversed(after), reversed(fields), strict=False)
    numbers = [field for own, field in pairs if _NUMBER.fullmatch(own)]
    return len(numbers) >= FEWEST_NUMBERS and all(map(_NUMBER.fullmatch, numbers))


def line_ends(text: bytes, start: int, stop: int) -> int:
    """Return how many lines end between two places; CR, LF and both end one."""
    if not text:
        return 0
    signs = np.frombuffer(text, dtype=np.uint8)[start:stop]
    feeds = int(np.count_nonzero(signs == LF))
    if text.find(b"\r", start, stop) < 0:
        return feeds
    part = text[start:stop]
    return feeds + part.count(b"\r") - part.count(b"\r\n")
