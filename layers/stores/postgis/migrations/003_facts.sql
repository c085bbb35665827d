-- Layers of facts with both times; ordinal is the order of record.

CREATE TABLE posts (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id text COLLATE "C" NOT NULL,
    area_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    holder_id text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON posts (post_id, ordinal DESC);
CREATE INDEX ON posts (batch);

CREATE TABLE duties (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    duty_id text COLLATE "C" NOT NULL,
    post_id text COLLATE "C" NOT NULL,
    holder_id text COLLATE "C" NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON duties (duty_id, ordinal DESC);
CREATE INDEX ON duties (batch);

CREATE TABLE enterprises (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id text COLLATE "C" NOT NULL,
    scene text COLLATE "C" NOT NULL,
    is_coded boolean NOT NULL,
    hazard text COLLATE "C",
    grid_id text COLLATE "C",
    cluster text COLLATE "C",
    is_listed boolean,
    source text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C",
    name text COLLATE "C",
    address text COLLATE "C",
    address_kind text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL,
    geom geometry(Point, :srid)
);
CREATE INDEX ON enterprises (place_id, source, address_kind, ordinal DESC);
CREATE INDEX ON enterprises (batch);
CREATE INDEX ON enterprises USING gist (geom);

CREATE TABLE inspections (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inspection_id text COLLATE "C" NOT NULL,
    place_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    findings text COLLATE "C",
    fixed text COLLATE "C",
    campaign text COLLATE "C",
    result text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON inspections (inspection_id, ordinal DESC);
CREATE INDEX ON inspections (batch);

CREATE TABLE rules (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_id text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON rules (rule_id, ordinal DESC);
CREATE INDEX ON rules (batch);

CREATE TABLE stations (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    station_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    area_id text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL,
    geom geometry(Point, :srid)
);
CREATE INDEX ON stations (station_id, ordinal DESC);
CREATE INDEX ON stations (batch);
CREATE INDEX ON stations USING gist (geom);

SELECT wall_off('posts'), wall_off('duties'), wall_off('enterprises'),
    wall_off('inspections'), wall_off('rules'), wall_off('stations');
