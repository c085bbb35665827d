"""The store for production: PostgreSQL with PostGIS, by psycopg 3."""

from layers.stores.postgis.store import (
    PostgisStore,
    create_postgis,
    migrate_postgis,
    remove_postgis,
)

__all__ = ["PostgisStore", "create_postgis", "migrate_postgis", "remove_postgis"]
