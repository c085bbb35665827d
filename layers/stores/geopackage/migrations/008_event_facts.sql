-- Who may report, act and be told: five layers of facts of the event service.

CREATE TABLE destinations (
    fid INTEGER NOT NULL PRIMARY KEY,
    destination_id TEXT NOT NULL,
    url TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    is_disabled BOOLEAN,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX destinations_order ON destinations (batch)

CREATE INDEX destinations_key ON destinations (destination_id)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('destinations', 'attributes', 'destinations', 'Layer destinations of Pagoda.')

CREATE TRIGGER only_added_destinations_update BEFORE UPDATE ON destinations
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_destinations_delete BEFORE DELETE ON destinations
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TABLE sources (
    fid INTEGER NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT,
    sort TEXT NOT NULL,
    datum TEXT,
    accuracy_m DOUBLE,
    kind_map TEXT,
    trust DOUBLE,
    destination_id TEXT,
    owner TEXT NOT NULL,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX sources_order ON sources (batch)

CREATE INDEX sources_key ON sources (source)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('sources', 'attributes', 'sources', 'Layer sources of Pagoda.')

CREATE TRIGGER only_added_sources_update BEFORE UPDATE ON sources
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_sources_delete BEFORE DELETE ON sources
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TABLE devices (
    fid INTEGER NOT NULL PRIMARY KEY,
    geom POINT,
    device_id TEXT NOT NULL,
    source TEXT NOT NULL,
    sort TEXT NOT NULL,
    accuracy_m DOUBLE,
    in_home BOOLEAN NOT NULL,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX devices_order ON devices (batch)

CREATE INDEX devices_key ON devices (device_id)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
SELECT 'devices', 'features', 'devices', 'Layer devices of Pagoda.', srs_id
FROM gpkg_contents WHERE table_name = 'grids'

INSERT INTO gpkg_geometry_columns
SELECT 'devices', 'geom', 'POINT', srs_id, 0, 0
FROM gpkg_contents WHERE table_name = 'devices'

CREATE VIRTUAL TABLE rtree_devices_geom USING rtree(id, minx, maxx, miny, maxy)

CREATE TRIGGER rtree_devices_geom_insert AFTER INSERT ON devices
WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_devices_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_devices_geom_update1 AFTER UPDATE OF geom ON devices
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_devices_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_devices_geom_update2 AFTER UPDATE OF geom ON devices
WHEN OLD.fid = NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_devices_geom WHERE id = OLD.fid;
END

CREATE TRIGGER rtree_devices_geom_update3 AFTER UPDATE ON devices
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_devices_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_devices_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_devices_geom_update4 AFTER UPDATE ON devices
WHEN OLD.fid != NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_devices_geom WHERE id IN (OLD.fid, NEW.fid);
END

CREATE TRIGGER rtree_devices_geom_delete AFTER DELETE ON devices
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_devices_geom WHERE id = OLD.fid;
END

INSERT INTO gpkg_extensions VALUES (
    'devices', 'geom', 'gpkg_rtree_index',
    'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'
)

CREATE TRIGGER only_added_devices_update BEFORE UPDATE ON devices
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_devices_delete BEFORE DELETE ON devices
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TABLE departments (
    fid INTEGER NOT NULL PRIMARY KEY,
    geom POINT,
    department_id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT,
    rank INTEGER NOT NULL,
    platform TEXT,
    post_id TEXT,
    team TEXT,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX departments_order ON departments (batch)

CREATE INDEX departments_key ON departments (department_id)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
SELECT 'departments', 'features', 'departments', 'Layer departments of Pagoda.', srs_id
FROM gpkg_contents WHERE table_name = 'grids'

INSERT INTO gpkg_geometry_columns
SELECT 'departments', 'geom', 'POINT', srs_id, 0, 0
FROM gpkg_contents WHERE table_name = 'departments'

CREATE VIRTUAL TABLE rtree_departments_geom USING rtree(id, minx, maxx, miny, maxy)

CREATE TRIGGER rtree_departments_geom_insert AFTER INSERT ON departments
WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_departments_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_departments_geom_update1 AFTER UPDATE OF geom ON departments
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_departments_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_departments_geom_update2 AFTER UPDATE OF geom ON departments
WHEN OLD.fid = NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_departments_geom WHERE id = OLD.fid;
END

CREATE TRIGGER rtree_departments_geom_update3 AFTER UPDATE ON departments
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_departments_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_departments_geom VALUES (
        NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom),
        ST_MinY(NEW.geom), ST_MaxY(NEW.geom)
    );
END

CREATE TRIGGER rtree_departments_geom_update4 AFTER UPDATE ON departments
WHEN OLD.fid != NEW.fid AND (NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_departments_geom WHERE id IN (OLD.fid, NEW.fid);
END

CREATE TRIGGER rtree_departments_geom_delete AFTER DELETE ON departments
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_departments_geom WHERE id = OLD.fid;
END

INSERT INTO gpkg_extensions VALUES (
    'departments', 'geom', 'gpkg_rtree_index',
    'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'
)

CREATE TRIGGER only_added_departments_update BEFORE UPDATE ON departments
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_departments_delete BEFORE DELETE ON departments
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TABLE keys (
    fid INTEGER NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    role TEXT NOT NULL,
    holder_id TEXT,
    department_id TEXT,
    source TEXT,
    area_id TEXT,
    grants TEXT,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    cancelled BOOLEAN,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX keys_order ON keys (batch)

CREATE INDEX keys_key ON keys (key_id)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('keys', 'attributes', 'keys', 'Layer keys of Pagoda.')

CREATE TRIGGER only_added_keys_update BEFORE UPDATE ON keys
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_keys_delete BEFORE DELETE ON keys
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END
