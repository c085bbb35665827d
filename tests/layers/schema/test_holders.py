"""A holder is a staff number; words for nobody and names of persons are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.schema.holders import check_holder, is_vacancy, read_members

NUMBERS = st.from_regex(r"[A-Z]{1,3}[-_.]?[1-9][0-9]{0,4}", fullmatch=True)


@pytest.mark.parametrize(
    "word", ["无", "空缺", "待定", "/", "NULL", "null", "N/A", "－", "-", " 空缺 "]
)
def test_words_for_nobody_are_vacancies_and_no_holders(word: str) -> None:
    assert is_vacancy(word)
    with pytest.raises(ValueError, match="nobody holds the post"):
        check_holder(word)


@pytest.mark.parametrize(
    "text",
    ["某某", "Name", "first.last", "0", "0.0", "1001.0", "3.3E+14", "L 1", "L１"],
)
def test_what_is_no_staff_number_is_refused(text: str) -> None:
    assert not is_vacancy(text)
    with pytest.raises(ValueError, match="is no staff number"):
        check_holder(text)


@pytest.mark.parametrize("text", ["1" + "3" * 10, "1" * 18, "1" * 17 + "X"])
def test_numbers_that_belong_to_a_person_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="of a person, expected a staff number"):
        check_holder(text)


@given(NUMBERS)
def test_letters_and_digits_are_a_staff_number(number: str) -> None:
    assert not is_vacancy(number)
    check_holder(number)


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.data())
def test_members_come_back_whatever_stands_between_them(
    numbers: list[str], data: st.DataObject
) -> None:
    text = numbers[0]
    for number in numbers[1:]:
        between = data.draw(
            st.sampled_from([";", "；", ",", "，", "、", " ", " ； ", "、 "])
        )
        text += between + number
    assert read_members(text) == tuple(numbers)


@pytest.mark.parametrize("text", ["L1;;L2", "L1, ,L2", "L1;空缺", "L1;某某", "；"])
def test_member_that_is_missing_or_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_members(text)
