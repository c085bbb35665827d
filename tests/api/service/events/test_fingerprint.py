"""The same event has the same fingerprint however it is written; no other has it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.cloud_events import read_event
from api.service.events.fingerprint import fingerprint
from api.service.events.report import EventReport

EVENT = {
    "source": "hotline",
    "id": "H-1",
    "kind": "street_trading",
    "lon": 120.08,
    "lat": 30.33,
    "datum": "wgs84",
    "severity": 2,
    "occurred_at": "2026-09-01T08:15:00+08:00",
    "certainty": 1.0,
    "text": "占道",
    "links": ["https://town.example/1", "https://town.example/2"],
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(-1e9, 1e9)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


def digest(body: str) -> bytes:
    """The fingerprint of an event that is sent as this text."""
    event = read_event([(b"content-type", b"application/json")], body.encode())
    return fingerprint(event.report("Asia/Shanghai").members())


def digest_of(**values: object) -> bytes:
    return digest(json.dumps(EVENT | values))


@given(st.permutations(list(EVENT)), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_order_of_names_and_spelling_of_json_make_no_difference(
    names: list[str], is_ascii: bool, indent: int | str | None
) -> None:
    event = {name: EVENT[name] for name in names}
    text = json.dumps(event, ensure_ascii=is_ascii, indent=indent)
    assert digest(text) == digest_of()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("120.08", "120.080"),
        ("120.08", "12008e-2"),
        ('"certainty": 1.0', '"certainty": 1'),
        ('"severity": 2', '"severity": 2.0'),
        ("2026-09-01T08:15:00+08:00", "2026-09-01T00:15:00Z"),
        ("2026-09-01T08:15:00+08:00", "2026-09-01T08:15:00.000+08:00"),
        ("2026-09-01T08:15:00+08:00", "2026-09-01T08:15"),
        ('"lat": 30.33', '"lat": 30.33, "device_id": null'),
        ('"H-1"', '" H-1 "'),
    ],
)
def test_what_is_written_in_another_way_is_the_same(text: str, other: str) -> None:
    body = json.dumps(EVENT, ensure_ascii=False)
    assert text in body
    assert digest(body.replace(text, other)) == digest(body)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "camera"},
        {"id": "H-2"},
        {"kind": "noise"},
        {"lon": 120.0800001},
        {"datum": "gcj02"},
        {"datum": None},
        {"accuracy_m": 0},
        {"accuracy_m": 5, "confidence": 0.95},
        {"severity": 3},
        {"occurred_at": "2026-09-01T08:15:00.001+08:00"},
        {"captured_at": "2026-09-01T08:15:00+08:00"},
        {"certainty": 0.99},
        {"text": "占道。"},
        {"text": None},
        {"links": EVENT["links"][::-1]},
        {"on_behalf": "A-1"},
        {"lon": None, "lat": None, "community_id": "330199101001"},
        {"lon": None, "lat": None, "device_id": "330199101001"},
    ],
    ids=str,
)
def test_another_value_has_another_fingerprint(change: dict[str, object]) -> None:
    assert digest_of(**change) != digest_of()


def test_every_field_of_a_report_but_how_its_times_were_written_counts() -> None:
    report = EventReport("s", "1", "k", local_times=("occurred_at",))
    assert fingerprint(report.members()) == fingerprint(
        EventReport("s", "1", "k").members()
    )
    assert set(report.members()) == set(EventReport.__slots__) - {"local_times"}


def test_zero_has_no_sign() -> None:
    assert digest_of(lon=-0.0, lat=0) == digest_of(lon=0, lat=0.0)


def test_numbers_of_persons_are_not_in_the_fingerprint() -> None:
    first, second = (digest_of(text=f"电话13{i}00001234") for i in "89")
    assert first != second
    hidden = [digest_of(text=f"电话138000{i}1234") for i in "01"]
    assert hidden[0] == hidden[1]


@given(st.dictionaries(st.text(), VALUES), st.dictionaries(st.text(), VALUES))
def test_fingerprints_are_the_same_for_the_same_members_alone(
    first: dict[str, object], second: dict[str, object]
) -> None:
    is_same = fingerprint(first) == fingerprint(second)
    plain = [json.dumps(without_none(v), sort_keys=True) for v in (first, second)]
    assert is_same == (plain[0] == plain[1])
    assert len(fingerprint(first)) == 32


def without_none(value: object) -> object:
    """A value without members that are None, whole numbers as such."""
    if isinstance(value, dict):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_none(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def test_value_that_is_no_json_has_no_fingerprint() -> None:
    with pytest.raises(TypeError, match="set has no fingerprint"):
        fingerprint({"a": {1}})
