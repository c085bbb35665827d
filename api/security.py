"""Who asks, and whether they may: every request passes here before its door."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem, refused_by_http
from api.service.access.keyring import KeyRing
from api.service.access.sessions import Sessions
from api.settings import is_loopback
from gis.access import KEYLESS, MAY, Act, Caller, Role
from gis.sentences import sentence
from layers.languages import in_both_languages

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]
COOKIE: Final = "pagoda_session"
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="pagoda"'}
WRONG_KEY: Final = {"WWW-Authenticate": 'Bearer realm="pagoda", error="invalid_token"'}
SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "`pagoda key new`"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
"""How a caller says who it is, for the OpenAPI document."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PRIVATE: Final = "private, no-cache"
READS: Final = frozenset({"GET", "HEAD"})
FORWARDED: Final = re.compile(
    rb"forwarded|via|x-forwarded.*|x-real-ip|x-original-.*|x-rewrite-url|x-host"
    rb"|(x-|true-|cf-connecting-|fastly-|fly-|x-cluster-|x-azure-|x-appengine-user-)?"
    rb"(client-ip|clientip|ip)|cf-.*|cdn-loop|x-envoy-.*|x-amzn-.*|x-arr-.*"
    rb"|x-proxy.*|proxy-.*|(x-)?remote-(user|addr)|x-auth-request-.*|x-scheme"
    rb"|front-end-https"
)
"""Names of headers that only what stands before a service writes."""
LOCAL_HOST: Final = re.compile(
    r"(?P<host>localhost|[0-9.]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Access:
    """What a route is for: who may not do that is refused before anything is read.

    Every route declares one among its dependencies; the last one counts.

    Attributes
    ----------
    act
        None lets in anybody, with or without a key.

    Examples
    --------
    >>> sorted(Access(Act.KEYS).roles)
    [<Role.STEWARD: 'steward'>]
    """

    act: Act | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that may."""
        return frozenset(Role) if self.act is None else MAY[self.act]

    @property
    def requirement(self) -> list[dict[str, list[str]]]:
        """The security requirement of the OpenAPI document."""
        return [] if self.act is None else [{name: []} for name in SCHEMES]

    async def __call__(self, request: Request) -> None:
        """Refuse who may not.

        Raises
        ------
        HTTPException
            401 without a key, 403 with one of another role.
        """
        if self.act is None:
            return
        caller = visitor_of(request)
        if caller is None:
            raise HTTPException(401, headers=CHALLENGE)
        if not caller.may(self.act):
            raise HTTPException(403)


ANYBODY: Final = Access()
"""Of a route that is open."""


def visitor_of(request: Request) -> Caller | None:
    """Return whose key a request came with; None where it came without."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller


class Guard:
    """The application behind a look at who asks, as `request.state.caller`.

    While the store never had a key, only this machine itself is let in: a proxy before
    the service would make everybody steward.

    Parameters
    ----------
    app
        The application.
    ring
        The keys.
    sessions
        Cookies of browsers.
    """

    def __init__(self, app: ASGIApp, ring: KeyRing, sessions: Sessions) -> None:
        self._app = app
        self._ring = ring
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it at once."""
        if scope["type"] == "http" and (refusal := self._admit(scope)):
            await refusal(scope, receive, send)
            return
        state = scope.get("state", {})
        if state.get("caller") is not None and scope.get("method") in READS:
            send = _as_private(send)
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> Response | None:
        """Say who asks in the state of a request, or return why it is not let in."""
        headers: Headers = scope["headers"]
        if not self._ring.has_keys:
            sign = _sign_of_distance(scope)
            if sign is not None:
                return _beyond_this_machine(sign)
            caller: Caller | None = KEYLESS
        elif secrets := _values(headers, b"authorization"):
            caller = self._bearer(secrets)
            if caller is None:
                return refused_by_http(401, WRONG_KEY)
            scope.setdefault("state", {})["caller"] = caller
            return None
        else:
            caller = self._session(headers)
        # what a browser sends by itself counts from its own pages only
        is_sent = caller is not None and scope["method"] not in SAFE_METHODS
        if is_sent and is_from_elsewhere(headers):
            return refused_by_http(403)
        scope.setdefault("state", {})["caller"] = caller
        return None

    def _bearer(self, values: Sequence[bytes]) -> Caller | None:
        """Return whose key was sent, once and in the right form."""
        scheme, _, secret = values[0].decode("latin-1").partition(" ")
        if len(values) > 1 or scheme.lower() != "bearer":
            return None
        return self._ring.caller(secret.strip(" "))

    def _session(self, headers: Headers) -> Caller | None:
        """Return whose session it is; one that is over is none."""
        cookies = [
            cookie.removeprefix(f"{COOKIE}=")
            for value in _values(headers, b"cookie")
            for cookie in value.decode("latin-1").replace(" ", "").split(";")
            if cookie.startswith(f"{COOKIE}=")
        ]
        # another site of the same domain could have set a second one
        return self._sessions.caller_of(cookies[0]) if len(cookies) == 1 else None


def sign_in(
    response: Response,
    caller: Caller,
    sessions: Sessions,
    root: str,
    *,
    is_secure: bool,
) -> None:
    """Let a browser keep who it is, until the session or the key ends.

    Parameters
    ----------
    response
        Gets the cookie.
    caller
        Whose key was typed.
    sessions
        Signs it.
    root
        The path before those of the service: no other path gets the cookie.
    is_secure
        Whether browsers reach the service by https.
    """
    response.set_cookie(
        COOKIE,
        sessions.cookie_of(caller),
        max_age=sessions.age_s,
        path=root or "/",
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )


def sign_out(response: Response, root: str) -> None:
    """Let a browser forget who it is."""
    response.delete_cookie(COOKIE, root or "/", httponly=True, samesite="strict")


def is_local_host(host: str) -> bool:
    """Say whether a header Host names this machine and nothing besides.

    Examples
    --------
    >>> hosts = ("localhost:8000", "[::1]", "127.0.0.1@town.example", "localhost.")
    >>> [is_local_host(host) for host in hosts]
    [True, True, False, False]
    """
    match = LOCAL_HOST.fullmatch(host)
    return match is not None and is_loopback(match["host"].lower().strip("[]"))


def is_from_elsewhere(headers: Headers) -> bool:
    """Say whether a browser says that the page of another site sends a request.

    A page that tells nobody its address sends no origin, yet its browser says whether
    it is of the same site.

    Parameters
    ----------
    headers
        Of the request.

    Examples
    --------
    >>> is_from_elsewhere([(b"host", b"a.example"), (b"origin", b"https://b.example")])
    True
    >>> is_from_elsewhere([(b"origin", b"null"), (b"sec-fetch-site", b"same-origin")])
    False
    """
    sites, hosts = _values(headers, b"sec-fetch-site"), _values(headers, b"host")
    if any(site != b"same-origin" for site in sites):
        return True
    return any(
        urlsplit(origin.decode("latin-1")).netloc.encode("latin-1") not in hosts
        for origin in _values(headers, b"origin")
        if not (sites and origin == b"null")
    )


def _sign_of_distance(scope: Scope) -> str | None:
    """Return what says that a request comes from beyond this machine, in words."""
    hosts = [value.decode("latin-1") for value in _values(scope["headers"], b"host")]
    if len(hosts) != 1 or not is_local_host(hosts[0]):
        return sentence("a header Host that does not name this machine")
    for name, _ in scope["headers"]:
        if FORWARDED.fullmatch(name.lower().replace(b"_", b"-")):
            return sentence("the header {decode!r}", decode=name.decode("latin-1"))
    if scope.get("root_path"):
        return sentence("a root path")
    # what many a proxy speaks, and no browser
    return "HTTP/1.0" if scope.get("http_version") == "1.0" else None


def _beyond_this_machine(sign: str) -> Response:
    words = in_both_languages(
        sentence(
            "The service has no key yet and answers nobody but this machine itself, "
            "found {sign}; make a key with `pagoda key new --role steward`, or ask on "
            "localhost without a proxy.",
            sign=sign,
        )
    )
    return problem(403, "no-keys", words.en, words.zh)


def _as_private(send: Send) -> Send:
    """Say of an answer that it is for who asked, unless it says itself for whom."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cache-Control", PRIVATE)
        await send(message)

    return send_private


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    """Return every value of a header; names are in small letters."""
    return [value for key, value in headers if key == name]
