"""CloudEvents in both modes are read as what was put in; what is none is refused."""

import base64
import datetime as dt
import gzip
import json

import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st

from api.admission import EventDoor
from api.errors import install_handlers
from api.refusals import RequestError
from api.schemas.cloud_events import EVENT_BODY, STRUCTURED, read_event
from api.schemas.events import EventIn
from support.harness.answers import assert_problem

JSON = "application/json"
DATA = {"lon": 120.08, "lat": 30.33, "datum": "wgs84", "text": "占道"}
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "H-1",
    "source": "hotline",
    "type": "street_trading",
    "time": "2026-09-01T08:15:00+08:00",
}
PLAIN = {"source": "hotline", "id": "H-1", "kind": "street_trading"} | DATA
Pairs = list[tuple[bytes, bytes]]

# text of an attribute as CloudEvents allows it and as ids are kept
NAMES = (
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
    .filter(lambda text: EventIn(source=text, id=text, kind=text).id == text)
    .filter(lambda text: text.isprintable())
)
EXTENSIONS = st.dictionaries(
    st.from_regex("x[a-z0-9]{1,8}", fullmatch=True),
    st.text(
        st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=9
    ),
    max_size=2,
)
EVENT_DATA = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.integers(1, 4),
        "certainty": st.floats(0, 1),
        "text": st.text(
            st.characters(exclude_categories=["Cs", "Nd"]), max_size=50
        ).filter(lambda text: "\0" not in text),
        "community_id": st.just("330199101001"),
        "kind": st.just("noise"),
        "occurred_at": st.just("2026-08-01T08:15:00+08:00"),
    },
)
TIMES = st.datetimes(
    dt.datetime(1990, 1, 1),
    dt.datetime(2100, 1, 1),
    timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=8))]),
)


def pairs_of(message: HTTPMessage) -> Pairs:
    """Headers as a server hands them on."""
    return [
        (n.lower().encode(), v.encode("latin-1")) for n, v in message.headers.items()
    ]


def binary(**changes: str | None) -> Pairs:
    """Headers of the event in binary mode with other values."""
    values = {f"ce-{name}": value for name, value in ATTRIBUTES.items()}
    values |= {"content-type": JSON}
    values |= {name.replace("_", "-"): value for name, value in changes.items()}
    return [(n.encode(), v.encode()) for n, v in values.items() if v is not None]


def envelope(**changes: object) -> bytes:
    """The event in structured mode with other members; `...` leaves one out."""
    members = ATTRIBUTES | {"data": DATA} | changes
    return json.dumps({n: v for n, v in members.items() if v is not ...}).encode()


def read_structured(**changes: object) -> EventIn:
    return read_event([(b"content-type", STRUCTURED.encode())], envelope(**changes))


def refused(headers: Pairs, body: bytes) -> RequestError:
    """The refusal of a request, held to both languages."""
    with pytest.raises(RequestError) as refusal:
        read_event(headers, body)
    error = refusal.value
    assert error.detail.endswith(".")
    assert error.detail_zh.endswith("。")
    return error


@given(
    st.tuples(NAMES, NAMES, NAMES),
    TIMES,
    EVENT_DATA | st.none(),
    EXTENSIONS,
    st.sampled_from([JSON, "application/vnd.town.event+json"]),
)
@example(("s", "1", "k"), dt.datetime(2026, 9, 1, tzinfo=dt.UTC), None, {}, JSON)
def test_what_the_library_sends_is_read_as_what_was_put_in(
    names: tuple[str, str, str],
    time: dt.datetime,
    data: dict[str, object] | None,
    extensions: dict[str, str],
    content_type: str,
) -> None:
    source, event_id, kind = names
    attributes = {"specversion": "1.0", "source": source, "id": event_id, "type": kind}
    more = {"time": time, "datacontenttype": content_type}
    event = CloudEvent(attributes | more | extensions, data)
    values = {"source": source, "id": event_id, "kind": kind}
    values |= {"occurred_at": time.isoformat()} | (data or {})
    for message in (to_binary(event, JSONFormat()), to_structured(event, JSONFormat())):
        read = read_event(pairs_of(message), message.body)
        assert read == EventIn.model_validate(values)


