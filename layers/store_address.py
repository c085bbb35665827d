"""Addresses of stores as they may be printed: without a secret."""

import re
from typing import Final

POSTGRES: Final = ("postgresql://", "postgres://")
HIDDEN: Final = "***"
_USER = re.compile(
    # to the last @: who forgets to escape a sign of a password keeps it secret too
    r"(?P<head>\w[\w+.-]*://[^/@?#:]*):(?P<secret>.*)@",
    re.DOTALL,
)
_PARAMETER = re.compile(
    r"(?P<head>\b(?:ssl)?password\s*=\s*)(?:'[^']*'|[^\s&]+)", re.IGNORECASE
)


def printable_address(url: str) -> str:
    """Return the address of a store with every password hidden.

    Parameters
    ----------
    url
        As `open_store` takes it, or a connection string of PostgreSQL.

    Examples
    --------
    >>> printable_address("postgresql://town:s3cret@db:5432/pagoda?sslmode=require")
    'postgresql://town:***@db:5432/pagoda?sslmode=require'
    >>> printable_address("town.gpkg")
    'town.gpkg'
    """
    without_user = _USER.sub(rf"\g<head>:{HIDDEN}@", url)
    return _PARAMETER.sub(rf"\g<head>{HIDDEN}", without_user)
