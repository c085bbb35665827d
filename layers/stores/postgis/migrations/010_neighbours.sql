-- Whose ground lies around the town: areas with their official code.

CREATE TABLE neighbours (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    neighbour_id text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    valid_from timestamptz(3) NOT NULL,
    valid_to timestamptz(3),
    cancelled boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    batch bigint NOT NULL,
    geom geometry(MultiPolygon, :srid)
);
CREATE INDEX ON neighbours (neighbour_id, ordinal DESC);
CREATE INDEX ON neighbours (batch);
CREATE INDEX ON neighbours USING gist (geom);

SELECT wall_off('neighbours');

-- every field is open
CREATE POLICY open ON neighbours FOR SELECT USING (true);
