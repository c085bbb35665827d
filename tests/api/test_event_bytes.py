"""Any bytes at `POST /events`: refused in words or taken in, never a failure."""

import os
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.settings import Settings
from support.harness.answers import LOCAL, PROBLEM
from support.harness.raw_clients import event_body

CASES = 10_000 if os.environ.get("PAGODA_SOAK") else 1_000
JSON = "application/json"
EXPECTED = {200, 201, 400, 403, 413, 415, 422}
KINDS = [
    *(JSON, "application/json; charset=utf-8", "application/json; charset=gbk"),
    *("application/cloudevents+json", "application/cloudevents-batch+json"),
    *("text/plain", "", "application/json, text/plain", 'application/json; x="'),
]
CLOUD = {
    "ce-specversion": ["1.0", "0.3", ""],
    "ce-id": ["A-1", "%C0%A0", "%", "é", ""],
    "ce-source": ["hotline", "//", "%00"],
    "ce-type": ["noise", "%F0%9F"],
    "ce-time": ["2026-10-01T08:00:00Z", "yesterday", "9999-12-31T23:59:60Z"],
    "ce-datacontenttype": ["application/json"],
}
PIECES = [
    *(b"{", b"}", b"[", b"]", b'"', b"\\u0000", b"\\ud800", b",", b":", b"NaN"),
    *(b"1e999", b"-0", b"null", b"true", b'"lon"', b'"source":"hotline"', b"\x00"),
    *(b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"9" * 400, b"[" * 3000),
]


@pytest.fixture(scope="module")
def service() -> Iterator[TestClient]:
    """A service of its own: what is taken in changes it."""
    app = create_app(Settings(), speed=1e-6)
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        yield client


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A good event with a few pieces of it cut, doubled or in place of others."""
    body = event_body("bytes", draw(st.integers(0, 50)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([b"", body[start:end] * 2, *PIECES]))
        body = body[:start] + piece + body[end:]
    return body


HEADERS = st.fixed_dictionaries(
    {"content-type": st.sampled_from([JSON] * 9 + KINDS)}
) | st.fixed_dictionaries(
    {"content-type": st.sampled_from(KINDS)},
    optional={name: st.sampled_from(values) for name, values in CLOUD.items()},
)


@pytest.mark.slow
def test_no_bytes_make_the_intake_of_events_fail(service: TestClient) -> None:
    statuses = set()

    @given(mangled() | st.binary(max_size=200), HEADERS)
    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(body: bytes, headers: dict[str, str]) -> None:
        sent = {name: value.encode() for name, value in headers.items()}
        response = service.post("/events", content=body, headers=sent)
        assert response.status_code in EXPECTED, response.text
        if response.status_code >= 400:
            assert response.headers["content-type"] == PROBLEM
            assert response.json()["detail_zh"].endswith("。")
        statuses.add(response.status_code)

    ask()
    assert {200, 201, 400, 415, 422} <= statuses