def test_bytes_of_json_that_the_library_sends_are_read() -> None:
    attributes = ATTRIBUTES | {"time": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)}
    event = CloudEvent(
        attributes | {"datacontenttype": JSON}, json.dumps(DATA).encode()
    )
    for message in (to_binary(event, JSONFormat()), to_structured(event, JSONFormat())):
        assert read_event(pairs_of(message), message.body).lon == 120.08


def test_forms_of_one_event_are_one_event() -> None:
    plain = read_event(
        [(b"content-type", b"application/json")],
        json.dumps(PLAIN | {"occurred_at": ATTRIBUTES["time"]}).encode(),
    )
    assert read_event(binary(), json.dumps(DATA).encode()) == plain
    assert read_structured() == plain


def test_event_without_data_has_its_attributes() -> None:
    assert read_event(binary(content_type=None), b"").kind == "street_trading"
    assert read_structured(data=...).id == read_structured(data=None).id == "H-1"


def test_data_goes_before_type_and_time() -> None:
    more = {"kind": "noise", "occurred_at": "2026-08-01T08:15:00+08:00"}
    event = read_structured(data=DATA | more)
    assert event.kind == "noise"
    assert event.occurred_at.month == 8
    assert read_structured(data={"kind": None}).kind == "street_trading"


def test_attributes_that_an_event_has_no_member_for_are_left_out() -> None:
    more = {"subject": "x", "dataschema": "https://a.example", "traceparent": "00-1"}
    assert (
        read_structured(**more, xflag=True, xnumber=3, xnone=None) == read_structured()
    )


def test_base64_of_json_is_read() -> None:
    text = base64.b64encode(json.dumps(DATA).encode()).decode()
    event = read_structured(data=..., data_base64=text, datacontenttype=JSON)
    assert event == read_structured()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("H%2D1", "H-1"),
        ("%e7%83%ad%E7%BA%BF", "热线"),
        ("H%20%F0%9F%98%80", "H 😀"),
        ("100%25", "100%"),
        ("%2525", "%25"),
        ('"H \\"1\\""', 'H "1"'),
        ('"H%2D1"', "H-1"),
        ("H 1", "H 1"),
        ("  H-1\t", "H-1"),
        ("H+1", "H+1"),
    ],
)
def test_header_is_unquoted_and_decoded_once(value: str, text: str) -> None:
    assert read_event(binary(ce_id=value), b"").id == text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ce_id": "%C0%A0"}, "bytes that are no UTF-8 in the header 'ce-id'"),
        ({"ce_id": "%ED%A0%80"}, "bytes that are no UTF-8"),
        ({"ce_id": "%FF"}, "bytes that are no UTF-8"),
        ({"ce_id": "%E7%83"}, "bytes that are no UTF-8"),
        ({"ce_id": "100%"}, "a percent sign that encodes nothing"),
        ({"ce_id": "%zz"}, "a percent sign that encodes nothing"),
        ({"ce_id": "热线"}, "signs that are not ASCII"),
        ({"ce_id": 'a"b'}, "a stray quotation mark"),
        ({"ce_id": '"a'}, "a stray quotation mark"),
        ({"ce_id": "%00"}, "a control character in the attribute 'id'"),
        ({"ce_id": "a%0Ab"}, "a control character"),
        ({"ce_id": "%EF%BF%BE"}, "a control character"),
        ({"ce_id": ""}, "no attribute id"),
        ({"ce_id": '""'}, "no attribute id"),
        ({"ce_id": None}, "no attribute id"),
        ({"ce_source": None}, "no attribute source"),
        ({"ce_source": ""}, "no attribute source"),
        ({"ce_type": None}, "no attribute type"),
        ({"ce_specversion": None}, "no attribute specversion"),
        ({"ce_specversion": "0.3"}, "the specversion '0.3', expected '1.0'"),
        ({"ce_specversion": "1.0.2"}, "the specversion '1.0.2'"),
        ({"ce_datacontenttype": JSON}, "the header 'ce-datacontenttype'"),
        ({"ce_data": "{}"}, "the header 'ce-data'"),
        ({"ce_": "x"}, "an attribute ''"),
        ({"ce_trace_id": "x"}, "an attribute 'trace-id'"),
        ({"ce_time": "yesterday"}, "the time 'yesterday'"),
        ({"ce_time": "2026-09-01T08:15:00"}, "the time '2026-09-01T08:15:00'"),
        ({"ce_time": "2026-09-31T08:15:00Z"}, "the time"),
        ({"ce_lon": "120.08"}, "the attribute lon beside its data"),
    ],
    ids=str,
)
def test_headers_that_are_no_cloud_event_are_refused(
    changes: dict[str, str | None], words: str
) -> None:
    error = refused(binary(**changes), json.dumps(DATA).encode())
    assert (error.status, error.kind) == (400, "invalid-cloud-event")
    assert words in error.detail


