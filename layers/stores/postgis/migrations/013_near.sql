-- Near events of a kind: cells of 0.002 degrees. The time is written as no other index
-- has it, so that this one is taken also before there are figures of the table.

DROP INDEX loops_kind_occurred_at_idx;

CREATE INDEX loops_near ON loops (
    kind,
    (trunc(lon * 500)::bigint * 1000000 + trunc(lat * 500)::bigint),
    (occurred_at + 0)
);
