-- near events of a kind: cells of 0.002 degrees

DROP INDEX loops_near

CREATE INDEX loops_near ON loops (
    kind,
    CAST(lon * 500 AS INTEGER) * 1000000 + CAST(lat * 500 AS INTEGER),
    occurred_at
)
