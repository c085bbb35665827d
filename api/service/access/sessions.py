"""Sessions of browsers: a key that was typed once, and the forms of who did."""

import hashlib
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from api.service.access.keyring import KeyRing
from gis.access import Caller

SESSION_S: Final = 12 * 3600
"""A key is typed again after so many seconds, and a form is sent before."""
COOKIE_SALT: Final = "pagoda.session"
FORM_SALT: Final = "pagoda.form"


class Sessions:
    """Signs who a browser is, and its forms; both end with the key and with time.

    Parameters
    ----------
    ring
        The keys.
    key
        What the service signs with.
    age_s
        How long both last, seconds.
    """

    def __init__(self, ring: KeyRing, key: str, age_s: int = SESSION_S) -> None:
        self._ring = ring
        self._cookies = _serializer(key, COOKIE_SALT)
        self._forms = _serializer(key, FORM_SALT)
        self.age_s = age_s

    def cookie_of(self, caller: Caller) -> str:
        """Return what a browser keeps of a caller: no key, and not its digest."""
        return str(self._cookies.dumps(self._bond(caller)))

    def caller_of(self, cookie: str) -> Caller | None:
        """Return whose cookie it is; None once it is old or the key is not valid."""
        bond = _loaded(self._cookies, cookie, self.age_s)
        if not isinstance(bond, list) or len(bond) != 2:
            return None
        return self._ring.caller_marked(*bond)

    def form_token(self, caller: Caller) -> str:
        """Return what a form of a caller carries."""
        return str(self._forms.dumps(self._bond(caller)))

    def is_own_form(self, caller: Caller, token: str) -> bool:
        """Say whether a form was made for a caller, not long ago."""
        return _loaded(self._forms, token, self.age_s) == self._bond(caller)

    def _bond(self, caller: Caller) -> list[str]:
        """Return what binds to the key of a caller."""
        return [caller.key_id, self._ring.mark(caller.key_id)]


def _serializer(key: str, salt: str) -> URLSafeTimedSerializer:
    # the class is generic in what it gives back, text here
    return URLSafeTimedSerializer(
        key,
        salt,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _loaded(serializer: URLSafeTimedSerializer, text: str, age_s: int) -> object:
    """Return what was signed; None where it was not, or too long ago."""
    try:
        return serializer.loads(text, max_age=age_s)
    except (BadData, UnicodeError):
        return None
