"""Which store a command works on, and stores that are made whole or not at all."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from api.settings import DEFAULT_STORE, Settings
from gis.errors import SettingError
from gis.local_time import instant_of
from gis.models import Instant
from gis.written_time import read_time
from layers.snapshots import Terms
from layers.stores import Store, create_store, open_store, remove_store


def store_url(option: str | None, settings: Settings) -> str:
    """Return the address of the store: as given, as set, or the file in this folder.

    Parameters
    ----------
    option
        The option ``--store``; None where it is not there.
    settings
        Settings of the deployment.

    Examples
    --------
    >>> store_url(None, Settings(store="town.gpkg"))
    'town.gpkg'
    """
    return option or settings.store or DEFAULT_STORE


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store and close it in the end.

    Raises
    ------
    StoreError
        If there is none.
    """
    with closing(open_store(url)) as store:
        yield store


@contextmanager
def made(
    url: str,
    *,
    now: Callable[[], Instant] | None = None,
    crs: str = "EPSG:4490",
    store_id: str | None = None,
) -> Iterator[Store]:
    """Make a store; where filling it fails what was made is removed again.

    Parameters
    ----------
    url, now, crs, store_id
        As `create_store` takes them.

    Raises
    ------
    StoreError
        If there is a store already, or none can be made.
    """
    store = create_store(url, now=now, crs=crs, store_id=store_id)
    own_id = store.store_id
    try:
        with closing(store):
            yield store
    except BaseException:
        remove_store(url, own_id)
        raise


def terms_of(settings: Settings) -> Terms:
    """Return how a deployment answers.

    Parameters
    ----------
    settings
        Settings of the deployment.
    """
    return Terms(settings.snap_m, settings.region_tier, settings.index_folder)


def read_instant(
    text: str | None, option: str, timezone: str, now: Callable[[], Instant]
) -> Instant:
    """Return the instant that an option names; without one, now.

    Parameters
    ----------
    text
        ISO 8601 day or time; without offset it is local.
    option
        Name of the option, for the sentence.
    timezone
        IANA zone of times without offset.
    now
        The clock of the store.

    Raises
    ------
    SettingError
        If the text is no time.
    """
    if text is None:
        return now()
    try:
        moment = read_time(text).moment
    except ValueError as error:
        raise SettingError(
            "Option {option} is {words!r}, expected a day or time such as "
            "'2026-09-01' or '2026-09-01T08:00:00+08:00'; correct it.",
            option=option,
            words=text,
        ) from error
    return instant_of(moment, timezone)