@pytest.mark.parametrize("name", ["ce-id", "ce-xtrace", "content-type"])
def test_header_that_stands_twice_is_refused(name: str) -> None:
    again = [(name.encode(), b"H-1"), (name.encode(), b"H-1")]
    headers = [pair for pair in binary() if pair[0].decode() != name] + again
    error = refused(headers, json.dumps(DATA).encode())
    assert (error.status, error.kind) == (400, "invalid-cloud-event")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": ""}, "no attribute id"),
        ({"id": None}, "no attribute id"),
        ({"id": ...}, "no attribute id"),
        ({"id": 7}, "the attribute 'id' that is no text"),
        ({"source": ""}, "no attribute source"),
        ({"type": ...}, "no attribute type"),
        ({"specversion": "0.3"}, "the specversion '0.3'"),
        ({"specversion": 1.0}, "the attribute 'specversion' that is no text"),
        ({"xodd": []}, "the attribute 'xodd' that is no text"),
        ({"Id": "x"}, "an attribute 'Id'"),
        ({"comExample": "x"}, "an attribute 'comExample'"),
        ({"id": "a\u0085b"}, "a control character"),
        ({"time": "now"}, "the time 'now'"),
        ({"data_base64": "e30="}, "both data and data_base64"),
        ({"data": ..., "data_base64": "e30="}, "data_base64 without datacontenttype"),
        (
            {"data": ..., "data_base64": "e30", "datacontenttype": JSON},
            "data_base64 that is no Base64",
        ),
        ({"severity": 2}, "the attribute severity beside its data"),
    ],
    ids=str,
)
def test_envelope_that_is_no_cloud_event_is_refused(
    changes: dict[str, object], words: str
) -> None:
    error = refused([(b"content-type", STRUCTURED.encode())], envelope(**changes))
    assert (error.status, error.kind) == (400, "invalid-cloud-event")
    assert words in error.detail


@pytest.mark.parametrize(
    ("content_type", "words"),
    [
        (None, "is not declared, expected application/json"),
        ("text/plain", "is declared as 'text/plain'"),
        ("application/json; charset=gbk", "is declared as"),
        ("application/cloudevents-batch+json", "a batch, expected one event"),
        ("application/cloudevents+avro", "is declared as"),
        ("application/cloudevents+json; charset=utf-16", "is declared as"),
        ("application/x-www-form-urlencoded", "is declared as"),
        ("application/vnd.town+json", "is declared as"),
    ],
)
def test_body_of_another_content_type_is_refused(
    content_type: str | None, words: str
) -> None:
    headers = [] if content_type is None else [(b"content-type", content_type.encode())]
    error = refused(headers, envelope())
    assert (error.status, error.kind) == (415, "http-error")
    assert words in error.detail


@pytest.mark.parametrize(
    "content_type", ["text/xml", None, "application/json;charset=gbk"]
)
def test_data_that_is_no_json_is_refused(content_type: str | None) -> None:
    assert refused(binary(content_type=content_type), b"<a/>").status == 415
    if content_type is not None:
        header = [(b"content-type", STRUCTURED.encode())]
        body = envelope(data="<a/>", datacontenttype=content_type)
        assert refused(header, body).status == 415


def test_compressed_event_is_refused() -> None:
    headers = [*binary(), (b"content-encoding", b"gzip")]
    error = refused(headers, gzip.compress(json.dumps(DATA).encode()))
    assert (error.status, "'gzip'" in error.detail) == (415, True)


@pytest.mark.parametrize(
    "body",
    [b'{"lon": 1, "lon": 2}', b'{"lon": NaN}', b"[" * 100_000, b"{", b"\xff"],
    ids=["twice", "nan", "deep", "open", "bytes"],
)
def test_data_that_cannot_be_read_is_refused_alike_in_every_form(body: bytes) -> None:
    text = base64.b64encode(body).decode()
    forms = [
        ([(b"content-type", b"application/json")], body),
        (binary(), body),
        ([(b"content-type", STRUCTURED.encode())], body),
        (
            [(b"content-type", STRUCTURED.encode())],
            envelope(data=..., data_base64=text, datacontenttype=JSON),
        ),
    ]
    for headers, sent in forms:
        error = refused(headers, sent)
        assert (error.status, error.kind) == (400, "invalid-json")


