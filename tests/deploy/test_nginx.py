"""The site of nginx as operators get it, before a real service below its prefix."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import quote

import httpx2
import numpy as np
import pytest
from PIL import Image

from api.admission import MOST_BODY_BYTES
from api.app import doors
from api.errors import refused_by_http
from api.service.access.keys import KeyOrder, make_key
from api.settings import Settings
from api.uploads import MOST_UPLOAD_BYTES
from conftest import PATIENCE_S, ROOT, missing
from gis.access import Role
from layers.stores import open_store
from support.harness.answers import assert_problem
from support.harness.ports import free_port
from support.harness.sign_in import HIDDEN
from support.makers.contract_rows import departments, sources
from support.makers.photos import encoded
from support.makers.tiled_town import tiled_town

SITE = ROOT / "deploy" / "nginx" / "pagoda.conf"
BROWSER = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
ADDRESS = re.compile(r'(?:href|src|action)="([^"#]*)"')
OUTSIDE = """
daemon off;
error_log stderr;
pid {folder}/pid;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/pagoda.conf;
}}
"""


def nginx():
    """The program, which lies where only root looks for programs."""
    path = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    return path or missing("no nginx")


def configured(folder, site):
    """Return how nginx is started with a site."""
    (folder / "pagoda.conf").write_text(site, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    text = OUTSIDE.format(folder=folder, user=user)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return [
        nginx(),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        "stderr",
    ]


def site_at(port, service_port, folder):
    """The site on a port of this machine alone."""
    site = SITE.read_text(encoding="utf-8")
    for found, written in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:80;", ""),
        ("server 127.0.0.1:8000 ", f"server 127.0.0.1:{service_port} "),
        ("/var/cache/nginx/pagoda", f"{folder}/kept"),
    ):
        assert site.count(found) == 1, found
        site = site.replace(found, written)
    return site


TAKING = """
server {{
    listen 127.0.0.1:{port};
    location /pagoda/ {{
        proxy_pass http://pagoda/;
        proxy_set_header Host $http_host;
    }}
}}
"""
"""A site that takes the prefix away."""


def wait_for(address, process):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert process.poll() is None
        try:
            return httpx2.get(address, timeout=PATIENCE_S)
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError(address)


class Town:
    """A service with keys behind nginx."""

    def __init__(self, base, taking, secrets):
        self.base = base
        self.taking = taking
        self.secrets = secrets

    def client(self, role=None, address="127.0.0.1"):
        """A program with the key of a role, at an address of this machine."""
        key = {"authorization": f"Bearer {self.secrets[role]}"} if role else {}
        transport = httpx2.HTTPTransport(local_address=address)
        return httpx2.Client(
            base_url=self.base, headers=key, transport=transport, timeout=60
        )

    @contextmanager
    def browser(self, role, base=None):
        """A browser in which the key of a role was typed."""
        base = base or self.base
        headers = BROWSER | {"origin": base}
        fields = {"key": self.secrets[role], "next": "/desk"}
        with httpx2.Client(base_url=base, headers=headers, timeout=60) as browser:
            answer = browser.post("/pagoda/login", data=fields)
            location = answer.headers["location"]
            assert (answer.status_code, location) == (303, "/pagoda/desk")
            assert "Path=/pagoda;" in answer.headers["set-cookie"]
            yield browser


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A small town, served below /pagoda."""
    folder = tmp_path_factory.mktemp("nginx")
    port, service_port = free_port(), free_port()
    site, taking = site_at(port, service_port, folder), free_port()
    start = configured(folder, site + TAKING.format(port=taking))
    store = open_store(tiled_town(folder / "town.gpkg"))
    store.record("departments", departments("police"))
    store.record("sources", sources("hotline"))
    roles = {"operator": Role.OPERATOR, "auditor": Role.AUDITOR}
    secrets = {
        name: make_key(store, KeyOrder(role)).secret for name, role in roles.items()
    }
    store.close()
    base = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "PAGODA_STORE": str(folder / "town.gpkg"),
        "PAGODA_PUBLIC_URL": f"{base}/pagoda",
        "PAGODA_PROXIES": "127.0.0.1",
        "PAGODA_SERVICE_KEY": "signs in tests of the proxy only.",
        "PAGODA_CACHE": str(folder / "cache"),
    }
    serve = [sys.executable, "-m", "api", "serve", "--port", str(service_port)]
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen(serve, cwd=ROOT, env=environment, stderr=log)
        proxy = subprocess.Popen(start, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{service_port}/livez", service)
        wait_for(f"{base}/pagoda/livez", proxy)
        yield Town(base, f"http://127.0.0.1:{taking}", secrets)
    finally:
        for process in (proxy, service):
            process.terminate()
            process.wait(30)


@pytest.mark.parametrize("has_tls", [False, True])
def test_nginx_takes_the_site(tmp_path, has_tls):
    site = site_at(free_port(), free_port(), tmp_path)
    if has_tls:
        key, certificate = tmp_path / "key.pem", tmp_path / "chain.pem"
        if shutil.which("openssl") is None:
            missing("no openssl")
        command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=town.example"
        subprocess.run(
            [*command.split(), "-keyout", key, "-out", certificate],
            check=True,
            capture_output=True,
        )
        site = re.sub(r"^    #(listen|ssl_|add_header)", r"    \1", site, flags=re.M)
        site = site.replace("/etc/ssl/town.example/fullchain.pem", str(certificate))
        site = site.replace("/etc/ssl/town.example/privkey.pem", str(key))
        site = site.replace(":443 ", f":{free_port()} ")
        site = site.replace("listen 443 ", f"listen 127.0.0.1:{free_port()} ")
        assert site.count("ssl_") == 3
    run = subprocess.run(
        [*configured(tmp_path, site), "-t"], check=False, capture_output=True
    )
    text = run.stderr.decode()
    assert (run.returncode, "warn" in text) == (0, False), text


def test_bodies_are_as_long_as_the_service_takes_them():
    sizes = re.findall(r"client_max_body_size (\d+)([kmg]);", SITE.read_text())
    bytes_of = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
    assert [int(number) * bytes_of[unit] for number, unit in sizes] == [
        *(MOST_BODY_BYTES, Settings().max_batch_bytes, MOST_UPLOAD_BYTES)
    ]


def test_the_places_of_photos_are_those_of_the_service():
    [pattern] = re.findall(r"location ~ (\S+photos\$) {", SITE.read_text())
    paths = {door.path.replace("{event_id}", "E-1") for door in doors()}
    posts = {
        door.path.replace("{event_id}", "E-1")
        for door in doors()
        if "POST" in door.methods and door.path.endswith("/photos")
    }
    found = {path for path in paths if re.search(pattern, f"/pagoda{path}")}
    assert found == posts
    assert len(posts) == 3


@pytest.mark.parametrize("is_taken", [False, True], ids=["left", "taken"])
def test_who_comes_by_the_first_page_signs_in_and_stays_below_the_prefix(
    town, is_taken
):
    with town.browser("operator", town.taking if is_taken else None) as browser:
        assert browser.get("/pagoda").headers["location"].endswith("/pagoda/")
        desk = browser.get("/pagoda/desk")
        assert desk.status_code == 200
        names = {
            *ADDRESS.findall(desk.text),
            *ADDRESS.findall(browser.get("/pagoda/").text),
        }
        own = {name.replace("&amp;", "&") for name in names if name.startswith("/")}
        assert len(own) > 8
        assert {name for name in own if not name.startswith("/pagoda/")} == set()
        posts = {"/pagoda/logout", "/pagoda/desk/events"}
        lost = {name: browser.get(name).status_code for name in own - posts}
        assert {name for name, status in lost.items() if status >= 400} == set()
        assert "<svg" in browser.get("/pagoda/risk/map").text or (
            "five_colour" in browser.get("/pagoda/risk/map").text
        )
        token = dict(HIDDEN.findall(desk.text))["form_token"]
        left = browser.post("/pagoda/logout", data={"form_token": token})
        assert (left.status_code, left.headers["location"]) == (303, "/pagoda/login")
        assert (
            browser.get("/pagoda/desk").headers["location"].startswith("/pagoda/login")
        )


def test_an_event_its_photo_and_the_stream_pass_as_they_happen(town):
    event = {"source": "hotline", "id": "N-1", "kind": "street_trading"}
    place = {"lon": 120.01, "lat": 30.01, "datum": "wgs84"}
    noise = np.random.default_rng(1).integers(0, 256, (900, 900, 3), np.uint8)
    photo = encoded(Image.fromarray(noise), "PNG")
    assert len(photo) > 1 << 20
    with (
        town.client("operator") as client,
        client.stream("GET", "/pagoda/stream?after=0") as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        # the pulse comes before anything happens: nobody keeps it until there is more
        assert (
            next(line for line in lines if line.startswith("event")) == "event: pulse"
        )
        with town.client("operator") as other:
            answer = other.post("/pagoda/events", json=event | place)
            location = answer.headers["location"]
            assert (answer.status_code, location[:15]) == (201, "/pagoda/events/")
            for line in lines:
                if line == "event: action":
                    break
            headers = {"content-type": "image/png", "idempotency-key": "photo-1"}
            added = other.post(f"{location}/photos", content=photo, headers=headers)
            assert added.status_code == 201, added.text
            assert other.get(location).status_code == 200


def test_what_is_refused_before_its_body_is_read_is_said(town):
    nobody, long = {"content-type": "image/png"}, b"x" * (5 << 20)
    with town.client() as client:
        photo = client.post("/pagoda/events/E-1/photos", content=long, headers=nobody)
        assert photo.status_code == 401
        answer = client.post("/pagoda/assign", content=b" " * (2 << 20))
    ours = refused_by_http(413)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == ours.headers["content-type"]
    assert answer.content == ours.body


def test_a_service_that_is_away_is_a_503_in_both_languages(tmp_path):
    port = free_port()
    start = configured(tmp_path, site_at(port, free_port(), tmp_path))
    with subprocess.Popen(start, stderr=subprocess.DEVNULL) as proxy:
        try:
            answer = wait_for(f"http://127.0.0.1:{port}/pagoda/desk", proxy)
        finally:
            proxy.terminate()
    assert_problem(answer, 503, "http-error")
    assert answer.headers["retry-after"] == "10"


def test_links_of_layers_lead_through_the_proxy(town):
    with town.client() as client:
        paths = ("", "/collections", "/collections/grids")
        hrefs = {
            item["href"].partition("{")[0]
            for path in paths
            for item in client.get(f"/pagoda/ogc{path}?f=json").json()["links"]
        }
        own = {href for href in hrefs if "opengis.net" not in href}
        assert len(own) > 8
        assert {
            href for href in own if not href.startswith(f"{town.base}/pagoda/ogc")
        } == set()
        assert {client.get(href).status_code for href in own} == {200}
        document = client.get("/pagoda/openapi.json").json()
        assert document["servers"] == [{"url": "/pagoda"}]
        assert document["paths"]["/assign"]


def test_an_id_with_a_slash_is_sent_on_as_it_was_written(town):
    name = quote("G1/../甲", safe="")
    with town.client() as client:
        answer = client.get(f"/pagoda/ogc/collections/grids/items/{name}?f=json")
    assert answer.status_code == 404
    assert "G1/../甲" in answer.json()["detail"]


def test_browser_code_is_kept_compressed_and_what_is_private_is_not(town):
    with town.browser("auditor") as browser:
        page = browser.get("/pagoda/").text
        script = re.search(r'src="([^"]*/cockpit\.js)"', page)[1]
        states = [browser.get(script).headers for _ in range(2)]
        assert states[1]["x-cache-status"] == "HIT"
        assert {head["content-encoding"] for head in states} == {"gzip"}
        # the same file for who takes no compression
        plain = browser.get(script, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == browser.get(script).text
        tiles = "/pagoda/ogc/collections/grids/tiles/WebMercatorQuad?f=json"
        private = [browser.get(tiles).headers for _ in range(2)]
        assert {head["cache-control"] for head in private} == {"private, no-cache"}
        assert "HIT" not in {head["x-cache-status"] for head in private}


def test_a_limit_counts_who_asks_by_the_address_that_nginx_saw(town):
    def try_key(address, number):
        with town.client(address=address) as client:
            headers = BROWSER | {
                "origin": town.base,
                "x-forwarded-for": f"192.0.2.{number}",
                "forwarded": f"for=192.0.2.{number}",
            }
            answer = client.post("/pagoda/login", data={"key": "no"}, headers=headers)
            return answer.status_code

    statuses = [try_key("127.0.0.9", number) for number in range(11)]
    assert statuses == [403] * 10 + [429]
    assert try_key("127.0.0.10", 1) == 403


def test_the_figures_of_operation_are_not_for_those_beyond_the_machine(town):
    with town.client("operator") as client:
        assert client.get("/pagoda/metrics").status_code == 404
        assert client.get("/pagoda/livez").status_code == 200
        assert client.get("/desk").status_code == 404


def test_the_cockpit_lives_in_a_browser_below_the_prefix(chromium, town):
    context = chromium.new_context()
    page = context.new_page()
    asked, faults = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "response",
        lambda answer: faults.append(answer.url) if answer.status >= 400 else None,
    )
    try:
        page.goto(f"{town.base}/pagoda/login?next=/", wait_until="domcontentloaded")
        page.fill("input[name=key]", town.secrets["operator"])
        page.press("input[name=key]", "Enter")
        page.wait_for_url(f"{town.base}/pagoda/")
        # the stream is open, and the areas of the map are there
        page.wait_for_selector(".age.live", timeout=30_000)
        page.wait_for_selector(".leaflet-interactive, canvas", timeout=30_000)
        cookies = {(item["name"], item["path"]) for item in context.cookies()}
    finally:
        context.close()
    assert faults == []
    own = [url for url in asked if not url.startswith("data:")]
    assert {url for url in own if not url.startswith(f"{town.base}/pagoda/")} == set()
    assert any(url.startswith(f"{town.base}/pagoda/stream") for url in own)
    assert ("pagoda_session", "/pagoda") in cookies
