"""What is sent is what the OpenAPI document says, whatever is asked."""

import os
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

CASES = int(os.environ.get("PAGODA_SOAK", "300"))
OPERATIONS = 16
LOCAL = ("127.0.0.1", 50_000)

ENDLESS = {"/stream"}
"""Answers that nobody can wait for."""
DOMAIN = [positive_data_acceptance]
"""Not every rule of a town can be said in a schema: which years, which places."""


def running(app: ASGIApp) -> ASGIApp:
    """A service that has been started and stays so, asked on its own machine."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            names = [(n, v) for n, v in scope["headers"] if n != b"host"]
            headers = [*names, (b"host", b"localhost")]
            await app({**scope, "client": LOCAL, "headers": headers}, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return answer


@pytest.mark.slow
def test_answers_are_as_the_document_says(client: TestClient) -> None:
    # its own marks of pytest know the pytest of today not
    schema = schemathesis.openapi.from_asgi("/openapi.json", running(client.app))
    every = [result.ok() for result in schema.get_all_operations()]
    operations = [operation for operation in every if operation.path not in ENDLESS]
    assert len(operations) >= OPERATIONS
    for operation in operations:
        hold_to_document(operation)


def hold_to_document(operation: Any) -> None:
    """Ask an operation in every way that its description allows, and in some others."""

    asked_right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    asked_wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(asked_right | asked_wrong)
    @settings(
        max_examples=max(1, CASES // OPERATIONS),
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.call_and_validate(excluded_checks=DOMAIN)

    ask()
