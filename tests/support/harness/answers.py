"""Hold what the doors answer to its form: JSON, a problem, one sentence."""

import re
from typing import Any

from fastapi.testclient import TestClient

PROBLEM = "application/problem+json"
LOCAL = "http://127.0.0.1:8000"
"""A service without keys answers this machine only."""


def get(client: TestClient, path: str, status: int = 200) -> dict[str, Any]:
    """The answer at a path."""
    response = client.get(path)
    assert response.status_code == status
    kind = response.headers["content-type"]
    assert kind == PROBLEM if status >= 400 else kind.endswith("json")
    return dict(response.json())


def due(client: TestClient, **params: object) -> dict[str, Any]:
    """The list of what must be checked."""
    response = client.get("/inspections/due", params=params)
    assert response.status_code == 200
    return dict(response.json())


def assert_problem(response: Any, status: int, kind: str) -> None:
    """Hold a response to RFC 9457 with both languages."""
    body = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert (body["status"], body["type"]) == (status, f"urn:pagoda:problem:{kind}")
    assert body["title"]
    assert body["detail"].endswith(".")
    assert body["detail_zh"].endswith("。")
    for text in (body["detail"], body["detail_zh"]):
        # who asks over HTTP has no options; commands in quotes are for who serves
        assert not re.search(r"(?<![-`\w])--[a-z]", re.sub("`[^`]*`", "", text)), text


def assert_one_sentence(text: str) -> None:
    """Hold a message to one plain sentence that ends in a full stop."""
    assert text.endswith(".\n")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    assert text[0].isupper() or text.startswith("'")
