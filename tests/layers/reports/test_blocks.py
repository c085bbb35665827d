"""Signs of levels and codes read without their colour."""

from collections.abc import Callable

import pytest

from gis.models import RiskLevel, SafetyCode
from layers.reports.blocks import Chip, code_chip, level_chip


def test_every_level_and_no_data_have_a_sign_of_their_own() -> None:
    chips = [level_chip(level) for level in (0, *RiskLevel)]
    assert len({chip.text for chip in chips}) == len({chip.fill for chip in chips}) == 6
    assert [chip.text[0] for chip in chips] == list("NGBYOR")


def test_every_code_has_a_sign_of_its_own() -> None:
    assert [code_chip(code).text for code in SafetyCode] == ["绿码", "黄码", "红码"]
    assert len({code_chip(code).edge for code in SafetyCode}) == 3


@pytest.mark.parametrize("make", [level_chip, code_chip])
def test_number_that_is_neither_is_refused(
    make: Callable[[int], Chip],
) -> None:
    with pytest.raises(ValueError, match="9 is not a valid"):
        make(9)
