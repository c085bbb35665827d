"""What a checklist sends is read, or refused in both languages."""

import pytest
from pydantic import ValidationError

from api.refusals import RequestError
from api.schemas.check_fields import read_ticks
from gis.models import Instant

ITEMS = {"exit", "wire"}


def ticks(**fields: list[str]):  # type: ignore[no-untyped-def]
    return read_ticks(fields, ITEMS, "E1", None, Instant(0))


def test_ticks_are_read_with_what_was_written() -> None:
    form = ticks(item=["exit"], fixed=["wire"], note=["见 13912345678"], earlier=["m"])
    assert (form.faults, form.fixed) == (frozenset({"exit"}), frozenset({"wire"}))
    assert form.earlier == frozenset({"m"})
    assert "13912345678" not in form.note
    assert (form.severity, form.is_on_behalf) == ("minor", False)
    assert ticks(note=["x"], severity=["critical"]).severity == "critical"
    assert ticks(note=["x"], severity=["grave"]).severity == "minor"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"item": ["roof"]}, 409),
        ({"fixed": ["roof"]}, 409),
        ({"link": ["https://a.example/1"]}, 422),
        ({"link": ["http://a.example/1"], "note": ["x"]}, 422),
        ({"link": ["javascript:alert(1)"], "note": ["x"]}, 422),
        ({"link": [f"https://a.example/{'x' * 300}"], "note": ["x"]}, 422),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, list[str]], status: int) -> None:
    with pytest.raises(RequestError) as error:
        ticks(**fields)
    assert error.value.status == status
    assert error.value.detail_zh.endswith("。")


def test_a_link_with_a_password_is_refused() -> None:
    with pytest.raises(ValidationError):
        ticks(link=["https://a:b@c.example/"], note=["x"])
