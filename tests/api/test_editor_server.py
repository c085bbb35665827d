"""The page is for one browser on this machine, and ends when it is left."""

import http.client
import socket
import threading

import pytest
from starlette.testclient import TestClient

from api.editor_server import HOST, LEFT_S, MOST_BYTES, EditorServer, serve_editor
from api.server import listen
from gis.editing import Workspace
from layers.editor import EditorContext, EditorSession
from layers.editor.messages import pack, unpack
from support.makers.edited_towns import WESTERN, community_town

PORT = 8123
ORIGIN = f"http://{HOST}:{PORT}"
OPEN = pack({"type": "open", "seq": 1})


class Clock:
    """Seconds that a test sets."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(clock):
    session = EditorSession(Workspace(community_town()), EditorContext(title="<S>"))
    return EditorServer(session, PORT, 600.0, clock)


@pytest.fixture
def browser(server):
    """The browser that opened the address first."""
    client = TestClient(server.app, base_url=ORIGIN)
    assert client.get(server.url).status_code == 200
    return client


def ask(client, body=OPEN, **headers):
    return client.post("/message", content=body, headers={"Origin": ORIGIN, **headers})


def test_the_address_is_good_for_one_visit(server):
    first, second = (TestClient(server.app, base_url=ORIGIN) for _ in range(2))
    page = first.get(server.url)
    assert (page.status_code, str(page.url)) == (200, f"{ORIGIN}/")
    assert second.get(server.url).status_code == 403
    assert second.get("/").status_code == 403
    assert ask(second).status_code == 403
    # the browser that was let in may open it again
    assert first.get("/").status_code == 200
    assert first.get(server.url).status_code == 403


def test_the_page_is_closed_by_its_policy(browser):
    page = browser.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert page.text.count(f'nonce="{nonce}"') == 2
    assert page.headers["cache-control"] == "no-store"
    assert "<title>&lt;S></title>" in page.text
    assert nonce not in browser.get("/").text


def test_messages_are_answered_by_the_session(browser, server):
    answer, buffers = unpack(ask(browser).content)
    assert (answer["type"], answer["seq"], len(buffers)) == ("map", 1, 12)
    merge = {
        "name": "merge",
        "grids": [f"{WESTERN}001", f"{WESTERN}002"],
        "keep": f"{WESTERN}001",
    }
    message = {"type": "apply", "seq": 2, "operation": merge}
    answer, _ = unpack(ask(browser, pack(message)).content)
    assert answer["gone"] == [f"{WESTERN}002"]
    assert len(server.session.workspace.steps) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "pagoda.example"},
        {"Host": f"localhost:{PORT}"},
        {"Host": f"{HOST}:{PORT + 1}"},
        {"Origin": "http://pagoda.example"},
        {"Origin": "null"},
        {"Cookie": "pagoda_draft_8123=guess"},
    ],
    ids=str,
)
def test_others_are_refused(browser, server, headers):
    if "Cookie" in headers:
        browser.cookies.clear()
    for path, body in (("/message", OPEN), ("/left", b"")):
        answer = browser.post(path, content=body, headers={"Origin": ORIGIN, **headers})
        assert answer.status_code == 403
    assert not server.is_over()


def test_a_page_of_another_host_is_refused_even_with_the_token(server):
    client = TestClient(server.app, base_url="http://pagoda.example")
    assert client.get(server.url.replace(ORIGIN, "")).status_code == 403
    assert TestClient(server.app, base_url=ORIGIN).get(server.url).status_code == 200


def test_a_request_without_an_origin_is_refused(browser):
    assert browser.post("/message", content=OPEN).status_code == 403


def test_what_is_no_message_is_refused(browser):
    assert ask(browser, b"no").status_code == 400
    assert ask(browser, b"0" * (MOST_BYTES + 1)).status_code == 413
    assert browser.get("/message").status_code == 405
    assert browser.get("/other").status_code == 404


def test_it_ends_once_the_page_is_left_and_not_opened_again(browser, server, clock):
    leave = {"Origin": ORIGIN}
    assert browser.post("/left", headers=leave).status_code == 204
    clock.seconds += LEFT_S / 2
    assert not server.is_over()
    browser.get("/")
    clock.seconds += LEFT_S * 2
    assert not server.is_over()
    browser.post("/left", headers=leave)
    clock.seconds += LEFT_S + 1
    assert server.is_over()


def test_it_ends_when_nobody_asks_for_long(browser, server, clock):
    clock.seconds += 599
    ask(browser)
    clock.seconds += 599
    assert not server.is_over()
    clock.seconds += 2
    assert server.is_over()


def test_it_listens_on_this_machine_and_stops(clock):
    session = EditorSession(Workspace(community_town()))
    with listen(HOST, 0) as sock:
        port = sock.getsockname()[1]
        server = EditorServer(session, port, 600.0, clock)
        thread = threading.Thread(target=serve_editor, args=(server, sock))
        thread.start()
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        connection.request("GET", server.url.replace(f"http://{HOST}:{port}", ""))
        assert connection.getresponse().status == 303
        connection.close()
        clock.seconds = 601.0
        thread.join(30)
        assert not thread.is_alive()
    with (
        pytest.raises(OSError, match="refused"),
        socket.create_connection((HOST, port), timeout=5),
    ):
        pass
