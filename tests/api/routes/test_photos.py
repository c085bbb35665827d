"""Photos over HTTP: sent as they are, refused in words, shown to whom texts are."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from api.service.access.audit import CLOSED_READ
from api.service.access.keys import KeyOrder, make_key, revoke_key
from api.service.events.photos import Photos
from api.service.stores.photos import photos_of_service
from api.settings import Settings
from gis.access import Role
from layers.photos import PHOTO_REASONS
from support.harness.answers import assert_problem
from support.harness.keyed import Keyed
from support.harness.photo_folders import keep_photos
from support.makers.photos import (
    SECRETS,
    SVG,
    corners,
    decoded,
    encoded,
    phone_photo,
    png_of_size,
)

NUMBERS = count(1)
JPEG = phone_photo(orientation=6)


@pytest.fixture
def keyed(keyed: Keyed, tmp_path: Path) -> Iterator[Keyed]:
    """The service, whose photos go into a new folder."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    office = state.event_office
    keep_photos(keyed.client.app, tmp_path / "files")
    yield keyed
    state.event_office = office
    keyed.client.cookies.clear()


@pytest.fixture
def report(keyed: Keyed) -> Callable[..., str]:
    """Take an event in, in the grid of the member; its id."""
    grids = keyed.store.grids().set_index("grid_id")
    spot = grids.loc[keyed.grid_id].geometry.representative_point()

    def send(kind: str = "theft") -> str:
        body = {"source": "hotline", "id": f"P-{next(NUMBERS)}", "kind": kind}
        body |= {"lon": spot.x, "lat": spot.y, "datum": "cgcs2000"}
        headers = keyed.headers("operator")
        answer = keyed.client.post("/events", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["event_id"])

    return send


