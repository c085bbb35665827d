"""Settings from the environment, prefix PAGODA_; never read at import."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.root_path import checked_root_path, is_root_path
from gis.errors import SettingError
from gis.events import CHECKIN_RADIUS_M
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import REGION_TIER, WARN_DAYS
from gis.sentences import sentence
from layers.store_address import POSTGRES, printable_address

DEFAULT_STORE = "pagoda.gpkg"
KEY_LENGTH = 32
SECRETS = frozenset({"service_key", "audit_key"})
"""Settings that no sentence repeats."""
ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
"""As browsers send it: in small letters, without a slash at its end."""


class Settings(BaseSettings):
    """What a deployment may set.

    Attributes
    ----------
    host, port
        Where the service listens.
    snap_m
        A position outside all grids is given to one at most this far, metres.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas against reality, metres; recorded with
        every answer that they were used for.
    timezone
        IANA zone of days, rotations and times without offset.
    region_tier
        Tier of the circles that region leaders head.
    roster_warn_days
        `pagoda check` names rosters that end within so many days, and the service
        reports them as events; 0 reports none.
    gap_minutes
        An area that will have nobody on duty is reported so long before.
    store
        Address of the store; without one commands take `DEFAULT_STORE` and the
        service S town in memory.
    read_database
        Address of a replica of the database of `store`; lists of events are read there
        while it has all that the store has, and nothing is without it.
    max_batch_bytes
        So long may the body of `POST /assign/batch` be, and its answer 16 times so.
    public_url
        Address under which others reach the service, with the path before its own,
        such as ``https://town.example/pagoda``; it stands in QR codes.
    root_path
        Path under which a proxy has the service, such as ``/pagoda``; unset it is that
        of `public_url`.
    proxies
        Addresses and networks of proxies, with commas, whose word on who asks is
        believed; none without it.
    checkin_radius_m
        A department that checks in this near to its event is present although it is in
        another grid, metres.
    packs
        Directory of a town with scenario packs of its own, beside the shipped ones.
    files
        Folder of photos; unset it is beside a store in a file, and a store in
        PostgreSQL takes no photos.
    cache
        Folder of what can be made again, such as tiles; ``~`` is the home of the user.
    audit_key
        Secret that signs exported heads of the log; kept outside the store.
    rate_per_minute
        Requests a minute of one key, and of one address; each worker counts its own.
    max_in_flight
        Requests that a worker answers at the same time; more are a 503.
    webhook_hosts
        Hosts that webhooks may be sent to, with commas: names, and of inner networks
        addresses too; without any nothing is sent.
    cors_origins
        Pages of which origins may read the service in a browser, with commas, such as
        ``https://dashboard.example``; none without it.
    log_format
        ``json`` or ``plain``; unset it is plain on a terminal, else JSON.
    service_key
        Secret of 32 characters or more that signs sessions and citizens' tokens, the
        same in every process; unset each start makes its own.
    tianditu_key
        Draws maps over Tianditu; unset they ask for nothing from outside. A browser
        key: it can be read on the page.
    """

    model_config = SettingsConfigDict(env_prefix="PAGODA_")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    snap_m: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    timezone: str = DEFAULT_TIMEZONE
    region_tier: int = Field(default=REGION_TIER, ge=1)
    roster_warn_days: int = Field(default=WARN_DAYS, ge=0)
    gap_minutes: int = Field(default=60, ge=0)
    datum_error_m: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    max_batch_bytes: int = Field(default=1 << 30, ge=1)
    checkin_radius_m: float = Field(default=CHECKIN_RADIUS_M, ge=0, allow_inf_nan=False)
    store: str | None = None
    read_database: str | None = None
    public_url: str | None = None
    root_path: str = Field(default="", validate_default=True)
    proxies: str = ""
    packs: Path | None = None
    files: Path | None = None
    cache: Path = Path("~/.cache/pagoda")
    audit_key: SecretStr | None = None
    service_key: SecretStr | None = None
    tianditu_key: str | None = None
    rate_per_minute: int = Field(default=600_000, ge=1)
    max_in_flight: int = Field(default=64, ge=1)
    webhook_hosts: str = ""
    cors_origins: str = ""
    log_format: Literal["json", "plain"] | None = None

    @field_validator("service_key")
    @classmethod
    def _check_service_key(cls, key: SecretStr | None) -> SecretStr | None:
        """Refuse what could be guessed, without repeating it."""
        if key is not None and len(key.get_secret_value()) < KEY_LENGTH:
            raise ValueError(
                sentence(
                    "expected {key_length} characters or more that nobody can guess, "
                    "such as `openssl rand -base64 32` prints",
                    key_length=KEY_LENGTH,
                )
            )
        return key

    @field_validator("read_database")
    @classmethod
    def _check_read_database(cls, url: str | None) -> str | None:
        """Refuse what is no database."""
        if url is not None and not url.startswith(POSTGRES):
            raise ValueError(
                sentence(
                    "expected the address of a replica, such as "
                    "postgresql://pagoda@replica/town"
                )
            )
        return url

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str | None) -> str | None:
        """Refuse what no reader of a QR code could open."""
        if url is None:
            return None
        parts = urlsplit(url.strip())
        is_whole = parts.scheme in {"http", "https"} and parts.hostname is not None
        has_more = parts.query or parts.fragment or parts.username is not None
        if not is_whole or has_more or not is_root_path(parts.path):
            raise ValueError(
                sentence(
                    "expected http:// or https:// with a host and, if need be, a "
                    "path, such as https://town.example/pagoda"
                )
            )
        return parts.geturl().rstrip("/")

    @field_validator("root_path")
    @classmethod
    def _check_root_path(cls, text: str, info: ValidationInfo) -> str:
        """Refuse what is no path, and one beside that of the public address."""
        path, public_url = checked_root_path(text), info.data.get("public_url")
        public_path = urlsplit(public_url or "").path
        if not path or public_url is None:
            return path or checked_root_path(public_path)
        if path != public_path:
            raise ValueError(
                sentence(
                    "expected {path!r}, the path of PAGODA_PUBLIC_URL",
                    path=public_path or "/",
                )
            )
        return path

    @field_validator("proxies")
    @classmethod
    def _check_proxies(cls, proxies: str) -> str:
        """Refuse what is neither an address nor a network, and a star."""
        names = [name.strip() for name in proxies.split(",") if name.strip()]
        for name in names:
            try:
                ipaddress.ip_network(name)
            except ValueError as error:
                raise ValueError(
                    sentence(
                        "found {wrong!r}, expected addresses or networks with commas "
                        "between them, such as 127.0.0.1 or 10.20.0.0/16",
                        wrong=name,
                    )
                ) from error
        return ",".join(names)

    @property
    def cache_folder(self) -> Path:
        """The folder of what can be made again; it need not be there."""
        # where nobody has a home it stays as it is
        return Path(os.path.expanduser(self.cache))

    @property
    def index_folder(self) -> Path:
        """The folder of indexes that were built before; it need not be there."""
        return self.cache_folder / "indexes"

    @field_validator("cors_origins")
    @classmethod
    def _check_cors_origins(cls, origins: str) -> str:
        """Refuse what no browser sends as an origin, and a star: it is everybody."""
        names = [name.strip() for name in origins.split(",") if name.strip()]
        if wrong := [name for name in names if not ORIGIN.fullmatch(name)]:
            raise ValueError(
                sentence(
                    "found {wrong!r}, expected origins with commas between them, each "
                    "http:// or https:// with a host and, if need be, a port, such as "
                    "https://dashboard.example",
                    wrong=wrong[0],
                )
            )
        return ",".join(names)

    @field_validator("packs")
    @classmethod
    def _check_packs(cls, directory: Path | None) -> Path | None:
        """Refuse what is no directory: a town's packs would be missed by nobody."""
        if directory is not None and not directory.is_dir():
            raise ValueError(sentence("expected a directory with packs as *.toml"))
        return directory


