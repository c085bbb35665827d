"""QGIS goes through the collections of a service; run by the Python that has QGIS.

Usage: ``python3 qgis_client.py ADDRESS PART``; what was seen is printed as JSON.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

WINDOW = (120.05, 30.32, 120.06, 30.33)
TOWN = (120.036, 30.301, 120.1226, 30.357)
EXPRESSION = '"code" = \'red\' OR "overdue_days" > 20'
WIDTH, HEIGHT = 400, 300
TILES = "/ogc/collections/grids/tiles/WebMercatorQuad/%7Bz%7D/%7By%7D/%7Bx%7D"


def layer_of(address: str, name: str, query: str = "") -> QgsVectorLayer:
    """A collection as a layer, with paging."""
    uri = (
        "pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' "
        f"typename='{name}' url='{address}/ogc{query}'"
    )
    layer = QgsVectorLayer(uri, name, "OAPIF")
    assert layer.isValid(), layer.error().message()
    return layer


def rows_of(layer: QgsVectorLayer, request: QgsFeatureRequest | None = None) -> Any:
    """Ids of the features of a layer, and how many it says that there are."""
    ids = [f["id"] for f in layer.getFeatures(request or QgsFeatureRequest())]
    return {"ids": sorted(ids), "count": layer.featureCount()}


def collections(address: str) -> Any:
    """The names of the collections that QGIS lists below a connection."""
    settings = QgsSettings()
    settings.setValue("qgis/connections-wfs/pagoda/url", f"{address}/ogc")
    settings.setValue("qgis/connections-wfs/pagoda/version", "OGC_API_FEATURES")
    registry = QgsApplication.dataItemProviderRegistry()
    [wfs] = [p for p in registry.providers() if p.name() == "WFS"]
    [connection] = wfs.createDataItem("", None).createChildren()
    uris = [item.uri() for item in connection.createChildren()]
    return [uri.partition("typename='")[2].partition("'")[0] for uri in uris]


def each(address: str) -> Any:
    """How many rows each collection says that it has, all of them opened."""
    names = collections(address)
    return {name: layer_of(address, name).featureCount() for name in names}


def all_pages(address: str) -> Any:
    """All rows of the two largest collections."""
    names = ("places", "enterprises")
    return {name: rows_of(layer_of(address, name)) for name in names}


def types(address: str) -> Any:
    """Types of the fields of places."""
    fields = layer_of(address, "places").fields()
    return {field.name(): field.typeName() for field in fields}


def expression(address: str) -> Any:
    """Places for which an expression holds: asked of the layer, and as its filter."""
    layer = layer_of(address, "places")
    asked = rows_of(layer, QgsFeatureRequest().setFilterExpression(EXPRESSION))
    assert layer.setSubsetString(EXPRESSION)
    return {"asked": asked["ids"], "filter": rows_of(layer)}


def window(address: str) -> Any:
    """Grids in a window."""
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(*WINDOW))
    return rows_of(layer_of(address, "grids"), request)["ids"]


def reprojected(address: str) -> Any:
    """Corners of grids in two CRS, x then y."""
    systems = ("EPSG:4549", "EPSG:4490")
    return {name: _corners(layer_of(address, "grids"), name) for name in systems}


def _corners(layer: QgsVectorLayer, name: str) -> dict[str, list[float]]:
    """The first vertex of each grid in a CRS."""
    crs = QgsCoordinateReferenceSystem(name)
    to = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance())
    corners = {}
    for feature in layer.getFeatures():
        vertex = next(feature.geometry().vertices())
        point = to.transform(QgsPointXY(vertex.x(), vertex.y()))
        corners[feature["id"]] = [point.x(), point.y()]
    return corners


def tiles(address: str) -> Any:
    """How many colours a picture of the tiles of grids has, and what went wrong."""
    uri = f"type=xyz&url={address}{TILES}&zmin=8&zmax=14"
    layer = QgsVectorTileLayer(uri, "tiles")
    assert layer.isValid()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setBackgroundColor(QColor("white"))
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    settings.setDestinationCrs(mercator)
    to = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), mercator, QgsProject.instance()
    )
    settings.setExtent(to.transformBoundingBox(QgsRectangle(*TOWN)))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    colours = {image.pixel(x, y) for x in range(WIDTH) for y in range(HEIGHT)}
    return {"colours": len(colours), "errors": [e.message for e in job.errors()]}


def known_then(address: str, *times: str) -> Any:
    """Rows of collections as they were known at times."""
    return {
        time: {
            name: rows_of(layer_of(address, name, f"?known_at={time}"))
            for name in ("grids", "places")
        }
        for time in times or ("2026-09-10", "2026-09-30T15:45:00.001Z")
    }


PARTS: dict[str, Callable[..., Any]] = {
    "list": collections,
    "each": each,
    "types": types,
    "all pages": all_pages,
    "expression": expression,
    "window": window,
    "another CRS": reprojected,
    "tiles": tiles,
    "known then": known_then,
}


@contextmanager
def qgis() -> Iterator[None]:
    """QGIS without a window."""
    application = QgsApplication([], False)
    application.initQgis()
    try:
        yield
    finally:
        application.exitQgis()


if __name__ == "__main__":
    address, part, *more = sys.argv[1:]
    with qgis():
        seen = PARTS[part](address, *more)
        print(
            json.dumps({"version": Qgis.QGIS_VERSION.partition("-")[0], "seen": seen})
        )
