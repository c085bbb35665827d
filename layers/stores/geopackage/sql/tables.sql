CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);

CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id)
        REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_extensions (
    table_name TEXT,
    column_name TEXT,
    extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

CREATE TABLE pagoda_store (
    fid INTEGER NOT NULL PRIMARY KEY,
    store_id TEXT NOT NULL,
    crs TEXT NOT NULL,
    schema_version INTEGER NOT NULL
);

CREATE TABLE log (
    sequence INTEGER NOT NULL PRIMARY KEY,
    layer TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    recorded_at DATETIME NOT NULL,
    digest TEXT NOT NULL,
    head TEXT NOT NULL
);

CREATE INDEX log_revisions ON log (sequence) WHERE layer <> 'events';

CREATE TABLE versions (
    fid INTEGER NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    version INTEGER NOT NULL,
    valid_from DATETIME NOT NULL,
    recorded_at DATETIME NOT NULL,
    author TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    note TEXT NOT NULL,
    digest TEXT NOT NULL,
    base INTEGER,
    replaces TEXT NOT NULL,
    untouched TEXT NOT NULL,
    batch INTEGER NOT NULL,
    UNIQUE (system, version)
);

CREATE INDEX versions_batch ON versions (batch);

CREATE TABLE lineage (
    fid INTEGER NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    version INTEGER NOT NULL,
    from_id TEXT NOT NULL,
    to_id TEXT NOT NULL,
    share DOUBLE NOT NULL,
    from_system TEXT NOT NULL
);

CREATE INDEX lineage_version ON lineage (system, version);

CREATE TABLE withdrawals (
    fid INTEGER NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_at DATETIME NOT NULL,
    reason TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    batch INTEGER NOT NULL
);

CREATE INDEX withdrawals_batch ON withdrawals (batch);

CREATE TABLE events (
    fid INTEGER NOT NULL PRIMARY KEY,
    geom POINT,
    event_id TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    x DOUBLE,
    y DOUBLE,
    datum TEXT,
    accuracy_m DOUBLE,
    community_id TEXT,
    occurred_at DATETIME NOT NULL,
    captured_at DATETIME NOT NULL,
    received_at DATETIME NOT NULL,
    recorded_at DATETIME NOT NULL,
    grid_id TEXT,
    at_occurrence BLOB NOT NULL,
    acting BLOB NOT NULL,
    details TEXT NOT NULL,
    batch INTEGER NOT NULL
);

CREATE UNIQUE INDEX events_event_id ON events (event_id);

CREATE UNIQUE INDEX events_source ON events (source_id, source);

-- by month first: events come in by time, and a month of the index stays in memory
CREATE INDEX events_grid ON events (substr(occurred_at, 1, 7), grid_id, occurred_at);

CREATE INDEX events_occurred_at ON events (occurred_at);

CREATE INDEX events_batch ON events (batch);

CREATE TABLE outbox (
    fid INTEGER NOT NULL PRIMARY KEY,
    destination TEXT NOT NULL,
    event_row INTEGER NOT NULL
);

CREATE INDEX outbox_destination ON outbox (destination, event_row);

CREATE INDEX outbox_event_row ON outbox (event_row);
