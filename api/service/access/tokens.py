"""What the service signs with its own key: tokens of citizens, stored nowhere."""

import hashlib
import hmac
import secrets
from typing import Final

from itsdangerous import Signer
from pydantic import SecretStr

CITIZEN_SALT: Final = "pagoda.citizen"


def service_key(setting: SecretStr | None) -> str:
    """Return the key that a service signs with; without a setting one of this start.

    Parameters
    ----------
    setting
        PAGODA_SERVICE_KEY.

    Examples
    --------
    >>> service_key(None) == service_key(None)
    False
    """
    return secrets.token_urlsafe(32) if setting is None else setting.get_secret_value()


class CitizenTokens:
    """Tokens by which who reported an event follows it: its id, signed, without end.

    Parameters
    ----------
    key
        What the service signs with.

    Examples
    --------
    >>> tokens = CitizenTokens("k" * 32)
    >>> tokens.event_of(tokens.token_of("E-1")), tokens.event_of("E-1.x")
    ('E-1', None)
    """

    def __init__(self, key: str) -> None:
        self._signer = Signer(
            key, CITIZEN_SALT, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def token_of(self, event_id: str) -> str:
        """Return the token of an event."""
        return self._signer.sign(event_id).decode()

    def event_of(self, token: str) -> str | None:
        """Return the event of a token; None where it is none, in the same time."""
        sent = token.encode("utf-8", "replace")
        event_id = sent.rpartition(b".")[0]
        # signed anew: more than one text stands for the same bytes of a signature
        is_own = hmac.compare_digest(self._signer.sign(event_id), sent)
        return event_id.decode() if is_own else None
