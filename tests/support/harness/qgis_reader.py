"""QGIS opens the layers of a GeoPackage; run by the Python that has QGIS.

Usage: ``python3 qgis_reader.py FILE PICTURE LAYER``; what it reads of every layer is
printed as JSON, and the layer that is named is drawn.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIZE = QSize(600, 450)


def read(path, name):
    """A layer as QGIS opens it, with its default style."""
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    assert layer.isValid(), name
    return layer


def words(layer):
    """What a layer says of itself."""
    fields = list(layer.fields())
    return {
        "count": layer.featureCount(),
        "renderer": layer.renderer().type() if layer.isSpatial() else "",
        "names": {
            f.name(): layer.attributeDisplayName(n) for n, f in enumerate(fields)
        },
        "lists": {
            f.name(): f.editorWidgetSetup().config()["map"]
            for f in fields
            if f.editorWidgetSetup().type() == "ValueMap"
        },
        "labels": layer.labelsEnabled(),
    }


def draw(layer, picture):
    """Draw a layer alone, as far as it reaches."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(SIZE)
    settings.setBackgroundColor(QColor("white"))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)


def main(path, picture, drawn):
    """Read every layer of a file, draw one."""
    application = QgsApplication([], True)
    application.initQgis()
    root = QgsVectorLayer(path, "", "ogr")
    rows = root.dataProvider().subLayers()
    names = [row.split("!!::!!")[1] for row in rows]
    layers = {name: read(path, name) for name in names}
    draw(layers[drawn], picture)
    print(json.dumps({name: words(layer) for name, layer in layers.items()}))
    sys.stdout.flush()
    # at its end Python takes apart what QGIS still needs
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
