-- Events, a partition for each month (UTC) of their record; log_row is 1, 2, 3 over all.

CREATE TABLE events (
    log_row bigint NOT NULL,
    batch bigint NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    event_id uuid NOT NULL,
    source text COLLATE "C" NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    severity bigint NOT NULL,
    x double precision,
    y double precision,
    datum text COLLATE "C",
    accuracy_m double precision,
    community_id text COLLATE "C",
    occurred_at timestamptz(3) NOT NULL,
    captured_at timestamptz(3) NOT NULL,
    received_at timestamptz(3) NOT NULL,
    grid_id text COLLATE "C",
    at_occurrence bytea NOT NULL,
    acting bytea NOT NULL,
    details text COLLATE "C" NOT NULL,
    geom geometry(Point, :srid),
    -- the order of the log: none of the three ever goes back
    PRIMARY KEY (recorded_at, batch, log_row)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX ON events (grid_id, occurred_at);
-- events occur about in the order of their record, so ranges of pages tell them apart
CREATE INDEX ON events USING brin (occurred_at);

-- What is unique over all partitions: the name its source gives an event, and its id.
CREATE TABLE event_keys (
    source text COLLATE "C" NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    event_id uuid NOT NULL UNIQUE,
    log_row bigint NOT NULL UNIQUE,
    batch bigint NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    PRIMARY KEY (source, source_id)
);

CREATE TABLE outbox (
    log_row bigint NOT NULL,
    ordinal bigint NOT NULL,
    destination text COLLATE "C" NOT NULL,
    PRIMARY KEY (log_row, ordinal)
);
CREATE INDEX ON outbox (destination, log_row);

SELECT wall_off('events'), wall_off('event_keys'), wall_off('outbox');

-- A table made apart and attached does not make readers of the other months wait.
CREATE FUNCTION make_event_partition(moment timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    month timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    name text := format(
        '%I.%I', current_schema(), 'events_' || to_char(month, 'YYYY_MM')
    );
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (LIKE events INCLUDING ALL)', name);
        PERFORM wall_off(name::regclass);
        EXECUTE format(
            'ALTER TABLE events ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
            name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        );
    END IF;
END
$$;
