"""A few doors as this machine asks them while there is no key."""

from types import SimpleNamespace

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.rates import Rate
from api.service.access.keyring import KeyRing
from gis.access import KEYLESS
from layers.stores import Store


class Keyless:
    """An application whose callers have no key yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["caller"] = KEYLESS
        await self._app(scope, receive, send)


def without_keys(app: FastAPI, store: Store) -> FastAPI:
    """Return an application with what doors ask for to know who asks."""
    territory = SimpleNamespace(duties=None, pagoda=None)
    current = SimpleNamespace(territory=territory)
    app.state.snapshots = SimpleNamespace(current=current)
    app.state.reader = SimpleNamespace(store=store, timezone="Asia/Shanghai")
    app.state.keys, app.state.key_limit = KeyRing(store), Rate(100_000)
    app.add_middleware(Keyless)
    return app
