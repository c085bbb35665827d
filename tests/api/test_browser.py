"""To a browser a problem on the paths of people is a page; to programs it is none."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.browser import BrowserPages, html, sentences
from api.errors import problem, refused_by_http
from layers.pages import POLICY
from support.harness.answers import LOCAL

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def pages() -> TestClient:
    app = FastAPI(openapi_url=None)

    @app.get("/{path:path}")
    def refused(status: int = 404):  # type: ignore[no-untyped-def]
        if status == 200:
            return html("<p>a page")
        if status == 409:
            return problem(409, "same-key", "No <b>way</b>.", "不行。")
        return refused_by_http(status, {"Retry-After": "7"})

    return TestClient(BrowserPages(app), base_url=LOCAL)


@pytest.mark.parametrize("path", ["/desk", "/desk/x", "/t/x", "/enterprises/E1"])
def test_problem_is_a_page_to_a_browser(pages: TestClient, path: str) -> None:
    response = pages.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["cache-control"] == "no-store"
    assert int(response.headers["content-length"]) == len(response.content)
    assert "没有找到" in response.text
    assert "openapi" not in response.text


@pytest.mark.parametrize("path", ["/assign", "/deskx", "/t", "/enterprises"])
def test_other_paths_answer_as_ever(pages: TestClient, path: str) -> None:
    response = pages.get(path, headers=BROWSER)
    assert response.headers["content-type"] == "application/problem+json"


def test_programs_are_told_as_ever(pages: TestClient) -> None:
    response = pages.get("/desk")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("status", [403, 404, 429, 503])
def test_every_refusal_says_what_to_do(pages: TestClient, status: int) -> None:
    response = pages.get(f"/desk?status={status}", headers=BROWSER)
    assert response.status_code == status
    assert response.headers["retry-after"] == "7"
    is_timed = status in {429, 503}
    assert ("7 秒" in response.text) == is_timed
    assert ("7 seconds" in response.text) == is_timed


def test_the_sentence_of_an_error_stands_on_the_page(pages: TestClient) -> None:
    response = pages.get("/desk?status=409", headers=BROWSER)
    assert "不行。" in response.text
    assert "No &lt;b&gt;way&lt;/b&gt;." in response.text


def test_only_the_desk_leads_back_to_the_desk(pages: TestClient) -> None:
    for path, leads in (("/desk/x", True), ("/t/x", False)):
        page = pages.get(path, headers=BROWSER).text
        assert ('href="/desk"' in page) == leads


def test_what_is_no_problem_passes(pages: TestClient) -> None:
    assert pages.get("/desk?status=200", headers=BROWSER).text == "<p>a page"


def test_sentences_of_a_problem_are_read_back() -> None:
    words = sentences(problem(422, "no-reason", "No reason.", "没有理由。"))
    assert words.both == ("没有理由。", "No reason.")
