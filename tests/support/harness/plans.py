"""Plans of PostgreSQL, as EXPLAIN tells them."""

EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON) "


def rows_of(node):
    """Yield how many rows each step of a plan met, whether it kept them or not."""
    dropped = node.get("Rows Removed by Filter", 0)
    yield (node["Actual Rows"] + dropped) * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from rows_of(part)
