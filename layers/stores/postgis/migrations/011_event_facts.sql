-- Who may report, act and be told: five layers of facts of the event service. None has a
-- policy: points and destinations are not open, keys are closed.

CREATE TABLE destinations (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination_id text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    secret_id text COLLATE "C" NOT NULL,
    is_disabled boolean,
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON destinations (destination_id, ordinal DESC);
CREATE INDEX ON destinations (batch);

CREATE TABLE sources (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C",
    sort text COLLATE "C" NOT NULL,
    datum text COLLATE "C",
    accuracy_m double precision,
    kind_map text COLLATE "C",
    trust double precision,
    destination_id text COLLATE "C",
    owner text COLLATE "C" NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON sources (source, ordinal DESC);
CREATE INDEX ON sources (batch);

CREATE TABLE devices (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    sort text COLLATE "C" NOT NULL,
    accuracy_m double precision,
    in_home boolean NOT NULL,
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL,
    geom geometry(Point, :srid)
);
CREATE INDEX ON devices (device_id, ordinal DESC);
CREATE INDEX ON devices (batch);
CREATE INDEX ON devices USING gist (geom);

CREATE TABLE departments (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C",
    rank bigint NOT NULL,
    platform text COLLATE "C",
    post_id text COLLATE "C",
    team text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL,
    geom geometry(Point, :srid)
);
CREATE INDEX ON departments (department_id, ordinal DESC);
CREATE INDEX ON departments (batch);
CREATE INDEX ON departments USING gist (geom);

CREATE TABLE keys (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    holder_id text COLLATE "C",
    department_id text COLLATE "C",
    source text COLLATE "C",
    area_id text COLLATE "C",
    grants text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL
);
CREATE INDEX ON keys (key_id, ordinal DESC);
CREATE INDEX ON keys (batch);

SELECT wall_off('destinations'), wall_off('sources'), wall_off('devices'),
    wall_off('departments'), wall_off('keys');
