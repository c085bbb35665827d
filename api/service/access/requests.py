"""Ids of what requests record: the same request of a key makes the same id again."""

import hashlib


def request_id(key_id: str, request_key: str) -> str:
    """Return the id that a request of a key gives to what it records, the same again.

    Parameters
    ----------
    key_id
        Whose request.
    request_key
        What names it.

    Examples
    --------
    >>> request_id("K1", "a") == request_id("K1", "a") != request_id("K2", "a")
    True
    """
    digest = hashlib.sha256(f"{key_id}\n{request_key}".encode()).hexdigest()
    return f"my-{digest[:32]}"
