"""A key typed once: a cookie for this site alone, tried a few times, let go."""

from collections.abc import Iterator

import pytest

from api.rates import Rate
from api.security import COOKIE
from layers.words.pages import LOGIN
from support.harness.keyed import Keyed
from support.harness.sign_in import BROWSER, HIDDEN, OWN, enter, stranger


@pytest.fixture
def keyed(keyed: Keyed) -> Iterator[Keyed]:
    """The service that nobody has asked yet, by browsers of this machine."""
    keyed.client.app.state.sign_in_limit = Rate(1000)  # type: ignore[attr-defined]
    yield keyed
    keyed.client.cookies.clear()


@pytest.mark.parametrize("path", ["/desk", "/desk?state=closed"])
def test_a_visitor_is_asked_for_a_key_and_comes_back(keyed: Keyed, path: str) -> None:
    browser = stranger(keyed)
    away = browser.get(path)
    assert away.status_code == 303
    asked = browser.get(away.headers["location"])
    assert 'name="key"' in asked.text
    assert "<table" not in asked.text
    fields = dict(HIDDEN.findall(asked.text))
    data = {"key": keyed.secrets["operator"], **fields}
    assert browser.post("/login", data=data).headers["location"] == path


def test_a_key_becomes_a_cookie_that_no_script_and_no_other_site_has(
    keyed: Keyed,
) -> None:
    data = {"key": f" {keyed.secrets['operator']}\n"}
    response = stranger(keyed).post("/login", data=data)
    cookie = response.headers["set-cookie"].lower()
    assert (response.status_code, response.headers["location"]) == (303, "/desk")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert keyed.secrets["operator"].lower() not in cookie


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/desk\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "desk",
    ],
)
def test_who_signs_in_stays_on_this_site(keyed: Keyed, target: str) -> None:
    data = {"key": keyed.secrets["operator"], "next": target}
    response = stranger(keyed).post("/login", data=data)
    assert response.headers["location"] == "/desk"


def test_a_wrong_key_is_refused_on_the_page(keyed: Keyed) -> None:
    browser = stranger(keyed)
    response = browser.post("/login", data={"key": "x", "next": "/desk?state=a"})
    assert response.status_code == 403
    assert LOGIN["wrong_key"].zh in response.text
    assert LOGIN["wrong_key"].en in response.text
    # where it was to go is not lost
    assert dict(HIDDEN.findall(response.text))["next"] == "/desk?state=a"


def test_a_key_typed_wrong_twenty_times_waits(keyed: Keyed) -> None:
    keyed.client.app.state.sign_in_limit = Rate(10)  # type: ignore[attr-defined]
    browser = stranger(keyed)
    answers = [browser.post("/login", data={"key": "x"}) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429] * 10
    assert answers[-1].headers["retry-after"]
    assert answers[-1].headers["content-type"].startswith("text/html")


def test_who_signs_out_is_nobody_again(keyed: Keyed) -> None:
    browser = enter(keyed, "operator")
    token = dict(HIDDEN.findall(browser.get("/desk").text))["form_token"]
    left = browser.post("/logout", data={"form_token": token})
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert COOKIE not in browser.cookies
    assert browser.get("/desk").headers["location"] == "/login?next=/desk"


def test_nobody_is_signed_out_by_another_site(keyed: Keyed) -> None:
    browser = enter(keyed, "operator")
    assert browser.post("/logout", data={"form_token": "x"}).status_code == 403
    assert browser.get("/desk").status_code == 200


def test_a_key_is_not_typed_from_another_origin(keyed: Keyed) -> None:
    data = {"key": keyed.secrets["operator"]}
    headers = {**BROWSER, "origin": "https://evil.example"}
    response = keyed.client.post("/login", data=data, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_a_body_that_is_no_form_is_refused(keyed: Keyed) -> None:
    response = keyed.client.post("/login", json={"key": "x"}, headers=OWN)
    assert response.status_code == 415
