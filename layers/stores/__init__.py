"""Stores: where grid systems, facts and events are kept, behind one protocol."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

from gis.errors import StoreError
from gis.models import Instant
from layers.store_address import POSTGRES, printable_address
from layers.stores.forms import FormChange
from layers.stores.protocol import Store
from layers.stores.town_clock import clock

__all__ = [
    "Store",
    "clock",
    "create_store",
    "files_beside",
    "migrate_store",
    "open_store",
    "remove_store",
]


def open_store(
    url: str,
    *,
    now: Callable[[], Instant] | None = None,
    is_service: bool = False,
) -> Store:
    """Open a store by its address.

    Parameters
    ----------
    url
        ``memory:`` for one that ends with the process, the path of a GeoPackage,
        which ends in ``.gpkg`` or is written ``geopackage:PATH``, or
        ``postgresql://user@host:port/name`` (extra ``postgis``).
    now
        The clock of the store; None takes this machine's, or of a made-up town the one
        that is kept in it.
    is_service
        Whether to be the one service of an embedded file.

    Raises
    ------
    StoreError
        If no adapter knows the address, or there is no store.

    Examples
    --------
    >>> open_store("memory:").systems()
    ()
    """
    if url == "memory:":
        from layers.stores.memory import MemoryStore  # noqa: PLC0415  only what is used

        return MemoryStore(now=now)
    if url.startswith(POSTGRES):
        store: Store = _postgis().PostgisStore(url, now=now, is_service=is_service)
        return store
    path = _geopackage(url)
    from layers.stores.geopackage import GeoPackageStore  # noqa: PLC0415  likewise

    return GeoPackageStore(path, now=now, is_service=is_service)


def create_store(
    url: str,
    *,
    now: Callable[[], Instant] | None = None,
    crs: str = "EPSG:4490",
    store_id: str | None = None,
) -> Store:
    """Make an empty store and open it.

    Parameters
    ----------
    url, now
        As `open_store` takes them.
    crs
        Geographic CRS of every geometry.
    store_id
        Given only to restore a store under its own id.

    Raises
    ------
    StoreError
        If there is a store already, or none can be made.

    Examples
    --------
    >>> create_store("memory:", store_id="S").store_id
    'S'
    """
    if url == "memory:":
        from layers.stores.memory import MemoryStore  # noqa: PLC0415  only what is used

        return MemoryStore(now=now, crs=crs, store_id=store_id)
    if url.startswith(POSTGRES):
        _postgis().create_postgis(url, crs=crs, store_id=store_id)
        return open_store(url, now=now)
    from layers.stores.geopackage import create_geopackage  # noqa: PLC0415  likewise

    create_geopackage(_geopackage(url), crs=crs, store_id=store_id)
    return open_store(url, now=now)


def migrate_store(url: str, *, is_trial: bool = False) -> FormChange:
    """Bring a store to the form that this release writes, wholly or not at all.

    Rows that are there and what the log says of them stay as they are. Nobody serves
    the store meanwhile.

    Parameters
    ----------
    url
        As `open_store` takes it.
    is_trial
        Whether every step is taken and all of it taken back in the end.

    Returns
    -------
    change
        The forms before and after, and the steps between them.

    Raises
    ------
    StoreError
        If there is no store, it is of a later release, is served or cannot be written.

    Examples
    --------
    >>> migrate_store("memory:").steps
    ()
    """
    if url == "memory:":
        return FormChange(1, 1, ())
    if url.startswith(POSTGRES):
        change: FormChange = _postgis().migrate_postgis(url, is_trial=is_trial)
        return change
    from layers.stores.geopackage import migrate_geopackage  # noqa: PLC0415  likewise

    return migrate_geopackage(_geopackage(url), is_trial=is_trial)


def remove_store(url: str, store_id: str) -> None:
    """Remove a store that could not be filled, so that nothing of it is left.

    In PostgreSQL the extension PostGIS stays: other tables may use it.

    Parameters
    ----------
    url
        As `create_store` took it; a store in memory needs no removing.
    store_id
        Id of the store that was made: no other is removed.

    Raises
    ------
    StoreError
        If another store is there, or it is in use.

    Examples
    --------
    >>> remove_store("memory:", "S")
    """
    if url == "memory:":
        return
    if url.startswith(POSTGRES):
        _postgis().remove_postgis(url, store_id)
        return
    from layers.stores.geopackage import remove_geopackage  # noqa: PLC0415  likewise

    remove_geopackage(_geopackage(url), store_id)


def files_beside(url: str) -> Path | None:
    """Return the folder beside a store for files that its actions name.

    Parameters
    ----------
    url
        As `open_store` takes it.

    Returns
    -------
    folder
        It need not be there; None for a store that is no file.

    Raises
    ------
    StoreError
        If no adapter knows the address.

    Examples
    --------
    >>> str(files_beside("town.gpkg")), files_beside("memory:")
    ('town.gpkg.files', None)
    """
    if url == "memory:" or url.startswith(POSTGRES):
        return None
    path = _geopackage(url)
    return path.with_name(f"{path.name}.files")


def _postgis() -> ModuleType:
    """Return the adapter of PostGIS, whose driver is an extra."""
    try:
        return import_module("layers.stores.postgis")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise StoreError(
            "A store in PostgreSQL needs psycopg, which is not installed; run `pip "
            "install 'pagoda-gis[postgis]'`."
        ) from error


def _geopackage(url: str) -> Path:
    """Return the path of a GeoPackage."""
    scheme, _, rest = url.partition(":")
    if scheme == "geopackage" and rest:
        return Path(rest)
    if not url.endswith(".gpkg"):
        raise StoreError(
            "No store is known at {printable_address!r}; use 'memory:', a path that "
            "ends in '.gpkg', or 'postgresql://...'.",
            printable_address=printable_address(url),
        )
    return Path(url)
