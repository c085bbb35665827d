"""Every error has its row, and every answer that is no success is a problem."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.errors import HTTP_PROBLEMS, MEDIA_TYPE, PROBLEMS, install_handlers
from gis.errors import CoverageError, GovernanceError


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
