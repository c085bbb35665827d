-- Whose ground lies around the town: areas with their official code.

CREATE TABLE neighbours (
    fid INTEGER NOT NULL PRIMARY KEY,
    geom MULTIPOLYGON,
    neighbour_id TEXT NOT NULL,
    name TEXT,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX neighbours_order ON neighbours (batch)

CREATE INDEX neighbours_key ON neighbours (neighbour_id)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
SELECT 'neighbours', 'features', 'neighbours', 'Layer neighbours of Pagoda.', srs_id
FROM gpkg_contents WHERE table_name = 'grids'

INSERT INTO gpkg_geometry_columns
SELECT 'neighbours', 'geom', 'MULTIPOLYGON', srs_id, 0, 0
FROM gpkg_contents WHERE table_name = 'neighbours'

CREATE VIRTUAL TABLE rtree_neighbours_geom USING rtree(id, minx, maxx, miny, maxy)

CREATE TRIGGER rtree_neighbours_geom_insert AFTER INSERT ON neighbours
WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_neighbours_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_neighbours_geom_update1 AFTER UPDATE OF geom ON neighbours
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_neighbours_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_neighbours_geom_update2 AFTER UPDATE OF geom ON neighbours
WHEN OLD.fid = NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_neighbours_geom WHERE id = OLD.fid;
END

CREATE TRIGGER rtree_neighbours_geom_update3 AFTER UPDATE ON neighbours
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_neighbours_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_neighbours_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_neighbours_geom_update4 AFTER UPDATE ON neighbours
WHEN OLD.fid != NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_neighbours_geom WHERE id IN (OLD.fid, NEW.fid);
END

CREATE TRIGGER rtree_neighbours_geom_delete AFTER DELETE ON neighbours
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_neighbours_geom WHERE id = OLD.fid;
END

INSERT INTO gpkg_extensions VALUES (
    'neighbours', 'geom', 'gpkg_rtree_index',
    'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'
)

CREATE TRIGGER only_added_neighbours_update BEFORE UPDATE ON neighbours
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_neighbours_delete BEFORE DELETE ON neighbours
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END
