"""No telephone or citizen number comes through; ids, codes and coordinates do."""

import datetime as dt
import re
import unicodedata
import uuid

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from api.service.events.masking import holds_number, mask_numbers
from gis.codes import (
    CITIZEN_CHECK_DIGITS,
    CITIZEN_WEIGHTS,
    CREDIT_ALPHABET,
    credit_check_digit,
)

DIGITS = "0123456789"
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
GAPS = st.sampled_from(["", " ", "-", "  ", " - ", "－", "\u3000", "\u200b", "‑", "\t"])
GROUPS = st.sampled_from(["344", "38", "335", "434", "74", "56", "3422", "1" * 11])
WIDE = str.maketrans(DIGITS, "０１２３４５６７８９")
CHINESE = str.maketrans(DIGITS, "〇一二三四五六七八九")
SCRIPTS = st.sampled_from([{}, WIDE, CHINESE, str.maketrans(DIGITS, "٠١٢٣٤٥٦٧٨٩")])
WRITTEN = st.tuples(GROUPS, GAPS, SCRIPTS)
PREFIXES = st.sampled_from(
    ["", "+86 ", "+86", "86", "0086-", "(+86)", "（＋８６）", "0"]
)
# what may stand around a number: anything that is no part of one
TEXTS = st.text(max_size=20).filter(
    lambda text: (
        not any(sign.isalnum() for sign in text[:1] + text[-1:])
        and not re.search(r"[^\W\d_]$|[.+(\s-]$", text)
    )
)
CITIZENS = st.builds(
    lambda county, birthday, number: county + birthday.strftime("%Y%m%d") + number,
    st.sampled_from(["110105", "330199", "440305", "650102", "820000"]),
    st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    st.from_regex(r"[0-9]{3}", fullmatch=True),
)
GRIDS = st.builds(
    lambda county, town, community, number: (
        f"{county}{town:03d}{community:03d}{number:03d}"
    ),
    st.sampled_from(["110105", "330199", "440305"]),
    st.integers(1, 599),
    st.integers(1, 399),
    st.integers(1, 999),
)


def digits_of(text: str) -> str:
    """The digits of a text in plain signs."""
    plain = text.translate(str.maketrans("〇一二三四五六七八九", DIGITS))
    values = (unicodedata.digit(sign, None) for sign in plain)
    return "".join("" if value is None else str(value) for value in values)


def checked(number: str) -> str:
    """A citizen number with its check digit."""
    total = sum(int(d) * w for d, w in zip(number, CITIZEN_WEIGHTS, strict=True))
    return number + CITIZEN_CHECK_DIGITS[total % 11]


def cut(number: str, groups: str, gap: str) -> str:
    """A number in groups with a gap between them."""
    parts, start = [], 0
    for length in map(int, groups):
        parts.append(number[start : start + length])
        start += length
    return gap.join(parts)


