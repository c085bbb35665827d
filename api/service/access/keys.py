"""Keys made, listed and revoked; a key itself is shown once and stored nowhere."""

import difflib
import secrets
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from api.service.access.audit import (
    CONSOLE,
    KEY_MADE,
    KEY_REVOKED,
    audit_action,
    record_audit,
)
from api.service.access.keyring import (
    LAYER,
    PREFIX,
    KeyRing,
    KeyTerm,
    digest_of,
    read_terms,
)
from gis.access import Role
from gis.errors import SettingError
from gis.events.scenario import Scenarios
from gis.models import Instant, Key
from gis.sentences import sentence
from layers.packs.rulebook import scenarios_in_force
from layers.schema.keys import grants_of, keys_of
from layers.stores import Store
from layers.stores.facts import Selection, instant_of, timestamp

KEY_BYTES: Final = 32
NEAREST: Final = 3
"""So many names are offered in the place of one that is unknown."""
State = Literal["valid", "coming", "expired", "revoked"]
HOLDER, DEPARTMENT, SOURCE, AREA = "--holder", "--department", "--source", "--area"
NEEDED: Final = {
    Role.LEADER: HOLDER,
    Role.MEMBER: HOLDER,
    Role.DEPARTMENT: DEPARTMENT,
    Role.SOURCE: SOURCE,
    Role.INSPECTOR: AREA,
}
"""What the key of a role sees nothing without."""
_DESK_OPTIONS: Final = frozenset({AREA, HOLDER})
ALLOWED: Final = {
    Role.STEWARD: frozenset({AREA}),
    Role.OPERATOR: _DESK_OPTIONS,
    Role.LEADER: _DESK_OPTIONS,
    Role.MEMBER: _DESK_OPTIONS,
    Role.DEPARTMENT: frozenset({DEPARTMENT}),
    Role.INSPECTOR: _DESK_OPTIONS,
    Role.AUDITOR: frozenset({AREA}),
    Role.SOURCE: frozenset({SOURCE}),
    Role.WALL: frozenset({AREA}),
}
"""What the key of a role has a use for, beside grants."""


