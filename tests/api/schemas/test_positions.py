"""A position is whole or none."""

import pytest
from pydantic import ValidationError

from api.schemas.positions import MaybePositionIn


@pytest.mark.parametrize("values", [{}, {"lon": None, "lat": None}, {"datum": "gcj02"}])
def test_no_position_is_none(values: dict[str, object]) -> None:
    assert MaybePositionIn.model_validate(values).lon is None


@pytest.mark.parametrize("values", [{"lon": 1}, {"lat": 1.5}, {"lon": 1, "lat": None}])
def test_half_a_position_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="has one of lon and lat"):
        MaybePositionIn.model_validate(values)
