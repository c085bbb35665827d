"""GDAL, loaded where it is first asked for: Parquet and CSV do without its 30 MiB."""

import importlib
import os
from types import ModuleType

# GDAL registers its drivers when pyogrio is imported; a VRT could read any other file;
# named twice (a parent process set it too) GDAL would complain
os.environ["GDAL_SKIP"] = " ".join(
    {*os.environ.get("GDAL_SKIP", "").replace(",", " ").split(), "OGR_VRT", "GDALG"}
)
# the driver itself gives Arrow broken texts where a feature has no geometry (GDAL 3.12)
os.environ["OGR_FLATGEOBUF_STREAM_BASE_IMPL"] = "YES"


def gdal() -> ModuleType:
    """Return `pyogrio`, which imports its errors and utilities.

    Examples
    --------
    >>> gdal().__name__
    'pyogrio'
    """
    return importlib.import_module("pyogrio")


def gdal_errors() -> tuple[type[Exception], ...]:
    """Return what is raised of a file that GDAL does not read."""
    errors = importlib.import_module("pyogrio.errors")
    return errors.DataSourceError, errors.DataLayerError
