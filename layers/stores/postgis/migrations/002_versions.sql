-- Versions of the grid systems with their layers; :srid is the CRS of the store.

CREATE TABLE versions (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    author text COLLATE "C" NOT NULL,
    reviewer text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    base bigint,
    replaces bigint[] NOT NULL,
    untouched bigint[] NOT NULL,
    batch bigint NOT NULL,
    PRIMARY KEY (system, version)
);
CREATE INDEX ON versions (batch);

CREATE TABLE lineage (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    ordinal bigint NOT NULL,
    from_id text COLLATE "C" NOT NULL,
    to_id text COLLATE "C" NOT NULL,
    share double precision NOT NULL,
    from_system text COLLATE "C" NOT NULL,
    PRIMARY KEY (system, version, ordinal)
);

CREATE TABLE withdrawals (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    reason text COLLATE "C" NOT NULL,
    reviewer text COLLATE "C" NOT NULL,
    batch bigint NOT NULL,
    PRIMARY KEY (system, version)
);
CREATE INDEX ON withdrawals (batch);

CREATE TABLE grids (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    grid_id text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C",
    community_id text COLLATE "C",
    name text COLLATE "C",
    residents bigint,
    registered bigint,
    geom geometry(MultiPolygon, :srid) NOT NULL,
    PRIMARY KEY (system, version, grid_id)
);
CREATE INDEX ON grids USING gist (geom);

CREATE TABLE circles (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    circle_id text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C",
    tier bigint NOT NULL,
    name text COLLATE "C",
    geom geometry(MultiPolygon, :srid) NOT NULL,
    PRIMARY KEY (system, version, circle_id)
);
CREATE INDEX ON circles USING gist (geom);

CREATE TABLE communities (
    system text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    community_id text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    geom geometry(MultiPolygon, :srid) NOT NULL,
    PRIMARY KEY (system, version, community_id)
);
CREATE INDEX ON communities USING gist (geom);

SELECT wall_off('versions'), wall_off('lineage'), wall_off('withdrawals'),
    wall_off('grids'), wall_off('circles'), wall_off('communities');
