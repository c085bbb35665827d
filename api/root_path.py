"""The path before those of the service, where a proxy has it among other sites."""

import re
from contextvars import ContextVar
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from gis.sentences import sentence

SPELLING: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", re.ASCII)
"""Signs that every browser and proxy leaves as they are; no segment is `.` or `..`."""


FIRST_PARTS: Final = (
    *("assets", "assign", "at", "circles", "communities", "deliveries", "desk"),
    *("dictionary", "docs", "enterprises", "events", "figures", "grids"),
    *("inspections", "language", "livez", "login", "logout", "metrics", "model", "my"),
    *("nearest", "now", "ogc", "openapi.json", "packs", "readyz", "risk", "routing"),
    *("search", "sources", "stream", "t", "versions", "whistles"),
)
"""With what the paths of the service begin."""
# one that a user wrote stands in quotes, or behind a sign of an address
_OWN_PATH: Final = re.compile(
    rf"(?<![!-\')-~])(?=/(?:{'|'.join(map(re.escape, FIRST_PARTS))})(?![\w-]))",
    re.ASCII,
)
_ROOT: ContextVar[str] = ContextVar("root", default="")
"""The root path of the request at hand."""


def below_root(text: str) -> str:
    """Return a sentence whose paths of the service are those that a client asks.

    Parameters
    ----------
    text
        Names paths as the service itself has them.

    Examples
    --------
    >>> token = _ROOT.set("/pagoda")
    >>> below_root("There is no '/ogc/x'; see GET /versions, 或查看 /openapi.json。")
    "There is no '/ogc/x'; see GET /pagoda/versions, 或查看 /pagoda/openapi.json。"
    >>> _ROOT.reset(token)
    """
    root = _ROOT.get()
    return _OWN_PATH.sub(root, text) if root else text


def is_root_path(path: str) -> bool:
    """Say whether a path is plain, or none.

    Parameters
    ----------
    path
        With or without a slash at its end.

    Examples
    --------
    >>> [is_root_path(path) for path in ("", "/", "/a/b", "a", "/../a", "/a?b")]
    [True, True, True, False, False, False]
    """
    path = path.removesuffix("/")
    return not path or SPELLING.fullmatch(path) is not None


def checked_root_path(text: str) -> str:
    """Return a root path without a slash at its end; empty for none.

    Parameters
    ----------
    text
        As somebody wrote it.

    Raises
    ------
    ValueError
        If it is no plain path.

    Examples
    --------
    >>> checked_root_path("/pagoda/"), checked_root_path("/")
    ('/pagoda', '')
    """
    path = text.strip()
    if not is_root_path(path):
        raise ValueError(
            sentence(
                "expected a path alone such as /pagoda: it begins with a slash, has "
                "letters, digits and - _ . ~, and no host, query, fragment or '..'"
            )
        )
    return path.removesuffix("/")


class RootPath:
    """An application below a root path, whether a proxy takes it away or leaves it.

    A path that does not begin with the root path came without it. Paths of the service
    never begin so, which `create_app` sees to.

    Parameters
    ----------
    app
        The application.
    root
        As `checked_root_path` returns it, not empty.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, its paths with the root path before them."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = _ROOT.set(self._root)
        try:
            await self._app(self._below(scope), receive, send)
        finally:
            _ROOT.reset(token)

    def _below(self, scope: Scope) -> Scope:
        """Return a scope whose paths begin with the root path, spelled so."""
        root, path, raw_path = self._root, scope["path"], scope["raw_path"]
        if raw_path == root.encode():
            path, raw_path = f"{path}/", raw_path + b"/"
        elif not raw_path.startswith(f"{root}/".encode()):
            path, raw_path = f"{root}{path}", root.encode() + raw_path
        return {**scope, "root_path": root, "path": path, "raw_path": raw_path}