@dataclass(frozen=True, slots=True)
class KeyOrder:
    """What a key is to be for.

    Attributes
    ----------
    role
        What it may do.
    holder_id, department_id, source
        Who gets it, as its role needs it.
    area_id
        Grid or circle that it is limited to; None for no such limit.
    grants
        Sensitive kinds that it sees, joined by ``;``; empty for none.
    """

    role: Role
    holder_id: str | None = None
    department_id: str | None = None
    source: str | None = None
    area_id: str | None = None
    grants: str = ""

    @property
    def options(self) -> dict[str, str]:
        """What was filled of what says for whom it is, by the option that says so."""
        values = {
            HOLDER: self.holder_id,
            DEPARTMENT: self.department_id,
            SOURCE: self.source,
            AREA: self.area_id,
        }
        return {option: value for option, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made; the secret is here and nowhere else.

    Attributes
    ----------
    key_id, secret
        Its id, and the key itself.
    is_first
        Whether the store never had a key before.
    """

    key_id: str
    secret: str
    is_first: bool

    def __repr__(self) -> str:
        """Return what may be logged."""
        return f"NewKey(key_id={self.key_id!r})"


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """A key as it is listed."""

    key: Key
    starts_at: Instant
    ends_at: Instant | None
    state: State


def make_key(store: Store, order: KeyOrder) -> NewKey:
    """Make a key and register its SHA-256.

    Parameters
    ----------
    store
        Where it is registered.
    order
        What it is for.

    Raises
    ------
    SettingError
        If the role lacks what it needs or has what it has no use for (a wall has none
        for grants), the store knows no such holder, department, source or area, or a
        grant is no sensitive kind of the packs in force.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> key = make_key(open_store("memory:"), KeyOrder(Role.AUDITOR))
    >>> key.secret.startswith("pagoda_"), len(key.secret)
    (True, 50)
    """
    now = store.now()
    _refuse_missing(order)
    _refuse_surplus(order)
    for option, value in order.options.items():
        _refuse_unknown(store, option, value, now)
    _refuse_grants(store, order.role, order.grants, now)
    secret = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    key_id = f"K-{secrets.token_hex(4)}"
    row = {
        "key_id": key_id,
        "sha256": digest_of(secret),
        "role": order.role.value,
        "holder_id": order.holder_id,
        "department_id": order.department_id,
        "source": order.source,
        "area_id": order.area_id,
        "grants": order.grants or None,
        "valid_from": timestamp(now),
    }
    is_first = not KeyRing(store).has_keys
    store.record(LAYER, pd.DataFrame([row]), is_new=True)
    request = {"key_id": key_id, "role": order.role.value, **order.options}
    record_audit(store, audit_action(CONSOLE, KEY_MADE, request, "", now))
    return NewKey(key_id, secret, is_first)


def revoke_key(store: Store, key_id: str) -> None:
    """Take a key back for good.

    Parameters
    ----------
    store
        Where it is registered.
    key_id
        Its id.

    Raises
    ------
    SettingError
        If there is no such key, or it is revoked already.
    """
    rows = store.facts(LAYER, only=Selection("key_id", {key_id}))
    if rows.empty:
        raise SettingError(
            "Key {key_id!r} is not among the keys that are not revoked; take an id "
            "from `pagoda key list`.",
            key_id=key_id,
        )
    tombstone = rows.drop(columns=["recorded_at", "batch"]).assign(cancelled=True)
    store.record(LAYER, tombstone)
    request = {"key_id": key_id}
    record_audit(store, audit_action(CONSOLE, KEY_REVOKED, request, "", store.now()))


def list_keys(store: Store) -> list[KeyStatus]:
    """Return every key that there ever was, in code order of the ids.

    Parameters
    ----------
    store
        Where they are registered.
    """
    now = store.now()
    entries = [
        KeyStatus(term.key, term.starts_at, term.ends_at, _state(term, now))
        for term in read_terms(store)
    ]
    records = store.records(LAYER)
    last = records.drop_duplicates("key_id", keep="last")
    revoked = last[last["cancelled"].astype(bool)]
    starts = [instant_of(moment) for moment in revoked["valid_from"]]
    entries += [
        KeyStatus(key, start, None, "revoked")
        for key, start in zip(keys_of(revoked), starts, strict=True)
    ]
    return sorted(entries, key=lambda entry: entry.key.key_id)


def _state(term: KeyTerm, now: Instant) -> State:
    if term.is_valid(now):
        return "valid"
    return "coming" if now < term.starts_at else "expired"


def _refuse_missing(order: KeyOrder) -> None:
    """Refuse a key that would see nothing."""
    option = NEEDED.get(order.role)
    if option is not None and not order.options.get(option):
        raise SettingError(
            "A key of the role {role!r} needs {option}, found none; say for whom it "
            "is.",
            role=order.role.value,
            option=option,
        )


def _refuse_surplus(order: KeyOrder) -> None:
    """Refuse what the role has no use for: whoever gave it expects an effect."""
    surplus = [option for option in order.options if option not in ALLOWED[order.role]]
    if surplus:
        allowed = ", ".join(sorted(ALLOWED[order.role]))
        raise SettingError(
            "A key of the role {role!r} has no use for {surplus}, expected {steps} "
            "or none; leave it out or take another role.",
            role=order.role.value,
            surplus=surplus[0],
            steps=allowed,
        )


def _refuse_unknown(store: Store, option: str, value: str, now: Instant) -> None:
    """Refuse whom or what the store does not know."""
    names, hint = _known_names(store, option, now)
    if value not in names:
        raise SettingError(
            "Option {option} is {value!r}, which {hint}.",
            option=option,
            value=value,
            hint=hint,
        )


def _known_names(store: Store, option: str, now: Instant) -> tuple[set[str], str]:
    """Return what the store knows for an option, and what to do where it is not it."""
    if option == HOLDER:
        return _holders(store, now), (
            sentence(
                "is no holder of a post or of a duty that has not ended; record a duty "
                "with `pagoda load duties` or correct the number"
            )
        )
    if option == AREA:
        areas = {*store.grids()["grid_id"], *store.circles()["circle_id"]}
        return areas, sentence(
            "is no grid or circle in force; take an id from `pagoda check`"
        )
    layer, column = {
        DEPARTMENT: ("departments", "department_id"),
        SOURCE: ("sources", "source"),
    }[option]
    facts = store.facts(layer, valid_at=now)
    return {*facts[column]}, (
        sentence(
            "is not among the {layer} in force; load that layer first or correct the "
            "id",
            layer=layer,
        )
    )


def _holders(store: Store, now: Instant) -> set[str]:
    """Return who holds a post, or has a duty now or later."""
    duties, posts = store.facts("duties"), store.facts("posts", valid_at=now)
    is_over = duties["valid_to"] <= timestamp(now)
    return {*duties["holder_id"][~is_over], *posts["holder_id"].dropna()}


def _refuse_grants(store: Store, role: Role, grants: str, now: Instant) -> None:
    """Refuse grants of a wall, or that are no list of sensitive kinds in force."""
    if not grants:
        return
    if role is Role.WALL:
        raise SettingError(
            "A key of the role 'wall' counts no sensitive kind, found --grants; leave "
            "it out: who walks past a wall has no grant."
        )
    try:
        kinds = grants_of(grants)
    except ValueError as error:
        raise SettingError(
            "Option --grants is {grants!r}, which {error}; correct it.",
            grants=grants,
            error=error,
        ) from error
    scenarios = scenarios_in_force(store.facts("rules"), now)
    for kind in kinds:
        _refuse_grant(scenarios, kind)


def _refuse_grant(scenarios: Scenarios, kind: str) -> None:
    """Refuse what is no sensitive kind: whoever grants it expects an effect."""
    if kind in scenarios.sensitive_kinds:
        return
    if scenarios.kind(kind):
        raise SettingError(
            "Option --grants has {kind!r}, which is not sensitive, so every key sees "
            "it within its scope; leave it out.",
            kind=kind,
        )
    names = ", ".join(map(repr, _nearest(scenarios, kind))) or sentence("none there")
    raise SettingError(
        "Option --grants has {kind!r}, which is no kind of the packs in force, "
        "expected a sensitive one (nearest: {names}); correct it or load its pack.",
        kind=kind,
        names=names,
    )


def _nearest(scenarios: Scenarios, text: str) -> list[str]:
    """Return the sensitive kinds whose code or name is nearest to a text, best first.

    All of them in code order where none is near.
    """
    codes = {
        spelling.casefold(): kind
        for kind in scenarios.sensitive_kinds
        for spelling in (kind, *scenarios.names_of(kind))
    }
    near = difflib.get_close_matches(text.casefold(), codes, NEAREST)
    return [*dict.fromkeys(codes[spelling] for spelling in near)] or [
        *scenarios.sensitive_kinds[:NEAREST]
    ]