@given(TEXTS, MOBILES, WRITTEN, PREFIXES, TEXTS)
@example("", "13812345678", ("344", "-", {}), "+86 ", "")
def test_no_mobile_number_comes_through_however_it_is_written(
    before: str,
    number: str,
    written: tuple[str, str, dict[int, int]],
    prefix: str,
    after: str,
) -> None:
    groups, gap, script = written
    assume(not re.search(r"20\d\d-[01]\d-[0-3]\d", cut(number, groups, gap)))
    text = before + prefix + cut(number, groups, gap).translate(script) + after
    masked = mask_numbers(text)
    assert number not in digits_of(masked)
    assert len(masked) == len(text)
    assert masked.count("*") >= text.count("*") + 6


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678，急", "电话138******78，急"),
        ("138 1234 5678", "138 **** **78"),
        ("138-1234-5678", "138-****-**78"),
        ("138.1234.5678", "138.****.**78"),
        ("+8613812345678", "+86138******78"),
        ("１３８１２３４５６７８", "１３８******７８"),
        ("tel13812345678ok", "tel138******78ok"),
        ("13812345678/15912345678", "138******78/159******78"),
        ("0571-86123456", "0571-******56"),
        ("057186123456", "0571******56"),
        ("（0571）8612 3456转8001", "（0571）**** **56转8001"),
        ("010 62345678", "010 ******78"),
        ("0377-6123456", "0377-*****56"),
        ("+86 571 8612 3456", "+86 571 **** **56"),
        ("11010519491231002X", "110105************"),
        ("110105 19491231 002x", "110105 ******** ****"),
        ("110105194912310021", "110105************"),
        ("SFZ110105194912310021", "SFZ110105************"),
        ("１１０１０５１９４９１２３１００２Ｘ", "１１０１０５************"),
        ("330199650312123", "330199*********"),
        ("身份证：330199580312123", "身份证：330199*********"),
    ],
)
def test_number_keeps_its_length_its_signs_and_its_network(
    text: str, masked: str
) -> None:
    assert mask_numbers(text) == masked
    assert holds_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "占道经营，请处理",
        "12345热线，400-800-1234，86123456",
        "房间166 2026-09-01 08:15:00",
        "2026-09-01T08:15:00.123456+08:00",
        "13号楼15-3-201室",
        "13, 15, 17, 19, 21, 23",
        "1788739200000",
        "120.13812345678, 30.13912345678",
        "120.080000,30.330000",
        "(13367890.12, 3512345.67)",
        "330199101001002",
        "02120733019910100102",
        "330199101001",
        "91350100M000100Y43",
        "91330100799655058B",
        "0198c3f2-1380-7123-8456-13812345678a/3",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6217001381234567890",
        "<script>${1}\u202e",
    ],
)
def test_what_is_no_number_of_a_person_stays_as_it_is(text: str) -> None:
    assert mask_numbers(text) == text
    assert not holds_number(text)


@given(CITIZENS, GAPS, SCRIPTS, st.booleans())
def test_no_citizen_number_comes_through(
    body: str, gap: str, script: dict[int, int], is_right: bool
) -> None:
    number = checked(body) if is_right else body + "7"
    # what is one by its date alone and a credit code in full is a credit code
    assume(is_right or credit_check_digit(number[:17]) != number[17])
    written = cut(number, "684", gap).translate(script)
    masked = mask_numbers(f"持证人{written}，")
    assert number[6:] not in digits_of(masked)
    assert masked.count("*") == 12


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Nl", "No"])))
def test_text_without_digits_stays_as_it_is(text: str) -> None:
    assume(not re.search("[〇零○一幺二三四五六七八九]", text))
    assert mask_numbers(text) == text


@given(st.text(max_size=300) | st.text(DIGITS + " -.+()X", max_size=300))
def test_what_is_masked_stays_masked_and_changes_digits_alone(text: str) -> None:
    masked = mask_numbers(text)
    assert len(masked) == len(text)
    pairs = [pair for pair in zip(text, masked, strict=True) if pair[0] != pair[1]]
    assert all(sign.isalnum() and star == "*" for sign, star in pairs)


@given(GRIDS, st.uuids(version=4))
def test_grids_and_ids_of_events_stay_as_they_are(grid: str, number: uuid.UUID) -> None:
    text = f"{grid} {number} {number}/3 {number.hex}，{grid[:12]}"
    assert mask_numbers(text) == text


@given(
    st.sampled_from(["91", "92", "93", "52", "A1", "N2"]),
    st.from_regex(r"[1-7][0-9]{5}", fullmatch=True),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
)
def test_credit_codes_stay_as_they_are(kind: str, county: str, nested: str) -> None:
    body = kind + county + nested
    code = body + credit_check_digit(body)
    # one that may be a citizen number too is masked
    assume(not re.match(r".{6}(18|19|20)\d{2}[01]\d[0-3]", code))
    assert mask_numbers(f"信用代码{code}。") == f"信用代码{code}。"


@given(
    st.floats(-180, 180), st.floats(-90, 90), st.integers(3, 15), st.sampled_from(", ;")
)
def test_coordinates_stay_as_they_are(
    lon: float, lat: float, places: int, between: str
) -> None:
    assume(min(abs(lon), abs(lat)) >= 10)
    text = f"{lon:.{places}f}{between}{lat:.{places}f}"
    assert mask_numbers(text) == text


@pytest.mark.parametrize("text", ["1-" * 2000, "1 3 " * 1000, "86 " * 1333, "1" * 4000])
def test_longest_text_of_nothing_but_digits_is_read(text: str) -> None:
    assert len(mask_numbers(text)) == len(text)
