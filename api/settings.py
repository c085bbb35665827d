"""Settings from the environment, prefix PAGODA_; never read at import."""

import ipaddress

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.errors import SettingError
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import REGION_TIER, WARN_DAYS

DEFAULT_STORE = "pagoda.gpkg"


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
        `pagoda check` names rosters that end within so many days.
    store
        Address of the store; without one commands take `DEFAULT_STORE` and the
        service S town in memory.
    audit_key
        Secret that signs exported heads of the log; kept outside the store.
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
    datum_error_m: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    store: str | None = None
    audit_key: SecretStr | None = None
    tianditu_key: str | None = None


def require_loopback(host: str) -> None:
    """Refuse to listen beyond this machine while nobody has to log in.

    Raises
    ------
    SettingError
        If the host is not a loopback address.
    """
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        raise SettingError(
            f"Host {host!r} is reached from other machines and no authentication is "
            "configured; listen on 127.0.0.1 behind a proxy that authenticates."
        )


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
        raise SettingError(
            f"Setting {name} is {fault['input']!r}: {fault['msg']}; correct it."
        ) from error
