"""What is asked is looked at before anything is read."""

import numpy as np
import pytest

from gis.assignment import Request
from gis.crs import parse_datum
from gis.errors import SettingError
from layers.assignment import FrameQuestion

OTHER_METRES = [-1, float("nan"), float("inf"), "20", None, True, [20], 2j]


@pytest.mark.parametrize("value", OTHER_METRES, ids=str)
def test_what_is_no_length_is_refused_by_its_option(value: object) -> None:
    with pytest.raises(
        SettingError, match=r"^snap_m is .* expected a number of metres"
    ):
        FrameQuestion(snap_m=value)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"^candidates_m is .* number of metres"):
        FrameQuestion(request=Request(candidates_m=value))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, 20, 1.5, np.float32(3), np.int64(4)], ids=str)
def test_every_number_is_a_length(value: float) -> None:
    assert FrameQuestion(snap_m=value, request=Request(value)).snap_m == value


@pytest.mark.parametrize("value", [0.5, "0.95", None, [0.68]], ids=str)
def test_confidence_is_one_of_two(value: object) -> None:
    with pytest.raises(SettingError, match=r"[Cc]onfidence .* give 0\.68 or 0\.95"):
        FrameQuestion(request=Request(confidence=value))  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["datum", "anchors_datum"])
def test_datum_is_a_name_or_a_datum(option: str) -> None:
    FrameQuestion(**{option: parse_datum("gcj02")})  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=f"^{option} is 4326, expected a name"):
        FrameQuestion(**{option: 4326})  # type: ignore[arg-type]


def test_zone_and_order_of_days_are_texts() -> None:
    with pytest.raises(SettingError, match=r"^timezone is 8, expected an IANA name"):
        FrameQuestion(timezone=8)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"^day_order is 'ymd', expected 'mdy'"):
        FrameQuestion(day_order="ymd")  # type: ignore[arg-type]
