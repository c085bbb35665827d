"""Words of the pages on which layers are read in a browser."""

from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import Vocabulary, Words

LAYERS: Final[Vocabulary] = MappingProxyType(
    {
        "collections": Words("图层集合", "Collections"),
        "collection": Words("图层", "Layer"),
        "items": Words("要素列表", "Items"),
        "conformance": Words("符合的标准", "Conforms to"),
        "paths": Words("接口地址", "Paths"),
        "name": Words("标识", "Id"),
        "type": Words("类型", "Type"),
        "meaning": Words("含义", "Meaning"),
        "schema": Words("字段说明", "Schema"),
        "feature_schema": Words("GeoJSON 要素模式", "Schema of an item as GeoJSON"),
        "queryables": Words("可查询的字段", "Queryables"),
        "parts": Words("内容", "What there is"),
        "tiles": Words("矢量瓦片", "Vector tiles"),
        "matrix_sets": Words("瓦片矩阵集", "Tile matrix sets"),
        "matrix": Words("矩阵", "Tile matrix"),
        "cell": Words("像元边长（米）", "Cell size (m)"),
        "matrix_rows": Words("行", "Rows"),
        "matrix_columns": Words("列", "Columns"),
        "edition": Words("瓦片版本", "Edition"),
        "extent": Words("范围（西、南、东、北）", "Extent (west, south, east, north)"),
        "since": Words("最早版本生效时间", "First version in force since"),
        "crs": Words("坐标系", "CRS"),
        "storage_crs": Words("存储坐标系", "CRS of the store"),
        "owner": Words("责任方", "Owner"),
        "geometry": Words("几何", "Geometry"),
        "parameters": Words("参数", "Parameters"),
        "count": Words("共 {matched} 条，本页 {count} 条", "{count} of {matched}"),
        "more": Words("下一页", "Next page"),
    }
)
"""Captions of the pages of layers."""
