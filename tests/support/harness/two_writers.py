"""Two writers of one store who begin at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from gis.errors import GovernanceError
from layers.stores.geopackage import GeoPackageStore
from layers.stores.postgis import PostgisStore


def handle_on(store):
    """Return another handle on a store; of one in memory there is no other."""
    if isinstance(store, PostgisStore):
        return PostgisStore(store._connections._url, now=store.now)
    if isinstance(store, GeoPackageStore):
        return GeoPackageStore(store._file.path, now=store.now)
    return store


def at_once(store, *acts):
    """Run acts on a store, each by a handle and thread of its own, all at once.

    Returns what each came to: its answer, or the error that refused it.
    """
    barrier = threading.Barrier(len(acts))

    def run(act):
        handle = handle_on(store)
        barrier.wait()
        try:
            return act(handle)
        except GovernanceError as error:
            return error
        finally:
            if handle is not store:
                handle.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
