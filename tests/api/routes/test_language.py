"""Pages speak the language that a reader chose, one at a time."""

import pytest
from fastapi.testclient import TestClient

from api.browser import COOKIE
from support.harness.answers import assert_problem

PEOPLE = {"accept": "text/html"}
PAGES = ("/desk", "/docs", "/ogc?f=html", "/enterprises/E00001", "/t/none")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_the_language_that_was_chosen(
    client: TestClient, path: str
) -> None:
    for cookies, language in (
        ({}, "zh-CN"),
        ({COOKIE: "en"}, "en"),
        ({COOKIE: "x"}, "zh-CN"),
    ):
        headers = PEOPLE | {"cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        text = client.get(path, headers=headers).text
        assert f'<html lang="{language}">' in text
        assert text.count('aria-current="true"') == 1
        for code in ("zh-CN", "en"):
            assert f"/language/{code}" in text


def test_who_chooses_goes_back_to_the_page_that_asked(client: TestClient) -> None:
    host = str(client.base_url)
    for referer, target in (
        (f"{host}/desk?state=closed", "/desk?state=closed"),
        (f"{host}/t/abc", "/t/abc"),
        ("", "/desk"),
        ("https://elsewhere.example/desk?x=1", "/desk"),
        (f"{host}//elsewhere.example/", "/desk"),
    ):
        answer = client.get(
            "/language/en", headers={"referer": referer}, follow_redirects=False
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == target
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith(f"{COOKIE}=en;")
        assert "httponly" in cookie
        assert "samesite=strict" in cookie


def test_a_language_that_no_page_speaks_is_refused(client: TestClient) -> None:
    assert_problem(client.get("/language/fr"), 404, "http-error")
    assert_problem(client.get("/language/EN"), 404, "http-error")