def require_keys(settings: Settings, *, has_keys: bool) -> None:
    """Refuse to be reached from other machines before callers can be told apart.

    Parameters
    ----------
    settings
        Settings of the deployment.
    has_keys
        Whether the store ever had a key.

    Raises
    ------
    SettingError
        If others are to reach the service, by its address or through a proxy, and the
        store has no key or nothing signs beyond this start.
    """
    if settings.public_url is not None:
        place = sentence(
            "Setting PAGODA_PUBLIC_URL is {public_url!r}",
            public_url=settings.public_url,
        )
    elif settings.root_path:
        place = sentence(
            "Setting PAGODA_ROOT_PATH is {root_path!r}", root_path=settings.root_path
        )
    elif settings.proxies:
        place = sentence(
            "Setting PAGODA_PROXIES is {proxies!r}", proxies=settings.proxies
        )
    elif not is_loopback(settings.host):
        place = sentence(
            "Host {host!r} is reached from other machines", host=settings.host
        )
    else:
        return
    if not has_keys:
        raise SettingError(
            "{spot} and no authentication is configured: the store has no key; make "
            "one with `pagoda key new --role steward`, or serve this machine alone.",
            spot=place,
        )
    if settings.service_key is None:
        raise SettingError(
            "{spot} and PAGODA_SERVICE_KEY is not set: sessions and citizens' tokens "
            "would end with this process; set it to a secret of 32 characters or "
            "more, the same in every process.",
            spot=place,
        )


