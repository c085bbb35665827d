"""An application behind a gate of its own."""

from typing import Any

from starlette.types import ASGIApp

from api.gate import Gate, GateParts
from api.rates import Rate
from api.streams import Streams
from api.telemetry import Telemetry


def gate_parts(**parts: Any) -> GateParts:
    """What a gate works with, generous but for what is given."""
    generous = {
        "rate": Rate(1_000_000),
        "most_in_flight": 1000,
        "streams": Streams(),
        "telemetry": Telemetry(),
    }
    return GateParts(**generous | parts)


def behind_gate(app: ASGIApp, **parts: Any) -> Gate:
    """The application as the service has it."""
    return Gate(app, gate_parts(**parts))