def add(
    keyed: Keyed, event_id: str, content: bytes, role: str = "member", **headers: str
) -> Any:
    """The answer to a photo under a name of its own."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    usual = {"content-type": "image/jpeg"}
    usual |= {"idempotency-key": f"photo {next(NUMBERS)}"}
    return keyed.client.post(
        f"/events/{event_id}/photos",
        content=content,
        headers=keyed.headers(role) | usual | own,
    )


def look(keyed: Keyed, path: str, role: str | None, **headers: str) -> Any:
    """What is answered at a path."""
    return keyed.client.get(path, headers=keyed.headers(role) | headers)


def test_a_photo_is_taken_and_shown_without_what_the_phone_wrote(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id = report()
    taken = add(keyed, event_id, JPEG)
    assert taken.status_code == 201, taken.text
    body = taken.json()
    assert (body["width"], body["height"]) == (32, 64)
    assert taken.headers["etag"] == f'"{body["seq"]}"'
    path = f"/events/{event_id}/photos/{body['photo']}"
    shown = look(keyed, path, "member", **{"accept-encoding": "gzip"})
    assert shown.status_code == 200
    assert hashlib.sha256(shown.content).hexdigest() == body["photo"]
    assert decoded(shown.content).size == (32, 64)
    assert [secret for secret in SECRETS if secret in shown.content] == []
    history = look(keyed, f"/events/{event_id}/history", "member").json()
    assert history["actions"][-1]["request"]["photo"] == body["photo"]


def test_a_photo_is_nothing_but_a_picture_to_a_browser(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id = report()
    digest = add(keyed, event_id, JPEG).json()["photo"]
    path = f"/events/{event_id}/photos/{digest}"
    headers = look(keyed, path, "operator").headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["vary"].startswith("Authorization, Cookie")
    assert "access-control-allow-origin" not in headers
    again = look(keyed, path, "operator", **{"if-none-match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_request_sent_twice_gets_the_first_answer(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id = report()
    first, second = (add(keyed, event_id, JPEG, idempotency_key="p") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    other = add(keyed, event_id, phone_photo("PNG"), idempotency_key="p")
    assert_problem(other, 422, "changed-request-error")


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", 422, "no_photo"),
        (b"a photo", 422, "no_picture"),
        (SVG, 422, "no_picture"),
        (encoded(corners(), "GIF"), 422, "no_picture"),
        (encoded(corners(640, 640), "JPEG")[:2000], 422, "damaged"),
        (png_of_size(100_000, 100_000), 422, "too_wide"),
        (JPEG + b"\0" * 9_000_000, 413, "too_long"),
    ],
    ids=["empty", "text", "svg", "gif", "cut", "bomb", "9 MB"],
)
def test_what_is_no_photo_is_refused_in_both_languages(
    keyed: Keyed,
    report: Callable[..., str],
    content: bytes,
    status: int,
    reason: str,
) -> None:
    event_id = report()
    refused = add(keyed, event_id, content)
    assert_problem(refused, status, f"photo-{reason.replace('_', '-')}")
    words = PHOTO_REASONS[reason]
    assert (refused.json()["detail"], refused.json()["detail_zh"]) == (
        words.en,
        words.zh,
    )
    history = look(keyed, f"/events/{event_id}/history", "operator").json()
    assert [line["action"] for line in history["actions"]] == ["report"]


def test_a_body_without_end_is_not_read_to_it(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    refused = add(keyed, report(), b"\0" * 33_000_000)
    assert_problem(refused, 413, "http-error")


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/gif", "text/html", ""])
def test_what_is_declared_as_something_else_is_not_read(
    keyed: Keyed, report: Callable[..., str], kind: str
) -> None:
    refused = add(keyed, report(), JPEG, content_type=kind)
    assert_problem(refused, 415, "http-error")
    assert "image/png" in refused.json()["detail_zh"]


def test_a_photo_of_an_event_is_for_whom_its_texts_are(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id, other_id = report(), report()
    digest = add(keyed, event_id, JPEG).json()["photo"]
    other = add(keyed, other_id, phone_photo("PNG")).json()["photo"]
    path = f"/events/{event_id}/photos/{digest}"
    statuses = {
        role: look(keyed, path, role).status_code for role in (None, *keyed.secrets)
    }
    may = {"steward", "operator", "leader", "member", "department", "source"}
    assert {role for role, status in statuses.items() if status == 200} == may
    assert (statuses[None], statuses["wall"]) == (401, 403)
    assert {statuses[role] for role in ("inspector", "far_inspector", "auditor")} == {
        404
    }
    refused = [
        look(keyed, f"/events/{place}", role)
        for role, place in (
            ("auditor", f"{event_id}/photos/{digest}"),
            ("member", f"{event_id}/photos/{other}"),
            ("member", f"{event_id}/photos/{'0' * 64}"),
            ("member", f"no-event/photos/{digest}"),
            ("member", f"{event_id}/photos/..%2F..%2Fetc"),
        )
    ]
    for answer in refused[:4]:
        assert_problem(answer, 404, "unknown-event-error")
    assert len({answer.text for answer in refused[:4]}) == 1
    assert refused[4].status_code == 404


def test_who_reads_a_photo_for_a_purpose_stands_in_the_audit_before(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id = report()
    digest = add(keyed, event_id, JPEG).json()["photo"]
    path = f"/events/{event_id}/photos/{digest}"
    row = keyed.store.last_action()
    answer = look(keyed, f"{path}?purpose=抽查", "auditor")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    [entry] = keyed.store.audit(row, 10)
    action = entry.action
    assert (action.action, action.reason) == (CLOSED_READ, "抽查")
    assert action.request == {
        "event_id": event_id,
        "kind": "theft",
        "view": "photo",
        "photo": digest,
    }


def test_a_photo_that_was_not_read_is_no_reading(
    keyed: Keyed, report: Callable[..., str], tmp_path: Path
) -> None:
    event_id = report()
    digest = add(keyed, event_id, JPEG).json()["photo"]
    [file] = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    file.write_bytes(b"other")
    row = keyed.store.last_action()
    for name in ("0" * 64, "any", digest):
        path = f"/events/{event_id}/photos/{name}?purpose=抽查"
        assert look(keyed, path, "auditor").status_code == 404
    assert keyed.store.audit(row, 10) == ()


def test_a_photo_of_a_sensitive_event_is_for_its_source_and_for_a_purpose(
    keyed: Keyed, report: Callable[..., str]
) -> None:
    event_id = report("dispute")
    made = make_key(keyed.store, KeyOrder(Role.OPERATOR, grants="dispute"))
    keyed.secrets["granted"] = made.secret
    keyed.client.app.state.keys.refresh()  # type: ignore[attr-defined]
    try:
        digest = add(keyed, event_id, JPEG, "source").json()["photo"]
        path = f"/events/{event_id}/photos/{digest}"
        statuses = {
            role: look(keyed, path, role).status_code
            for role in ("operator", "granted", "source")
        }
        assert statuses == {"operator": 404, "granted": 404, "source": 200}
        assert look(keyed, f"{path}?purpose=调解", "granted").status_code == 200
        assert look(keyed, f"{path}?purpose=调解", "operator").status_code == 404
    finally:
        del keyed.secrets["granted"]
        revoke_key(keyed.store, made.key_id)


def test_a_photo_that_is_lost_is_said_and_not_shown(
    keyed: Keyed, report: Callable[..., str], tmp_path: Path
) -> None:
    event_id = report()
    digest = add(keyed, event_id, JPEG).json()["photo"]
    [path] = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    path.write_bytes(b"<script>")
    answer = look(keyed, f"/events/{event_id}/photos/{digest}", "operator")
    assert_problem(answer, 404, "photo-lost")


@pytest.mark.parametrize(
    ("store", "reason"),
    [("memory:", "in_memory"), ("postgresql://db/town", "no_folder")],
)
def test_a_service_without_a_folder_says_what_to_do(
    keyed: Keyed, report: Callable[..., str], store: str, reason: str
) -> None:
    state = keyed.client.app.state  # type: ignore[attr-defined]
    photos: Photos = photos_of_service(Settings(store=store))
    state.event_office = replace(state.event_office, photos=photos)
    refused = add(keyed, report(), JPEG)
    assert_problem(refused, 503, f"photo-{reason.replace('_', '-')}")
    assert "PAGODA_FILES" in refused.text or reason == "in_memory"
