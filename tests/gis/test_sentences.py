"""Sentences keep what they were made of, through errors, copies and processes."""

import copy
import pickle

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.counts import count_text
from gis.errors import EditError, InvalidLayerError, RowFault, SequenceError
from gis.sentences import Sentence, bilingual, joined, known_as, rendered, sentence

CHINESE = {
    "Row {row:,} has {fault}; correct it.": "第 {row:,} 行{fault}；请更正。",
    "the id {grid_id!r} twice": "的编号 {grid_id!r} 重复",
    "row {row}, field {field!r}: {rule}": "第 {row} 行，字段 {field!r}：{rule}",
    "event": "条事件",
    "cut": "划出",
    "draw it again": "请重画",
    "{reason}; {remedy}.": "{reason}；{remedy}。",
}


def translate(text: str) -> str:
    return CHINESE.get(text, text)


def nested() -> str:
    fault = sentence("the id {grid_id!r} twice", grid_id="G{1}")
    return sentence("Row {row:,} has {fault}; correct it.", row=1234, fault=fault)


def test_a_sentence_is_said_in_both_languages_from_one_object() -> None:
    assert nested() == "Row 1,234 has the id 'G{1}' twice; correct it."
    assert (
        rendered(nested(), translate, "zh") == "第 1,234 行的编号 'G{1}' 重复；请更正。"
    )


def test_an_error_keeps_template_and_values() -> None:
    error = InvalidLayerError(
        "Row {row:,} has {fault}; correct it.", row=7, fault="nothing"
    )
    assert str(error) == "Row 7 has nothing; correct it."
    assert rendered(error, translate, "zh") == "第 7 行nothing；请更正。"


def test_an_edit_error_is_said_with_its_remedy() -> None:
    error = EditError(sentence("cut"), remedy=sentence("draw it again"))
    assert (str(error), error.reason) == ("cut; draw it again.", "cut")
    assert rendered(error, translate, "zh") == "划出；请重画。"


def test_values_beside_other_arguments_reach_the_text() -> None:
    error = SequenceError("Step {step}.", 4, step=5)
    assert (str(error), error.seq) == ("Step 5.", 4)


def test_a_faulty_row_is_a_sentence() -> None:
    fault = RowFault(3, "grid_id", sentence("the id {grid_id!r} twice", grid_id="A"))
    assert str(fault) == "row 3, field 'grid_id': the id 'A' twice"
    assert (
        rendered(fault, translate, "zh") == "第 3 行，字段 'grid_id'：的编号 'A' 重复"
    )


@pytest.mark.parametrize(("count", "text"), [(1, "1 event"), (1200, "1,200 events")])
def test_a_count_has_one_form_in_chinese(count: int, text: str) -> None:
    counted = count_text(count, "event")
    assert counted == text
    assert rendered(counted, translate, "zh") == f"{count:,} 条事件"


def through_bytes(value: object) -> object:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  our own


@pytest.mark.parametrize("same", [copy.copy, copy.deepcopy, through_bytes, str])
def test_a_copy_is_the_same_sentence(same) -> None:
    twin = same(nested())
    assert isinstance(twin, Sentence)
    assert twin == nested()
    assert rendered(twin, translate, "zh") == rendered(nested(), translate, "zh")


def test_an_error_from_another_process_is_the_same() -> None:
    error = through_bytes(InvalidLayerError("Row {row}.", row=2))
    assert rendered(error, {"Row {row}.": "行 {row}"}.get, "zh") == "行 2"


def test_json_holds_the_text() -> None:
    assert orjson.loads(orjson.dumps({"detail": nested()})) == {"detail": nested()}


@given(st.lists(st.text(max_size=5), max_size=4), st.text(max_size=3))
def test_joined_is_what_join_gives(parts: list[str], separator: str) -> None:
    text = joined(separator, parts)
    assert text == separator.join(parts)
    assert rendered(text, translate, "zh") == text


def test_what_data_names_in_both_languages_is_said_so() -> None:
    circle = through_bytes(bilingual("Core circle", "核心圈"))
    within = sentence("{count} open in {area}", count=2, area=circle)
    assert within == "2 open in Core circle"
    assert rendered(within, translate, "zh") == "2 open in 核心圈"
    assert rendered(within, translate, "fr") == within


def test_codes_with_names_of_their_own_are_said_in_lists_too() -> None:
    own = known_as("own", "自定")
    says = sentence("{state!r} leads to {states!r}", state=own, states=[own, "end"])
    assert says == "'own' leads to ['own', 'end']"
    assert rendered(says, str, "zh") == "'自定（own）' leads to ['自定（own）', 'end']"


def test_nothing_is_nothing_in_any_language() -> None:
    assert rendered(joined("", []), {"": "header"}.get, "zh") == ""


@given(st.text(), st.text())
def test_sums_are_those_of_text(left: str, right: str) -> None:
    assert sentence(left) + right == left + right
    assert left + sentence(right) == left + right


def test_texts_of_a_column_are_padded_as_they_are_seen() -> None:
    chinese = {"{name:<8}|{name:>8}|{count:>4}": "{name:<8}|{name:>8}|{count:>4}"}
    row = sentence("{name:<8}|{name:>8}|{count:>4}", name="网格", count=7)
    assert rendered(row, chinese.get, "zh") == "网格    |    网格|   7"
