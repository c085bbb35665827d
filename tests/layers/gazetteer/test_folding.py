"""What makes no difference between two names."""

import pytest

from layers.gazetteer.folding import fold, fold_many


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("E-0012", "ｅ００１２"),
        ("东湖（南）店", "东湖(南) 店"),
        ("Café", "CAFÉ"),
        ("文一路 12 号", "文一路12号"),
    ],
)
def test_width_case_blanks_and_signs_make_no_difference(text: str, other: str) -> None:
    assert fold(text) == fold(other) != ""


def test_letters_and_digits_make_a_difference() -> None:
    assert len({fold(text) for text in ("东湖", "东胡", "湖东", "东湖1")}) == 4


def test_many_are_folded_as_one_is_and_none_is_empty() -> None:
    texts = ["A b", None, "  ", "𠮷野家", "Ⅷ"]
    assert fold_many(texts).to_pylist() == [fold(text or "") for text in texts]
    assert fold_many(texts).to_pylist()[:3] == ["ab", "", ""]
