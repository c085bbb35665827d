"""The default store: one GeoPackage, written by the standard library's SQLite."""

from layers.stores.geopackage.store import GeoPackageStore
from layers.stores.geopackage.tables import (
    create_geopackage,
    migrate_geopackage,
    remove_geopackage,
)

__all__ = [
    "GeoPackageStore",
    "create_geopackage",
    "migrate_geopackage",
    "remove_geopackage",
]
