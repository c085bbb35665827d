"""Two services on one database behind nginx: one goes, the other answers."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest

from api.service.access.keys import KeyOrder, make_key
from api.service.stores.init import init_export
from conftest import PATIENCE_S, ROOT
from deploy.test_nginx import configured, site_at, wait_for
from gis.access import Role
from layers.stores import open_store
from support.harness.ports import free_port
from support.makers.contract_rows import sources
from support.makers.tiled_town import tiled_town

pytestmark = [pytest.mark.slow, pytest.mark.postgis]
POINT = {"lon": 120.01, "lat": 30.01, "datum": "wgs84"}


class Host:
    """A service that is begun and ended."""

    def __init__(self, environment, folder):
        self.port = free_port()
        self.environment = environment | {"PAGODA_CACHE": str(folder)}
        self.log = folder.with_suffix(".log").open("ab")

    def start(self):
        command = [sys.executable, "-m", "api", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stderr=self.log
        )

    def wait(self):
        wait_for(f"http://127.0.0.1:{self.port}/readyz", self.process)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) in (0, -signal.SIGTERM)

    def assigned(self):
        """What it answers to a position, and by which version."""
        address = f"http://127.0.0.1:{self.port}/pagoda/assign"
        answer = httpx2.post(address, json=POINT, timeout=PATIENCE_S)
        return answer.status_code, answer.json()["provenance"]["version"]


class Callers:
    """Three callers that assign, read and report; what they were answered."""

    def __init__(self, base, secret):
        self.base, self.headers = base, {"authorization": f"Bearer {secret}"}
        self.is_over = threading.Event()
        self.statuses, self.events, self.errors = [], [], []

    def requests(self, client, number):
        yield client.post("/pagoda/assign", json=POINT)
        yield client.get("/pagoda/versions")
        body = POINT | {"source": "hotline", "id": f"H-{number}", "kind": "noise"}
        answer = client.post("/pagoda/events", json=body | {"text": "-"})
        self.events.append((f"H-{number}", answer.json().get("event_id")))
        yield answer

    def call(self, caller):
        with httpx2.Client(
            base_url=self.base, headers=self.headers, timeout=PATIENCE_S
        ) as client:
            number = caller
            while not self.is_over.is_set():
                try:
                    answers = self.requests(client, number)
                    for answer in answers:
                        self.statuses.append(answer.status_code)
                        if answer.is_error:
                            self.errors.append(answer.text)
                except (httpx2.TransportError, ValueError) as error:
                    self.errors.append(repr(error))
                number += 10

    @contextmanager
    def calling(self):
        threads = [threading.Thread(target=self.call, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        yield
        self.is_over.set()
        for thread in threads:
            thread.join()


def test_rolling_restart_loses_no_request_and_hosts_answer_without_the_database(
    postgis, tmp_path
):
    urls = postgis.town_urls()
    init_export(urls["owner"], tiled_town(tmp_path / "town.gpkg"))
    postgis.grant(urls)
    store = open_store(urls["service"])
    store.record("sources", sources("hotline"))
    secret = make_key(store, KeyOrder(Role.OPERATOR)).secret
    port, role = free_port(), urlsplit(urls["service"]).username
    environment = os.environ | {
        "PAGODA_STORE": urls["service"],
        "PAGODA_PUBLIC_URL": f"http://127.0.0.1:{port}/pagoda",
        "PAGODA_PROXIES": "127.0.0.1",
        "PAGODA_SERVICE_KEY": "is the same on every host, of course",
    }
    hosts = [Host(environment, tmp_path / name) for name in ("one", "two")]
    for host in hosts:
        host.start()
    site = site_at(port, hosts[0].port, tmp_path)
    further = "#server 10.20.0.2:8000 "
    assert site.count(further) == 1
    site = site.replace(further, f"server 127.0.0.1:{hosts[1].port} ")
    proxy = subprocess.Popen(configured(tmp_path, site), stderr=subprocess.DEVNULL)
    try:
        for host in hosts:
            host.wait()
        callers = Callers(f"http://127.0.0.1:{port}", secret)
        with callers.calling():
            for host in hosts:
                time.sleep(1)
                host.end()
                time.sleep(1)
                host.start()
                host.wait()
        assert callers.errors == []
        assert {200, 201} == set(callers.statuses)
        assert len(callers.events) > 30
        rows = store.events().set_index("source_id")["event_id"].to_dict()
        assert rows == dict(callers.events)
        # without the database each answers from what it has
        postgis.execute(
            f"ALTER ROLE {role} NOLOGIN",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE usename = '{role}'",
        )
        assert [host.assigned() for host in hosts] == [(200, 1)] * 2
    finally:
        for process in (proxy, *(host.process for host in hosts)):
            process.terminate()
            process.wait(30)
        for host in hosts:
            host.log.close()
        store.close()
