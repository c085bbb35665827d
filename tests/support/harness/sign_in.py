"""Browsers in which a key was typed."""

import re

from fastapi.testclient import TestClient

from support.harness.answers import LOCAL
from support.harness.keyed import Keyed

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OWN = {**BROWSER, "origin": LOCAL, "sec-fetch-site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def stranger(keyed: Keyed) -> TestClient:
    """Return a browser in which no key was typed; it goes nowhere by itself."""
    return TestClient(
        keyed.client.app, base_url=LOCAL, headers=OWN, follow_redirects=False
    )


def enter(keyed: Keyed, role: str) -> TestClient:
    """Return a browser in which the key of a role was typed."""
    browser = stranger(keyed)
    response = browser.post("/login", data={"key": keyed.secrets[role]})
    assert response.status_code == 303, response.text
    return browser
