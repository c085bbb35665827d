"""Every error has its row, and every answer that is no success is a problem."""

import json
import logging

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from api.errors import (
    ANSWERS,
    HTTP_PROBLEMS,
    MEDIA_TYPE,
    PHOTO_STATUSES,
    PROBLEMS,
    RETRY_AFTER_S,
    answers,
    install_handlers,
    without_addresses,
)
from gis.errors import (
    CoverageError,
    GovernanceError,
    InvalidLayerError,
    RowFault,
    StoreUnavailableError,
)
from gis.sentences import sentence
from layers.languages import in_language
from layers.photos import PHOTO_REASONS, photo_error
from support.harness.answers import assert_problem


def all_errors(kind: type[GovernanceError]) -> set[type[GovernanceError]]:
    """A class and everything under it."""
    below = (all_errors(child) for child in kind.__subclasses__())
    return {kind}.union(*below)


def test_every_error_class_has_its_row() -> None:
    assert set(PROBLEMS) == all_errors(GovernanceError)


@pytest.mark.parametrize("row", PROBLEMS.values(), ids=[k.__name__ for k in PROBLEMS])
def test_a_row_has_a_status_and_a_chinese_sentence(row: tuple[int, str]) -> None:
    status, text_zh = row
    assert 400 <= status < 600
    assert text_zh.endswith("。")


@pytest.mark.parametrize("status", HTTP_PROBLEMS)
def test_what_http_refuses_has_both_sentences(status: int) -> None:
    text, text_zh = HTTP_PROBLEMS[status]
    assert text.endswith(".")
    assert text_zh.endswith("。")


STATUSES = (*range(400, 452), *range(500, 512))


@pytest.mark.parametrize("status", STATUSES)
def test_any_refusal_of_http_is_a_problem_in_both_languages(status: int) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/refused")
    def refused() -> None:
        raise HTTPException(status)

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/refused")
    assert_problem(answer, status, "http-error")
    assert ("retry-after" in answer.headers) == (status in {429, 503})
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("status", [204, 303, 304])
def test_status_that_is_no_refusal_is_sent_bare_with_its_headers(status: int) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/moved")
    def moved() -> None:
        raise HTTPException(status, headers={"Location": "/desk"})

    answer = TestClient(app).get("/moved", follow_redirects=False)
    assert (answer.status_code, answer.content) == (status, b"")
    assert answer.headers["location"] == "/desk"


def test_answers_of_an_operation_are_problems_with_a_sentence() -> None:
    for status, answer in answers(*ANSWERS).items():
        assert list(answer["content"]) == [MEDIA_TYPE]
        assert answer["description"].endswith(".")
        assert status in HTTP_PROBLEMS


def test_an_error_is_a_problem_of_its_class() -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/refused")
    def refused() -> None:
        raise CoverageError("Grid 'G1' overlaps 'G2'; redraw their border.")

    with TestClient(app) as client:
        answer = client.get("/refused")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json() == {
        "type": "urn:pagoda:problem:coverage-error",
        "title": "coverage error",
        "status": 422,
        "detail": "Grid 'G1' overlaps 'G2'; redraw their border.",
        "detail_zh": PROBLEMS[CoverageError][1],
    }


def test_a_failure_is_a_problem_that_tells_nothing_of_the_inside() -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/failed")
    def failed() -> None:
        raise ZeroDivisionError("secret")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/failed")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["detail_zh"].endswith("。")
    assert "secret" not in json.dumps(answer.json())


PATHS = {
    "quoted": "Store '/srv/vault/s town.gpkg' is damaged",
    "with an apostrophe": 'Store "/srv/mayor\'s/vault.gpkg" is damaged',
    "plain": "File /srv/vault/s.gpkg-wal cannot be read",
    "at the end": "No space left on device: /vault/s.gpkg",
    "of one part": "File '/vault' is no store",
    "below home": "Store '~/vault/s.gpkg' is damaged",
    "beside": "Store '../vault/s.gpkg' is damaged",
    "of Windows": r"Store 'C:\\vault\\s.gpkg' is damaged",
    "of Windows, plain": r"File C:\vault\s.gpkg is damaged",
    "Chinese": "文件“/数据/vault/城镇.gpkg”无法读取",
    "address": "The address 'postgresql://town@vault:5432/town' is wrong",
    "file address": "Store file:///srv/vault.gpkg?mode=rw is damaged",
    "host": "The database 'vault.intern:5432/town' refused",
    "socket": "The database '/run/vault:5432/town' refused",
}


@pytest.mark.parametrize("kind", PROBLEMS, ids=[k.__name__ for k in PROBLEMS])
@pytest.mark.parametrize("name", PATHS)
def test_no_problem_of_any_class_shows_a_path_of_the_server(
    kind: type[GovernanceError], name: str
) -> None:
    text = PATHS[name]
    app = FastAPI()
    install_handlers(app)

    @app.get("/refused")
    def refused() -> None:
        if issubclass(kind, InvalidLayerError):
            raise kind(f"{text}; correct it.", (RowFault(1, "id", f"{text}, why"),))
        raise kind(f"{text}; correct it.")

    body = TestClient(app).get("/refused").text
    assert "vault" not in body


@pytest.mark.parametrize(
    "text",
    [
        "Grid 'G-014' overlaps 'G-015' by 12.4 m2 at (120.08123, 30.33127); redraw it.",
        "The inspection of 'E00001' was done 2026-09-30T10:00:00+08:00; correct it.",
        "Post 'G1/2' and finding 'I-1/1' are 8 km/h and/or 3:2; see '/'.",
        "holds 3 / 4 of 12:30 or a/b, expected c / d",
    ],
)
def test_what_is_no_path_stays_as_it_is(text: str) -> None:
    assert without_addresses(text) == text


def test_store_that_cannot_be_used_now_says_when_to_ask_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/refused")
    def refused() -> None:
        raise StoreUnavailableError('Server at "10.0.0.3" has no user "pagoda".')

    with caplog.at_level(logging.ERROR, "uvicorn.error"):
        answer = TestClient(app).get("/refused")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(RETRY_AFTER_S)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert "10.0.0.3" not in answer.text
    assert '"10.0.0.3" has no user' in caplog.text


@pytest.mark.parametrize("reason", PHOTO_REASONS)
def test_a_photo_that_is_refused_says_why_in_both_languages(reason: str) -> None:
    app = FastAPI()
    install_handlers(app)

    @app.get("/refused")
    def refused() -> None:
        raise photo_error(reason)

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/refused")
    status = PHOTO_STATUSES.get(reason, 422)
    assert_problem(answer, status, f"photo-{reason.replace('_', '-')}")
    assert answer.json()["detail"] == PHOTO_REASONS[reason].en
    assert answer.json()["detail_zh"] == PHOTO_REASONS[reason].zh


def test_addresses_are_left_out_in_chinese_too() -> None:
    said = sentence(
        "File {path!r} has no header, expected column names in its first "
        "line; add them.",
        path="/srv/town/x.csv",
    )
    text = in_language(said, "zh")
    assert "/srv/town/x.csv" in text
    assert "/srv" not in without_addresses(text)
