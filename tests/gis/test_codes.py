"""Codes against the published vectors, every single slip, and real division tables."""

import csv
import gzip

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.codes import (
    CREDIT_ALPHABET,
    Verdict,
    check_community_grid,
    check_credit_code,
    check_division,
    check_organisation_code,
    check_unit_grid,
    credit_check_digit,
    find_citizen_ids,
    mask_citizen_ids,
    number_grids,
    organisation_check_digit,
    reading_order,
)
from gis.errors import InvalidLayerError

CREDIT_CODES = (
    "91350100M000100Y43",
    "91110108551385082Q",
    "91440300708461136T",
    "91330100799655058B",
)
ORGANISATION_CODES = ("551385082", "D2143569X")
CITIZEN_ID = "11010519491231002X"

digits = st.sampled_from("0123456789")


def names(check):
    return [fault.name for fault in check.faults]


def exchanged(text, place):
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


@st.composite
def credit_codes(draw):
    county = "".join(draw(st.lists(digits, min_size=6, max_size=6)))
    rest = st.lists(st.sampled_from(CREDIT_ALPHABET), min_size=8, max_size=8)
    nested = "".join(draw(rest))
    body = "91" + county + nested + organisation_check_digit(nested)
    return body + credit_check_digit(body)


@st.composite
def organisation_codes(draw):
    body = "".join(draw(st.lists(digits, min_size=8, max_size=8)))
    return body + organisation_check_digit(body)


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_published_credit_codes_are_ok(code):
    assert check_credit_code(code).verdict is Verdict.OK
    assert check_organisation_code(code[8:17]).verdict is Verdict.OK


@pytest.mark.parametrize("code", ORGANISATION_CODES)
def test_published_organisation_codes_are_ok(code):
    assert check_organisation_code(code).verdict is Verdict.OK


@given(credit_codes())
def test_every_code_made_by_the_rule_is_ok(code):
    assert check_credit_code(code).verdict is Verdict.OK


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_every_wrong_character_of_a_credit_code_is_an_error(code, place, character):
    assume(code[place] != character)
    wrong = code[:place] + character + code[place + 1 :]
    assert check_credit_code(wrong).verdict is Verdict.ERROR


@given(credit_codes(), st.integers(0, 16))
def test_every_exchange_of_neighbours_in_a_credit_code_is_an_error(code, place):
    assume(code[place] != code[place + 1])
    assert check_credit_code(exchanged(code, place)).verdict is Verdict.ERROR


@given(organisation_codes(), st.integers(0, 7), digits)
def test_every_wrong_digit_of_an_organisation_code_is_an_error(code, place, digit):
    assume(code[place] != digit)
    wrong = code[:place] + digit + code[place + 1 :]
    assert names(check_organisation_code(wrong)) == ["check_digit"]


@given(organisation_codes(), st.integers(0, 6))
def test_every_exchange_of_digits_in_an_organisation_code_is_an_error(code, place):
    assume(code[place] != code[place + 1])
    assert names(check_organisation_code(exchanged(code, place))) == ["check_digit"]


def test_letters_equal_modulo_11_are_beyond_the_organisation_check_digit():
    # 0 and B are 0 and 11
    assert organisation_check_digit("00000000") == organisation_check_digit("B0000000")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100m000100y43",
        " 91350100M000100Y43",
        "9135O100M000100Y43",
        "91A50100M000100Y43",
        "９1350100M000100Y43",
        "91350100I000100Y43",
    ],
    ids=[
        "empty",
        "short",
        "long",
        "small",
        "blank",
        "letter_o",
        "county",
        "wide",
        "letter_i",
    ],
)
def test_what_does_not_look_like_a_credit_code_breaks_the_pattern(code):
    assert names(check_credit_code(code)) == ["pattern"]


def test_unknown_authority_is_a_warning():
    body = "K1350100M000100Y4"
    check = check_credit_code(body + credit_check_digit(body))
    assert (check.verdict, names(check)) == (Verdict.WARNING, ["unknown_authority"])


def test_nested_mismatch_is_a_warning_and_outer_mismatch_an_error():
    body = "91350100M000100Y5"
    nested = check_credit_code(body + credit_check_digit(body))
    assert nested.verdict is Verdict.WARNING
    assert names(nested) == ["organisation_check_digit"]
    outer = check_credit_code("91350100M000100Y44")
    assert outer.verdict is Verdict.ERROR
    assert outer.faults[0].text == (
        "Code '91350100M000100Y44' ends in '4' where its check digit is '3'."
    )


@pytest.mark.parametrize(
    ("code", "community", "expected"),
    [
        ("330199101001002", "330199101001", []),
        ("330199101001002", None, []),
        ("330199101001002", "330199101", []),
        ("330199101001002", "330199101002", ["parent"]),
        ("330199101001000", "330199101001", ["unusual_number"]),
        ("330199700001001", None, ["unusual_number"]),
        ("330199101000001", None, ["unusual_number"]),
        ("33019910100100", None, ["pattern"]),
        ("330199101001O02", None, ["pattern"]),
        ("030199101001002", None, ["pattern"]),
        ("３30199101001002", None, ["pattern"]),
        ("330199101001002\n", None, ["pattern"]),
    ],
)
def test_unit_grid_code(code, community, expected):
    assert names(check_unit_grid(code, community)) == expected


