"""The OpenAPI 3.0 document has every path with every parameter."""

import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.ogc.catalogue import Catalogue
from api.service.ogc.description import STATE, api_document
from gis.access import EVERYTHING, Role

ALL = Sight(EVERYTHING, frozenset(Role), None)


@pytest.mark.parametrize("sight", [ALL, VISITOR])
def test_a_collection_has_a_parameter_for_each_field_that_is_seen(
    catalogue: Catalogue, sight: Sight
):
    listed = catalogue.collections(sight)
    document = api_document(listed.values(), sight, "http://here/ogc", "1.0", {})
    assert document["openapi"] == "3.0.3"
    for name, collection in listed.items():
        get = document["paths"][f"/collections/{name}/items"]["get"]
        names = [parameter["name"] for parameter in get["parameters"]]
        assert len(names) == len({*names})
        fields = {field.name for field in collection.fields(sight)}
        standard = {*("limit", "bbox", "bbox-crs", "crs", "after", "f"), *STATE}
        filters = {"filter", "filter-lang", "filter-crs", "sortby", "properties"}
        assert {*names} == standard | filters | fields
        limit = next(p for p in get["parameters"] if p["name"] == "limit")
        assert (limit["schema"]["default"], limit["schema"]["maximum"]) == (1000, 10000)
        # where QGIS looks for it, without which its pages have 100 items
        assert document["components"]["parameters"] == {"limit": limit}


def test_every_operation_has_an_id_of_its_own(catalogue: Catalogue):
    listed = catalogue.collections(ALL).values()
    paths = api_document(listed, ALL, "http://here/ogc", "1.0", {})["paths"]
    ids = [path["get"]["operationId"] for path in paths.values()]
    assert len(ids) == len({*ids})