def access_notes(settings: Settings, *, has_keys: bool) -> list[str]:
    """Return what a start says of who may ask, how that is signed, and of photos.

    Parameters
    ----------
    settings
        Settings of the deployment.
    has_keys
        Whether the store ever had a key.

    Examples
    --------
    >>> [note[:10] for note in access_notes(Settings(), has_keys=False)]
    ['The store ', 'PAGODA_SER']
    """
    notes = []
    if settings.files is None and (settings.store or "").startswith(POSTGRES):
        notes.append(
            sentence(
                "PAGODA_FILES is not set and the store is in PostgreSQL: no photo is "
                "taken until it is the folder for them, the same for every process."
            )
        )
    if not has_keys:
        notes.append(
            sentence(
                "The store has no key: whoever asks on this machine is steward and "
                "operator, sees no sensitive kinds, and may verify what they handled "
                "themselves; from its first key on (`pagoda key new`) nobody is."
            )
        )
    if settings.service_key is None:
        notes.append(
            sentence(
                "PAGODA_SERVICE_KEY is not set: sessions and citizens' tokens are "
                "signed with a key of this start and end with it."
            )
        )
    if not is_loopback(settings.host):
        notes.append(
            sentence(
                "Host {host!r} is reached from other machines, and keys travel as "
                "they are: let a proxy speak TLS before the service.",
                host=settings.host,
            )
        )
    return notes


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.0.0.2", "town.example")]
    [True, True, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(**overrides: object) -> Settings:
    """Return the settings of the environment with what was given on top.

    Raises
    ------
    SettingError
        If a setting cannot be read; it is named.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"PAGODA_{'_'.join(map(str, fault['loc'])).upper()}"
        # a rule of ours is a sentence, which has a language of the user
        own = fault.get("ctx", {}).get("error")
        text, rule = (
            fault["input"],
            own.args[0] if isinstance(own, ValueError) else fault["msg"],
        )
        if fault["loc"][-1] in SECRETS:
            text = "***"
        elif isinstance(text, str):
            text = printable_address(text)
        raise SettingError(
            "Setting {name} is {words!r}: {rule_name}; correct it.",
            name=name,
            words=text,
            rule_name=rule,
        ) from error
