import pytest

from gis.editing.recombination import BalanceRule
from gis.errors import SettingError


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"steps": 0}, "steps 0 cannot bound a search, expected 1 or more"),
        ({"seed": -1}, "seed -1"),
        ({"moved_share": 1.2}, "moved_share 1.2"),
        ({"moved_share": float("nan")}, "moved_share nan"),
        ({"border_ratio": 0.9}, "border_ratio 0.9"),
    ],
)
def test_rule_out_of_range_is_refused(bounds, message):
    with pytest.raises(SettingError, match=message):
        BalanceRule(**bounds)
