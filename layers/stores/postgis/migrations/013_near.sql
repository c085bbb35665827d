-- Near events of a kind: cells of 0.002 degrees.

CREATE INDEX ON loops (
    kind,
    (trunc(lon * 500)::bigint * 1000000 + trunc(lat * 500)::bigint),
    occurred_at
);
