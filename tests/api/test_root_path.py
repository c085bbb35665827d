"""Below a root path every address is right, whether a proxy takes it away or not."""

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app, doors
from api.root_path import FIRST_PARTS, RootPath, checked_root_path
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings, read_settings
from gis.access import Role
from gis.errors import SettingError
from layers.languages import in_language
from layers.stores import open_store
from support.harness.answers import LOCAL
from support.harness.keyed import Keyed
from support.harness.sign_in import HIDDEN, OWN
from support.makers.tiled_town import tiled_town

ROOT = "/pagoda"
ADDRESS = re.compile(r'(?:href|src|action|data-address)="([^"]*)"')
PAGES = ("/", "/?wall", "/desk", "/my", "/docs", "/login", "/ogc?f=html")
ELSEWHERE = ("#", "data:", "tel:", "https://www.opengis.net", "http://www.opengis.net")
COLLECTIONS = ("grids",)


class Taking:
    """An application behind a proxy that takes the root path away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["path"].startswith(f"{ROOT}/"), scope["path"]
        path = scope["path"].removeprefix(ROOT)
        raw_path = scope["raw_path"].removeprefix(ROOT.encode())
        await self.app({**scope, "path": path, "raw_path": raw_path}, receive, send)


def browser_of(app: ASGIApp) -> TestClient:
    """A browser that goes nowhere by itself."""
    return TestClient(app, base_url=LOCAL, headers=OWN, follow_redirects=False)


@pytest.fixture(params=["left", "taken"])
def browser(request: pytest.FixtureRequest, keyed: Keyed) -> TestClient:
    """A browser before a proxy of either kind."""
    app = RootPath(keyed.client.app, ROOT)
    return browser_of(Taking(app) if request.param == "taken" else app)


def sign_in(browser: TestClient, keyed: Keyed, role: str) -> None:
    """Type the key of a role."""
    fields = {"key": keyed.secrets[role], "next": "/desk"}
    answer = browser.post(f"{ROOT}/login", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT}/desk")
    assert f"Path={ROOT};" in answer.headers["set-cookie"]


def addresses(page: str) -> set[str]:
    """What a page names, but what is not of the service."""
    names = {name.replace("&amp;", "&") for name in ADDRESS.findall(page)}
    own = {name.removeprefix(LOCAL) for name in names if not name.startswith(ELSEWHERE)}
    assert {name for name in own if not name.startswith(f"{ROOT}/")} == set()
    return own


def test_every_link_and_form_of_a_page_leads_to_an_answer(
    browser: TestClient, keyed: Keyed
) -> None:
    sign_in(browser, keyed, "steward")
    names = set()
    for path in PAGES:
        answer = browser.get(f"{ROOT}{path}")
        assert answer.status_code == 200, path
        names |= addresses(answer.text)
    assert any("/assets/" in name for name in names)
    assert any(name.startswith(f"{ROOT}/ogc/collections") for name in names)
    lost = {name: browser.get(name).status_code for name in sorted(names)}
    assert {name for name, status in lost.items() if status == 404} == set()


def test_a_stranger_comes_by_the_login_to_the_page_that_was_asked_for(
    browser: TestClient, keyed: Keyed
) -> None:
    answer = browser.get(f"{ROOT}/desk?state=routed")
    assert answer.headers["location"] == f"{ROOT}/login?next=/desk%3Fstate%3Drouted"
    page = browser.get(answer.headers["location"])
    assert dict(HIDDEN.findall(page.text))["next"] == "/desk?state=routed"
    sign_in(browser, keyed, "operator")
    assert browser.get(f"{ROOT}/desk").status_code == 200


def test_who_leaves_has_no_cookie_any_more(browser: TestClient, keyed: Keyed) -> None:
    sign_in(browser, keyed, "operator")
    page = browser.get(f"{ROOT}/desk").text
    token = dict(HIDDEN.findall(page))["form_token"]
    answer = browser.post(f"{ROOT}/logout", data={"form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT}/login")
    assert f"Path={ROOT};" in answer.headers["set-cookie"]
    assert browser.get(f"{ROOT}/desk").status_code == 303


def test_a_language_is_chosen_for_the_service_alone(browser: TestClient) -> None:
    answer = browser.get(
        f"{ROOT}/language/en",
        headers={"referer": f"{LOCAL}{ROOT}/login", "host": "127.0.0.1:8000"},
    )
    assert answer.headers["location"] == f"{ROOT}/login"
    assert f"Path={ROOT};" in answer.headers["set-cookie"]
    assert 'lang="en"' in browser.get(f"{ROOT}/login").text


def test_an_event_is_where_its_location_says(browser: TestClient, keyed: Keyed) -> None:
    event = {
        "source": "hotline",
        "id": str(uuid4()),
        "kind": "street_trading",
        "lon": 1.0,
        "lat": 1.0,
        "datum": "wgs84",
    }
    key = keyed.headers("operator")
    answer = browser.post(f"{ROOT}/events", json=event, headers=key)
    assert answer.status_code == 201, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{ROOT}/events/")
    assert browser.get(location, headers=key).status_code == 200
    # what a citizen is told to open
    token = answer.json()["token"]
    sign_in(browser, keyed, "operator")
    assert f"{LOCAL}{ROOT}/t/{token}" in browser.get(f"{ROOT}/my?token={token}").text
    assert browser.get(f"{ROOT}/t/{token}").status_code == 200


def test_links_of_layers_and_tiles_are_below_it_and_answer(browser: TestClient) -> None:
    base = f"{LOCAL}{ROOT}/ogc"
    paths = ["", "/collections", *(f"/collections/{name}" for name in COLLECTIONS)]
    links = [
        item
        for path in paths
        for item in browser.get(f"{ROOT}/ogc{path}?f=json").json()["links"]
    ]
    hrefs = {item["href"].partition("{")[0] for item in links}
    own = {href for href in hrefs if not href.startswith(ELSEWHERE)}
    assert {href for href in own if not href.startswith(base)} == set()
    assert len(own) > 10
    assert {browser.get(href.removeprefix(LOCAL)).status_code for href in own} == {200}
    document = browser.get(f"{ROOT}/ogc/api?f=json").json()
    assert document["servers"] == [{"url": base}]


def test_the_address_itself_is_the_first_page(keyed: Keyed) -> None:
    browser = browser_of(RootPath(keyed.client.app, ROOT))
    login = f"{ROOT}/login?next=/"
    assert browser.get(ROOT).headers["location"] == login
    assert browser.get(f"{ROOT}/").headers["location"] == login
    assert browser.get("/pagoda2/livez").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "pagoda",
        "/pagoda?x=1",
        "/pagoda#top",
        "/a/../b",
        "/..",
        "/.",
        "//town.example/pagoda",
        "https://town.example/pagoda",
        "/pa goda",
        "/pagoda//x",
        "/%70agoda",
        "/宝塔",
        "/a\\b",
        "/a\nb",
        "/a;b",
    ],
)
def test_what_is_no_plain_path_is_refused_in_both_languages(
    text: str,
) -> None:
    with pytest.raises(SettingError, match=r"^Setting PAGODA_ROOT_PATH is ") as error:
        read_settings(root_path=text)
    assert str(error.value).endswith("correct it.")
    chinese = in_language(error.value, "zh")
    assert chinese.endswith("。")
    assert "expected" not in chinese


@pytest.mark.parametrize(
    ("text", "root"), [("/pagoda/", ROOT), ("", ""), ("/", ""), (" /a/b.c ", "/a/b.c")]
)
def test_a_plain_path_has_no_slash_at_its_end(text: str, root: str) -> None:
    assert checked_root_path(text) == root


def test_a_path_of_the_service_itself_is_refused_before_a_store_is_opened() -> None:
    for root in ("/desk", "/ogc/town", "/assets"):
        with pytest.raises(SettingError, match=r"^Root path .* itself"):
            create_app(Settings(root_path=root, store="no such store"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TestClient]:
    """A service under a public address with a path, and keys."""
    address = tiled_town(tmp_path / "town.gpkg")
    store = open_store(address)
    make_key(store, KeyOrder(Role.AUDITOR))
    store.close()
    settings = Settings(
        store=address,
        public_url="https://town.example/pagoda",
        service_key="s" * 32,
        cache=tmp_path,
    )
    with TestClient(create_app(settings), base_url=LOCAL) as client:
        yield client


def test_a_public_address_says_the_root_path_too(town: TestClient) -> None:
    for path in ("/openapi.json", f"{ROOT}/openapi.json"):
        document = town.get(path).json()
        assert document["servers"] == [{"url": ROOT}]
    known_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = town.get(f"/ogc/collections?f=json&known_at={known_at}")
    base = "https://town.example/pagoda/ogc/collections"
    assert all(
        item["href"].startswith("https://town.example/pagoda/ogc")
        for item in answer.json()["links"]
    )
    assert f'<{base}>; rel="original"' in answer.headers["link"]


def test_paths_that_a_problem_names_are_those_that_are_asked(
    browser: TestClient, keyed: Keyed
) -> None:
    sign_in(browser, keyed, "steward")
    problem = browser.get(f"{ROOT}/nothing").json()
    for detail in (problem["detail"], problem["detail_zh"]):
        assert f"{ROOT}/openapi.json" in detail
        assert detail.count(ROOT) == 1
    problem = browser.get(f"{ROOT}/ogc/collections/nowhere").json()
    assert f"see {ROOT}/ogc/collections." in problem["detail"]
    # beside the root path all is as it was
    assert " /openapi.json" in keyed.client.get("/nothing").json()["detail"]


def test_sentences_know_with_what_every_path_begins() -> None:
    assert {"", *FIRST_PARTS} == {route.path.split("/")[1] for route in doors()}


def test_what_is_no_request_passes() -> None:
    scopes: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)

    lifespan = {"type": "lifespan"}
    asyncio.run(RootPath(app, ROOT)(lifespan, None, None))  # type: ignore[arg-type]
    assert scopes == [lifespan]
