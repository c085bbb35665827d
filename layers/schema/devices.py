"""The layer of devices: the eyes of sources, each with its place."""

from typing import Final

import geopandas as gpd

from gis.models import Device
from layers.schema.layer import Field, LayerSchema, check, not_negative
from layers.schema.values import lonlats_of, number_or_none

SORTS: Final = ("camera", "drone", "sensor")
SORTS_ZH: Final = ("摄像头", "无人机", "传感器")
"""What a device is."""

DEVICES = LayerSchema(
    name="devices",
    key="device_id",
    geometry="point",
    fields=(
        Field(
            "device_id", "text", True, "conditional", "Id of the device.", zh="设备编号"
        ),
        Field(
            "source",
            "text",
            True,
            "conditional",
            "Source that it reports for.",
            zh="来源",
        ),
        Field(
            "sort",
            "text",
            True,
            "conditional",
            "What it is.",
            values=SORTS,
            values_zh=SORTS_ZH,
            zh="设备类型",
        ),
        Field(
            "accuracy_m",
            "number",
            False,
            "conditional",
            "How far what it sees may be from its own place.",
            "metres",
            rule=not_negative,
            zh="精度（米）",
        ),
        Field(
            "in_home",
            "flag",
            True,
            "conditional",
            "Whether it is in a home: then its row is closed, in no layer and no file "
            "of one.",
            zh="是否在户内",
        ),
    ),
    owner="the owner of its source",
    closed_where="in_home",
    zh="设备",
)


def devices_of(devices: gpd.GeoDataFrame) -> tuple[Device, ...]:
    """Return the devices of a layer of devices, in its order, those in homes too.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.

    Examples
    --------
    >>> from shapely import Point
    >>> columns = {"device_id": ["V1"], "source": ["video"], "sort": ["camera"],
    ...            "in_home": [False]}
    >>> [camera] = devices_of(gpd.GeoDataFrame(columns, geometry=[Point(120, 30)]))
    >>> camera.device_id, camera.lon, camera.lat
    ('V1', 120.0, 30.0)
    """
    rows = check(devices, DEVICES)
    return tuple(
        Device(
            device_id=row["device_id"],
            source=row["source"],
            sort=row["sort"],
            in_home=bool(row["in_home"]),
            accuracy_m=number_or_none(row.get("accuracy_m")),
            lon=lon,
            lat=lat,
        )
        for row, (lon, lat) in zip(
            rows.to_dict("records"), lonlats_of(rows), strict=True
        )
    )