@pytest.mark.parametrize(
    ("code", "community", "expected"),
    [
        ("02120733019910100102", "330199101001", []),
        ("02120733019910100100", "330199101001", []),
        ("02120733019910160100", None, []),
        ("02120733019910145000", None, ["unusual_number"]),
        ("02120733019910100102", "330199101002", ["parent"]),
        ("0212073301991010010", None, ["pattern"]),
    ],
)
def test_community_grid_code(code, community, expected):
    assert names(check_community_grid(code, community)) == expected


@pytest.mark.parametrize(
    ("code", "parent", "expected"),
    [
        ("330106", "330100", []),
        ("330106109", "330106", []),
        ("330106109001", "330106109", []),
        ("330106109001", "330106000000", []),
        ("330106109001", "33", []),
        ("330106109001", "330105", ["parent"]),
        ("330106", "330106", ["parent"]),
        ("330106", "330106109", ["parent"]),
        ("330106", "", ["parent"]),
        ("330106", "000000000000000", ["parent"]),
        ("330106109498", None, ["unusual_number"]),
        ("3301061", None, ["pattern"]),
        ("", None, ["pattern"]),
    ],
)
def test_division_code(code, parent, expected):
    assert names(check_division(code, parent)) == expected


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (CITIZEN_ID, [(0, 18)]),
        (CITIZEN_ID.lower(), [(0, 18)]),
        (f"身份证{CITIZEN_ID}，{CITIZEN_ID}", [(3, 21), (22, 40)]),
        ("110105194912310021", []),
        ("11010519491331002X", []),
        ("9" + CITIZEN_ID, []),
        ("330199101001002", []),
        (CREDIT_CODES[0], []),
        ("", []),
    ],
    ids=[
        "one",
        "small_x",
        "two",
        "check",
        "month",
        "longer",
        "grid",
        "credit",
        "empty",
    ],
)
def test_citizen_ids_are_found_where_date_and_check_digit_fit(text, spans):
    assert find_citizen_ids(text) == spans


@given(st.integers(0, 17), digits)
def test_every_wrong_digit_of_a_citizen_id_shows(place, digit):
    assume(CITIZEN_ID[place] != digit)
    wrong = CITIZEN_ID[:place] + digit + CITIZEN_ID[place + 1 :]
    assert find_citizen_ids(wrong) == []


def test_mask_leaves_nothing_that_is_found():
    masked = mask_citizen_ids(f"A {CITIZEN_ID} B {CITIZEN_ID} C")
    assert masked == "A 110105************ B 110105************ C"
    assert find_citizen_ids(masked) == []


def test_grids_are_numbered_west_to_east_then_north_to_south(s_town):
    grids = s_town.grids
    communities = grids["community_id"].tolist()
    order = reading_order(grids.geometry.to_numpy()).tolist()
    codes = number_grids(communities, order)
    assert len(set(codes)) == len(codes)
    for code, community in zip(codes, communities, strict=True):
        assert check_unit_grid(code, community).verdict is Verdict.OK
    for community in set(communities):
        numbered = [
            int(codes[row][12:]) for row in order if communities[row] == community
        ]
        assert numbered == list(range(1, len(numbered) + 1))


def test_codes_of_s_town_are_ok(s_town):
    grids = s_town.grids
    checks = map(check_unit_grid, grids["grid_id"], grids["community_id"])
    assert {check.verdict for check in checks} == {Verdict.OK}


def test_a_thousand_grids_in_one_community_are_refused():
    with pytest.raises(InvalidLayerError, match="more than 999 grids"):
        number_grids(["330199101001"] * 1000, range(1000))


def test_numbering_refuses_what_is_no_community():
    with pytest.raises(InvalidLayerError, match="not a division code of 12 digits"):
        number_grids(["330199101"], [0])


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("hangzhou_division_codes.csv.gz", 3375),
        ("zhejiang_division_codes_to_town.csv", 1500),
    ],
)
def test_real_division_codes_lie_under_their_parents(real_data, name, rows):
    path = real_data / "hangzhou" / name
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        divisions = list(csv.DictReader(file))
    assert len(divisions) == rows
    for row in divisions:
        # the parent of a province is the country, which has no code of its own
        parent = None if row["level"] == "province" else row["parent"]
        assert check_division(row["code"], parent).verdict < Verdict.ERROR, row


@pytest.mark.real_data
def test_a_wrong_parent_among_real_codes_is_an_error(real_data):
    path = real_data / "hangzhou" / "zhejiang_division_codes_to_town.csv"
    with path.open(encoding="utf-8") as file:
        towns = [row for row in csv.DictReader(file) if row["level"] == "town"]
    for row, other in zip(towns, towns[1:] + towns[:1], strict=True):
        fits = row["parent"] == other["parent"]
        faults = names(check_division(row["code"], other["parent"]))
        assert ("parent" not in faults) == fits
