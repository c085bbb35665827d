"""Requirements of the OGC standards, by the conformance class that asks for them.

Identifiers are those of OGC 19-072, 20-024, 17-069r4, 18-058r1, 19-079r2, 23-058r2,
20-057 and 21-065r2.
"""

OGC = "http://www.opengis.net/spec/"

REQUIREMENTS = {
    "ogcapi-common-1/1.0/conf/core": (
        "http",
        "query-param-name-unknown",
        "query-param-value-invalid",
        "query-param-capitalization",
        "query-param-list-delimiter",
        "query-param-list-escape",
        "query-param-list-empty",
        "query-param-value-boolean",
        "query-param-value-integer",
        "query-param-value-decimal",
        "query-param-value-double",
    ),
    "ogcapi-common-2/1.0/conf/collections": (
        "collections-list-op",
        "collections-list-success",
        "collections-list-links",
        "collections-list-collections",
        "description-op",
        "description-success",
        "description-links",
        "description-extent",
        "description-extent-multi",
    ),
    "ogcapi-features-1/1.0/conf/core": (
        "root-op",
        "root-success",
        "api-definition-op",
        "api-definition-success",
        "conformance-op",
        "conformance-success",
        "http",
        "query-param-unknown",
        "query-param-invalid",
        "crs84",
        "fc-md-op",
        "fc-md-success",
        "fc-md-links",
        "fc-md-items",
        "fc-md-items-links",
        "fc-md-extent",
        "fc-md-extent-multi",
        "sfc-md-op",
        "sfc-md-success",
        "fc-op",
        "fc-limit-definition",
        "fc-limit-response-1",
        "fc-bbox-definition",
        "fc-bbox-response",
        "fc-time-definition",
        "fc-time-response",
        "fc-response",
        "fc-links",
        "fc-rel-type",
        "fc-timeStamp",
        "fc-numberMatched",
        "fc-numberReturned",
        "f-op",
        "f-success",
        "f-links",
    ),
    "ogcapi-features-1/1.0/conf/geojson": ("definition", "content"),
    "ogcapi-features-1/1.0/conf/html": ("definition", "content"),
    "ogcapi-features-1/1.0/conf/oas30": (
        "oas-definition-1",
        "oas-definition-2",
        "oas-impl",
        "completeness",
        "exceptions-codes",
        "security",
    ),
    "ogcapi-features-2/1.0/conf/crs": (
        "crs-uri",
        "fc-md-crs-list",
        "fc-md-crs-list-global",
        "fc-md-storageCrs",
        "fc-md-storageCrs-valid-value",
        "fc-bbox-crs-definition",
        "fc-bbox-crs-valid-value",
        "fc-bbox-crs-default-value",
        "fc-bbox-crs-action",
        "bbox-crs-exception",
        "fc-crs-definition",
        "fc-crs-valid-value",
        "fc-crs-default-value",
        "fc-crs-action",
        "crs-exception",
        "ogc-crs-header",
        "ogc-crs-header-value",
        "geojson",
    ),
    "ogcapi-features-3/1.0/conf/queryables": (
        "queryables-link",
        "get-queryables-op",
        "get-queryables-response",
        "expression-construction",
    ),
    "ogcapi-features-3/1.0/conf/queryables-query-parameters": ("parameters",),
    "ogcapi-features-3/1.0/conf/filter": (
        "filter-param",
        "filter-lang-param",
        "filter-crs-wgs84",
        "filter-crs-param",
        "mixing-expressions",
        "response",
        "get-functions-operation",
        "get-functions-response-json",
    ),
    "ogcapi-features-3/1.0/conf/features-filter": (
        "get-queryables-op",
        "queryables-link",
        "filter-param",
        "filter-lang-param",
        "filter-crs-param",
        "response",
    ),
    "ogcapi-features-5/1.0/conf/schemas": (
        "json-schema",
        "properties",
        "additional-keywords",
        "role",
        "role-id",
        "property-seq",
        "unit",
        "definition",
        "nullvalues",
    ),
    "ogcapi-tiles-1/1.0/conf/core": (
        "tc-op",
        "tc-tilematrix-definition",
        "tc-tilerow-definition",
        "tc-tilecol-definition",
        "tc-success",
        "tc-error",
        "conformance-success",
    ),
    "ogcapi-tiles-1/1.0/conf/tileset": ("description",),
    "ogcapi-tiles-1/1.0/conf/tilesets-list": ("tileset-path", "tileset-links"),
    "ogcapi-tiles-1/1.0/conf/geodata-tilesets": ("operation", "desc-links"),
    "ogcapi-tiles-1/1.0/conf/mvt": ("content",),
    "ogcapi-tiles-1/1.0/conf/oas30": ("completeness", "operation-id"),
    "cql2/1.0/conf/basic-cql2": (
        "cql2-filter",
        "property",
        "binary-comparison-predicate",
        "null-predicate",
    ),
    "cql2/1.0/conf/advanced-comparison-operators": (
        "like-predicate",
        "between-predicate",
        "in-predicate",
    ),
    "cql2/1.0/conf/case-insensitive-comparison": ("casei-function",),
    "cql2/1.0/conf/basic-spatial-functions": (
        "spatial-functions",
        "spatial-predicate",
    ),
    "cql2/1.0/conf/cql2-text": (
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "basic-spatial-functions",
        "temporal-functions",
        "escaping",
    ),
    "cql2/1.0/conf/cql2-json": (
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "basic-spatial-functions",
        "temporal-functions",
    ),
    "cql2/1.0/conf/temporal-functions": (
        "temporal-predicates",
        "temporal-functions",
    ),
}
"""Last part of each ``…/req/CLASS/REQUIREMENT``."""

CONDITIONS = {
    ("ogcapi-features-3/1.0/conf/filter", "get-functions-operation"): (
        "cql2/1.0/conf/functions"
    ),
    ("ogcapi-features-3/1.0/conf/filter", "get-functions-response-json"): (
        "cql2/1.0/conf/functions"
    ),
}
"""Requirements that hold only where another class is declared too."""


def place_of_test(conformance_class: str, requirement: str) -> tuple[str, str]:
    """Return the file and the function of the test of a requirement."""
    standard, _, _, name = conformance_class.split("/")
    part = standard.removeprefix("ogcapi-").replace("-", "_")
    function = f"test_{name}_{requirement}".replace("-", "_")
    return f"test_{part}.py", function
