"""An event as it is sent: one place or none, three times apart, nothing of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.schemas.events import EventIn
from api.service.events.report import EventReport
from gis.local_time import instant_of
from gis.written_time import read_time

PLAIN = {"source": "hotline", "id": "H-1", "kind": "street_trading"}
PLACED = PLAIN | {"lon": 120.08, "lat": 30.33}
SHANGHAI = "Asia/Shanghai"


def rules(**values: object) -> set[str]:
    """The rules that an event with these values breaks."""
    with pytest.raises(ValidationError) as error:
        EventIn.model_validate(PLAIN | values)
    return {fault["type"] for fault in error.value.errors()}


def report(**values: object) -> EventReport:
    return EventIn.model_validate(PLAIN | values).report(SHANGHAI)


def test_everything_that_is_sent_is_reported() -> None:
    links = ["https://town.example/1.jpg", "http://10.0.0.1:8080/a?b=c"]
    assert report(
        lon=120.08,
        lat=30,
        datum="gcj02",
        accuracy_m=25,
        confidence=0.95,
        severity=3,
        occurred_at="2026-09-01T08:15:00+08:00",
        captured_at="2026-09-01T00:16:00Z",
        certainty=0.9,
        text="占道 13812345678",
        links=links,
        on_behalf="citizen/41",
    ) == EventReport(
        "hotline",
        "H-1",
        "street_trading",
        120.08,
        30.0,
        "gcj02",
        25.0,
        0.95,
        None,
        None,
        3,
        instant_of(read_time("2026-09-01T08:15:00+08:00").moment, SHANGHAI),
        instant_of(read_time("2026-09-01T08:16:00+08:00").moment, SHANGHAI),
        0.9,
        "占道 138******78",
        tuple(links),
        "citizen/41",
    )


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"lon": None, "lat": None, "datum": "wgs84", "accuracy_m": 30},
        {"lon": 120.08, "lat": 30.33},
        {"community_id": "330199101001", "lon": None},
        {"device_id": "cam-7"},
    ],
    ids=str,
)
def test_event_has_one_place_or_none(place: dict[str, object]) -> None:
    assert report(**place).source_id == "H-1"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"lon": 1, "lat": 2, "device_id": "c"}, "two_places"),
        ({"lon": 1, "lat": 2, "community_id": "c"}, "two_places"),
        ({"device_id": "d", "community_id": "c"}, "two_places"),
        ({"lon": 1}, "half_position"),
        ({"lat": 1, "device_id": "c"}, "half_position"),
        ({"lon": "120.08", "lat": 30.33}, "float_type"),
        ({"lon": float("nan"), "lat": 1}, "finite_number"),
        ({"confidence": 0.95}, "confidence_alone"),
        ({"confidence": 0.87, "accuracy_m": 5}, "confidence"),
        ({"accuracy_m": -1}, "greater_than_equal"),
        ({"severity": 0}, "greater_than_equal"),
        ({"severity": 5}, "less_than_equal"),
        ({"severity": 1.5}, "int_type"),
        ({"severity": True}, "int_type"),
        ({"certainty": 1.01}, "less_than_equal"),
        ({"certainty": "0.9"}, "float_type"),
        ({"occurred_at": "yesterday"}, "no_time"),
        ({"occurred_at": "2026-09-01"}, "no_time"),
        ({"captured_at": 1788192000}, "no_time"),
        ({"text": "x" * 4001}, "string_too_long"),
        ({"text": "a\0"}, "unstorable"),
        ({"links": ["https://a.example"] * 11}, "too_long"),
        ({"links": "https://a.example"}, "list_type"),
        ({"on_behalf": "王"}, "string_pattern_mismatch"),
        ({"on_behalf": "A B"}, "string_pattern_mismatch"),
        ({"on_behalf": "13812345678"}, "number_of_person"),
        ({"on_behalf": "11010519491231002X"}, "number_of_person"),
        ({"source": ""}, "string_too_short"),
        ({"id": 7}, "string_type"),
        ({"id": "x" * 256}, "string_too_long"),
        ({"kind": None}, "string_type"),
        ({"phone": "1"}, "extra_forbidden"),
        ({"name": "x"}, "extra_forbidden"),
    ],
    ids=str,
)
def test_value_that_breaks_a_rule_is_refused(
    values: dict[str, object], rule: str
) -> None:
    assert rules(**values) == {rule}


@pytest.mark.parametrize("missing", PLAIN)
def test_source_id_and_kind_are_needed(missing: str) -> None:
    body = {name: value for name, value in PLAIN.items() if name != missing}
    with pytest.raises(ValidationError, match="Field required"):
        EventIn.model_validate(body)


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("javascript:alert(1)", "no_link"),
        ("ftp://town.example/a", "no_link"),
        ("//town.example/a", "no_link"),
        ("https://", "no_link"),
        ("https://town.example/a b", "no_link"),
        ("https://town.example/\u202e", "no_link"),
        ("https://town.example/\n", "no_link"),
        ('https://town.example/"><script>', "no_link"),
        ("https://[::1", "no_link"),
        ("https://town.example:99999/", "no_link"),
        ("https://user:word@town.example/", "link_with_password"),
        ("https://town.example/" + "x" * 2000, "string_too_long"),
    ],
)
def test_link_that_is_no_address_of_the_web_is_refused(link: str, rule: str) -> None:
    assert rules(links=[link]) == {rule}


@given(
    st.text(max_size=30), st.sampled_from(["", "https://", "http://a", "https://[:"])
)
def test_any_text_is_a_link_or_refused_by_name(text: str, start: str) -> None:
    link, broken = start + text, set()
    try:
        EventIn.model_validate(PLAIN | {"links": [link]})
    except ValidationError as error:
        broken = {fault["type"] for fault in error.errors()}
    assert broken <= {"no_link", "link_with_password"}
    assert broken or link.startswith(("http://a", "https://"))


def test_text_is_kept_as_it_came_but_for_numbers_of_persons() -> None:
    text = "<script>${x}\u202e\r\n " + "占" * 3000
    assert report(text=text).text == text


def test_row_1_06_three_times_are_read_apart_and_local_ones_are_named() -> None:
    event = report(
        occurred_at="2026-09-01T08:15:00", captured_at="2026-09-01T00:20:00Z"
    )
    assert event.captured_at - event.occurred_at == 5 * 60_000
    assert event.local_times == ("occurred_at",)
    assert (report().occurred_at, report().captured_at) == (None, None)


def test_field_of_a_person_is_none_of_an_event() -> None:
    fields = set(EventIn.model_fields)
    # an address says where it is, never where a person lives
    assert not fields & {"name", "phone", "home", "reporter", "contact"}
