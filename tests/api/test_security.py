"""Who asks is known by one key, sent once; without keys only this machine is let in."""

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient

from api.admission import Door, PlainDoor
from api.errors import install_handlers
from api.rates import Rate
from api.security import (
    ANYBODY,
    COOKIE,
    Access,
    Guard,
    is_from_elsewhere,
    is_local_host,
    sign_in,
    sign_out,
    visitor_of,
)
from api.service.access.keyring import KeyRing
from api.service.access.keys import revoke_key
from api.service.access.sessions import Sessions
from gis.access import Act
from support.harness.answers import LOCAL, assert_problem
from support.makers.key_towns import key_town, new_key

PROXIES = [
    *("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
    *("X-Forwarded-Prefix", "X-Real-IP", "X_Forwarded_For", "x-forwarded", "Client-IP"),
    *("True-Client-IP", "CF-Connecting-IP", "CF-Ray", "X-Client-IP", "X-Original-URL"),
    *("X-Original-Forwarded-For", "X-Envoy-External-Address", "CDN-Loop"),
    *("X-Cluster-Client-IP", "Fastly-Client-IP", "X-Remote-User", "Remote-User"),
    *("X-Auth-Request-Email", "X-Forwarded-Client-Cert", "X-Amzn-Trace-Id"),
]
OURS = [
    "Accept",
    "X-Request-Id",
    "Idempotency-Key",
    "If-Match",
    "Pagoda",
    "Last-Event-ID",
]
FOREIGN_HOSTS = [  # none of them is bound
    *("town.example", "town.example:8000", "10.0.0.1", "0.0.0.1", "[::]", ""),
    *("localhost@town.example", "user:pw@localhost", "localhost:8000@x", "localhost."),
    *("localhost.town.example", "127.0.0.1.town.example", "localhost,town.example"),
    *("127.0.0.1:", "127.0.0.1:port", "::1", "[::1", "[::1]x", "localhost:123456"),
    *("2130706433", "127.1", "0x7f.0.0.1", "localhost /", "localhost#", "[fe80::1]"),
]
LOCAL_HOSTS = [
    *("localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8000", "127.8.0.1:80"),
    *("[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]"),
]


class Town:
    """A service of a few doors over a store."""

    def __init__(self) -> None:
        self.store = key_town()
        self.ring = KeyRing(self.store)
        self.sessions = Sessions(self.ring, "k" * 32)
        app = FastAPI(openapi_url=None)
        app.include_router(self._doors())
        install_handlers(app)
        app.add_middleware(Guard, ring=self.ring, sessions=self.sessions)
        app.state.key_limit = Rate(100_000)
        self.client = TestClient(app, base_url=LOCAL)

    def key(self, role: str, **limits: str) -> dict[str, str]:
        """The header with a new key of a role."""
        secret = new_key(self.store, role, **limits).secret
        self.ring.refresh()
        return {"authorization": f"Bearer {secret}"}

    def _doors(self) -> APIRouter:
        router = APIRouter(route_class=Door)

        @router.get("/who", dependencies=[Depends(ANYBODY)])
        def who(request: Request) -> dict[str, object]:
            caller = visitor_of(request)
            return {"key_id": caller and caller.key_id}

        @router.get("/keys", dependencies=[Depends(Access(Act.KEYS))])
        def keys() -> None:
            return None

        @router.post("/keys", dependencies=[Depends(Access(Act.KEYS))])
        def make(number: int) -> None:
            return None

        @router.post("/sign-in", dependencies=[Depends(Access(Act.READ))])
        def signed_in(request: Request, response: Response) -> None:
            caller = visitor_of(request)
            assert caller is not None
            sign_in(response, caller, self.sessions, "", is_secure=False)

        @router.post("/sign-out", dependencies=[Depends(ANYBODY)])
        def signed_out(response: Response) -> None:
            sign_out(response, "")

        return router


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_key_says_who_asks(town: Town) -> None:
    headers = town.key("auditor")
    [row] = town.store.facts("keys")["key_id"]
    assert town.client.get("/who", headers=headers).json() == {"key_id": row}


def test_who_comes_without_a_key_is_nobody_once_there_are_keys(town: Town) -> None:
    assert town.client.get("/who").json() == {"key_id": "keyless"}
    assert town.client.get("/keys").status_code == 200
    town.key("auditor")
    assert town.client.get("/who").json() == {"key_id": None}
    response = town.client.get("/keys")
    assert_problem(response, 401, "http-error")
    assert response.headers["www-authenticate"] == 'Bearer realm="pagoda"'


def test_a_key_of_another_role_is_refused_before_anything_is_read(town: Town) -> None:
    headers = town.key("auditor")
    for path in ("/keys?number=x", "/keys?nothing=1"):
        assert_problem(town.client.post(path, headers=headers), 403, "http-error")
    steward = town.key("steward")
    assert town.client.post("/keys?number=x", headers=steward).status_code == 422
    assert town.client.post("/keys?number=1", headers=steward).status_code == 200


def test_a_wrong_key_is_refused_on_open_doors_too(town: Town) -> None:
    headers = town.key("steward")
    right = headers["authorization"]
    wrong = [
        *("Bearer", "Bearer ", "Bearer pagoda_x", right[:-1], f"{right}, {right}"),
        *(f"{right} {right}", right.replace("Bearer", "Basic"), "", "pagoda_x"),
        *(right.replace(" ", "\t"), right.replace("pagoda", "PAGODA")),
    ]
    for value in wrong:
        response = town.client.get("/who", headers={"authorization": value})
        assert_problem(response, 401, "http-error")
        assert "invalid_token" in response.headers["www-authenticate"]
    for value in (right.replace("Bearer", "bearer"), right.replace(" ", "  ")):
        response = town.client.get("/who", headers={"authorization": value})
        assert response.status_code == 200


def test_two_keys_in_one_request_are_none(town: Town) -> None:
    value = town.key("steward")["authorization"]
    headers = [("authorization", value), ("authorization", value)]
    assert town.client.get("/keys", headers=headers).status_code == 401


def test_a_revoked_key_and_its_sessions_open_nothing(town: Town) -> None:
    headers = town.key("auditor")
    town.client.post("/sign-in", headers=headers)
    assert town.client.get("/who").json()["key_id"]
    [key_id] = town.store.facts("keys")["key_id"]
    revoke_key(town.store, key_id)
    town.ring.refresh()
    assert town.client.get("/who", headers=headers).status_code == 401
    assert town.client.get("/who").json() == {"key_id": None}


def test_a_cookie_is_kept_from_scripts_and_other_sites(town: Town) -> None:
    response = town.client.post("/sign-in", headers=town.key("steward"))
    cookie = response.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert part in cookie
    assert town.client.get("/keys").status_code == 200
    town.client.post("/sign-out")
    assert town.client.get("/keys").status_code == 401


def test_a_cookie_of_https_is_sent_by_https_only(town: Town) -> None:
    headers = town.key("steward")
    caller = town.ring.caller(headers["authorization"].removeprefix("Bearer "))
    assert caller is not None
    response = Response()
    sign_in(response, caller, town.sessions, "", is_secure=True)
    assert "Secure" in response.headers["set-cookie"]


def test_a_changed_cookie_or_two_are_nobody(town: Town) -> None:
    town.client.post("/sign-in", headers=town.key("steward"))
    cookie = town.client.cookies[COOKIE]
    town.client.cookies.clear()
    for text in (
        f"{COOKIE}={cookie}A",
        f"{COOKIE}=B{cookie}",
        f"{COOKIE}={cookie}; {COOKIE}={cookie}",
        f"{COOKIE}=",
        f"x{COOKIE}={cookie}",
        f'{COOKIE}="{cookie}"',
    ):
        headers = {"cookie": text}
        assert town.client.get("/who", headers=headers).json() == {"key_id": None}
    headers = {"cookie": f"theme=dark; {COOKIE}={cookie}"}
    assert town.client.get("/who", headers=headers).json()["key_id"]


def test_what_a_page_of_another_origin_sends_with_a_cookie_is_refused(
    town: Town,
) -> None:
    town.client.post("/sign-in", headers=town.key("steward"))
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9000", ""):
        headers = {"origin": origin}
        response = town.client.post("/keys?number=1", headers=headers)
        assert_problem(response, 403, "http-error")
        assert town.client.get("/keys", headers=headers).status_code == 200
    own = town.client.post("/keys?number=1", headers={"origin": LOCAL})
    assert own.status_code == 200


def test_a_page_that_tells_nobody_its_address_is_known_by_its_browser() -> None:
    null, own = (b"origin", b"null"), (b"host", b"127.0.0.1")
    assert is_from_elsewhere([own, null])
    assert not is_from_elsewhere([own, null, (b"sec-fetch-site", b"same-origin")])
    for site in (b"cross-site", b"same-site", b"none"):
        assert is_from_elsewhere([own, (b"sec-fetch-site", site)])
    evil = (b"origin", b"https://evil.example")
    assert is_from_elsewhere([own, evil, (b"sec-fetch-site", b"same-origin")])


def test_without_keys_a_page_of_another_origin_changes_nothing(town: Town) -> None:
    headers = {"origin": "https://evil.example"}
    assert town.client.post("/keys?number=1", headers=headers).status_code == 403
    assert town.client.post("/keys?number=1").status_code == 200


def test_a_key_counts_from_whatever_page_it_is_sent(town: Town) -> None:
    headers = town.key("steward") | {"origin": "https://console.example"}
    assert town.client.post("/keys?number=1", headers=headers).status_code == 200


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_without_keys_only_hosts_of_this_machine_are_answered(
    town: Town, host: str
) -> None:
    assert not is_local_host(host)
    response = town.client.get("/who", headers={"host": host})
    assert_problem(response, 403, "no-keys")


@pytest.mark.parametrize("host", LOCAL_HOSTS)
def test_this_machine_may_be_named_in_every_way(town: Town, host: str) -> None:
    assert is_local_host(host)
    assert town.client.get("/keys", headers={"host": host}).status_code == 200


def test_two_hosts_are_none(town: Town) -> None:
    headers = [("host", "127.0.0.1:8000"), ("host", "town.example")]
    assert town.client.get("/who", headers=headers).status_code == 403


@pytest.mark.parametrize("name", PROXIES)
def test_without_keys_what_a_proxy_sent_on_is_refused(town: Town, name: str) -> None:
    response = town.client.get("/who", headers={name: "127.0.0.1"})
    assert_problem(response, 403, "no-keys")
    assert name.lower() in response.json()["detail"]


@pytest.mark.parametrize("name", OURS)
def test_headers_of_callers_themselves_are_no_sign_of_a_proxy(
    town: Town, name: str
) -> None:
    assert town.client.get("/keys", headers={name: "1"}).status_code == 200


def test_with_keys_any_host_and_proxy_is_answered(town: Town) -> None:
    headers = town.key("steward") | {"host": "town.example", "x-forwarded-for": "1"}
    assert town.client.get("/keys", headers=headers).status_code == 200


def test_without_keys_a_root_path_is_refused(town: Town) -> None:
    client = TestClient(town.client.app, base_url=LOCAL, root_path="/pagoda")
    assert_problem(client.get("/who"), 403, "no-keys")


def test_a_header_name_is_repeated_as_letters_only(town: Town) -> None:
    response = town.client.get("/who", headers={"X-Forwarded-<script>": "1"})
    assert "<script>" not in response.headers["content-type"]
    assert response.headers["content-type"] == "application/problem+json"


def test_a_plain_door_asks_who_comes_too() -> None:
    router = APIRouter(route_class=PlainDoor)

    @router.get("/plain", dependencies=[Depends(Access(Act.KEYS))])
    async def plain(request: Request) -> Response:
        return Response("in")

    app = FastAPI(openapi_url=None)
    app.include_router(router)
    install_handlers(app)
    assert TestClient(app).get("/plain").status_code == 401


def test_an_answer_to_who_has_a_key_is_kept_for_nobody_else(town: Town) -> None:
    headers = town.key("auditor")
    assert town.client.get("/who", headers=headers).headers["cache-control"] == (
        "private, no-cache"
    )
    assert "cache-control" not in town.client.get("/who").headers
    steward = town.key("steward")
    written = town.client.post("/keys?number=1", headers=steward)
    assert "cache-control" not in written.headers
