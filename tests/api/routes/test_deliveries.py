"""Deliveries are listed for the steward, who may have one tried again."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.errors import install_handlers
from api.routes import deliveries
from layers.stores import open_store
from support.harness.answers import assert_problem, get
from support.makers.outbox_towns import report


@pytest.fixture
def store():
    """A store with three deliveries: delivered, dead, waiting."""
    store = open_store("memory:")
    for number in range(3):
        report(store, f"H-{number}", "desk")
    first, second, _ = store.deliveries(None)
    store.record_delivery(replace(first, state="delivered", status=204, next_at=None))
    dead = replace(second, state="dead", status=500, error="refused", next_at=None)
    store.record_delivery(dead)
    return store


@pytest.fixture
def client(store):
    """The door of deliveries alone."""
    app = FastAPI()
    app.include_router(deliveries.router)
    install_handlers(app)
    app.state.reader = SimpleNamespace(store=store)
    return TestClient(app)


def test_dead_ones_are_listed_with_why(client):
    [dead] = get(client, "/deliveries?state=dead")["deliveries"]
    assert (dead["id"], dead["status"], dead["reason"]) == (2, 500, "refused")
    assert dead["text"].startswith("The receiver answered 500, expected 2xx")
    assert dead["text_zh"].startswith("接收方返回 500")


def test_pages_go_on_after_one_another(client):
    page = get(client, "/deliveries?limit=2")
    assert ([d["id"] for d in page["deliveries"]], page["next"]) == ([1, 2], 2)
    page = get(client, "/deliveries?limit=2&after=2")
    assert ([d["id"] for d in page["deliveries"]], page["next"]) == ([3], None)


def test_dead_one_is_tried_again(client, store):
    answer = client.post("/deliveries/2/retry")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert {d.outbox_row for d in store.waiting(store.now(), 9)} == {2, 3}


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/deliveries/9/retry", 404, "unknown-delivery"),
        ("/deliveries/1/retry", 409, "delivered"),
        ("/deliveries/x/retry", 422, "invalid-request"),
    ],
)
def test_what_cannot_be_tried_again_is_refused(client, path, status, kind):
    assert_problem(client.post(path), status, kind)


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=1001", "after=-1"])
def test_query_that_is_none_is_refused(client, query):
    assert_problem(client.get(f"/deliveries?{query}"), 422, "invalid-request")
