"""The head of the log, signed with a key kept elsewhere, and the check against it."""

from pathlib import Path

from pydantic import SecretStr

from gis.errors import SettingError
from layers.stores import Store
from layers.stores.log import (
    KEY_BYTES,
    LogFault,
    SignedHead,
    check_head,
    parse_head,
    refuse_faults,
    sign_head,
    verify,
)


def audit_head(store: Store, key: SecretStr | None) -> SignedHead:
    """Return the end of the log with a signature.

    Parameters
    ----------
    store
        The store.
    key
        The setting `audit_key`.

    Raises
    ------
    SettingError
        If there is no key, or it is too short.
    """
    return sign_head(store.store_id, store.last_link(), _key_bytes(key))


def audit_verify(
    store: Store, head: str | None, key: SecretStr | None
) -> tuple[LogFault, ...]:
    """Return what is wrong with the log, and what it does not name; nothing if whole.

    Files of photos are looked at by `photo_faults`.

    Parameters
    ----------
    store
        The store.
    head
        A file with what `pagoda audit head` printed, or that line itself; None checks
        the log only against itself.
    key
        The setting `audit_key`; only needed with a head.

    Raises
    ------
    StoreError
        If the head is none, of another store, or changed.
    SettingError
        If there is a head and no key.
    """
    signed = None
    if head is not None:
        signed = parse_head(_head_text(head))
        check_head(signed, store.store_id, _key_bytes(key))
    return (*verify(store.log(), store.store_id, signed), *store.strays())


def refuse_untrue(store: Store) -> None:
    """Refuse to hand out a store that is not what its log says.

    Raises
    ------
    StoreError
        Names the first thing that is wrong.
    """
    refuse_faults(audit_verify(store, None, None))


def _head_text(head: str) -> str:
    if head.lstrip().startswith("{"):
        return head
    try:
        return Path(head).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            "The head {head!r} cannot be read; name the file with what `pagoda audit "
            "head` printed.",
            head=head,
        ) from error


def _key_bytes(key: SecretStr | None) -> bytes:
    if key is None:
        raise SettingError(
            "There is no key for the head of the log; set PAGODA_AUDIT_KEY to a "
            "secret of at least {key_bytes} characters that is kept outside the store.",
            key_bytes=KEY_BYTES,
        )
    return key.get_secret_value().encode()
