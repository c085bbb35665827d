"""Settings from the environment, prefix PAGODA_; never read at import."""

import ipaddress

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.errors import SettingError


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
    """

    model_config = SettingsConfigDict(env_prefix="PAGODA_")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    snap_m: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    datum_error_m: float = Field(default=1.0, ge=0, allow_inf_nan=False)


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


def read_settings(**given: object) -> Settings:
    """Return the settings of the environment with what was given on top.

    Raises
    ------
    SettingError
        If a setting cannot be read; it is named.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"PAGODA_{'_'.join(map(str, fault['loc'])).upper()}"
        raise SettingError(
            f"Setting {name} is {fault['input']!r}: {fault['msg']}; correct it."
        ) from error