def test_source_and_id_of_data_must_be_those_of_the_event() -> None:
    assert read_structured(data=DATA | {"id": "H-1"}).id == "H-1"
    with pytest.raises(RequestValidationError) as refusal:
        read_structured(data=DATA | {"id": "H-2"})
    assert refusal.value.errors()[0]["loc"] == ("body", "data", "id")


@pytest.mark.parametrize("data", [[], "text", 1.5, False])
def test_data_that_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(RequestValidationError):
        read_structured(data=data)


@pytest.fixture(scope="module")
def door() -> TestClient:
    """A door that answers with the event it read."""
    router = APIRouter(route_class=EventDoor)

    @router.post("/events", openapi_extra=EVENT_BODY)
    async def take(request: Request) -> Response:
        event = read_event(request.headers.raw, await request.body())
        return Response(event.model_dump_json(), 201)

    app = FastAPI()
    app.include_router(router)
    install_handlers(app)
    return TestClient(app, raise_server_exceptions=False)


def test_door_answers_each_kind_of_bad_input_with_its_status(door: TestClient) -> None:
    def status(body: bytes, **headers: str) -> int:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return door.post("/events", content=body, headers=names).status_code

    plain = json.dumps(PLAIN).encode()
    assert status(plain, content_type=JSON) == 201
    assert status(plain, content_type=JSON, content_encoding="gzip") == 415
    assert status(plain, content_type="text/plain") == 415
    assert status(b'{"a": 1, "a": 2}', content_type=JSON) == 400
    assert status(b"[" * 100_000, content_type=JSON) == 400
    assert status(b"[]", content_type=JSON) == 422
    attributes = {f"ce_{name}": value for name, value in ATTRIBUTES.items()}
    assert status(b"{}", content_type=JSON, **attributes) == 201
    assert status(b"{}", content_type=JSON, **attributes | {"ce_id": "%C0%A0"}) == 400
    assert status(b"{}", content_type="application/cloudevents-batch+json") == 415


def test_fault_of_a_value_names_its_field(door: TestClient) -> None:
    answer = door.post("/events", json=PLAIN | {"severity": 9})
    assert_problem(answer, 422, "invalid-request")
    assert answer.json()["errors"][0]["field"] == "body.severity"
    assert "不能大于 4" in answer.json()["detail_zh"]


def test_both_forms_of_a_body_stand_in_the_openapi_document(
    door: TestClient,
) -> None:
    document = door.get("/openapi.json").json()
    content = document["paths"]["/events"]["post"]["requestBody"]["content"]
    assert set(content[JSON]["schema"]["properties"]) == set(EventIn.model_fields)
    assert content[STRUCTURED]["schema"]["required"] == [
        "specversion",
        "id",
        "source",
        "type",
    ]


HEADER_VALUES = st.one_of(
    st.sampled_from(["1.0", "a", "%C0%A0", '"', "", JSON, STRUCTURED, "gzip"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=8),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "content-type",
                "content-encoding",
                "ce-data",
                "ce-datacontenttype",
                "ce-x",
            ]
            + [f"ce-{name}" for name in ATTRIBUTES]
        ),
        HEADER_VALUES,
    ),
    max_size=7,
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*EventIn.model_fields, *ATTRIBUTES, "data", "data_base64"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=40),
    JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    JSON_VALUES.map(
        lambda value: json.dumps(
            PLAIN | ATTRIBUTES | (value if isinstance(value, dict) else {"data": value})
        ).encode("utf-8", "surrogatepass")
    ),
)


@given(HEADERS, BODIES)
def test_no_bytes_make_the_door_fail(
    door: TestClient, headers: list[tuple[str, str]], body: bytes
) -> None:
    pairs = [(name, value.encode("latin-1")) for name, value in headers]
    answer = door.post("/events", content=body, headers=pairs)
    assert answer.status_code in {201, 400, 415, 422}
    if answer.status_code != 201:
        kind = answer.json()["type"].rpartition(":")[2]
        assert_problem(answer, answer.status_code, kind)
