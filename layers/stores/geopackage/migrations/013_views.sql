-- What is in force now, as GIS software reads it; tables of all times are not listed.

-- What time it is in the town: by the clock of this machine, or of a made-up one.

CREATE VIEW store_now AS
WITH imprint AS (
    SELECT json_type(body, '$.is_synthetic') IS 'true' AS is_synthetic
    FROM rules AS fact
    WHERE rule_id = 'imprint' AND cancelled IS NOT 1
    AND json_valid(body) AND json_type(body) = 'object'
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = fact.batch
        AND log.layer = 'rules' AND log.recorded_at = fact.recorded_at
    ) AND NOT EXISTS (
        SELECT 1 FROM rules AS later
        WHERE later.rule_id = fact.rule_id AND later.valid_from = fact.valid_from
        AND (later.batch, later.fid) > (fact.batch, fact.fid)
        AND EXISTS (
            SELECT 1 FROM log WHERE log.sequence = later.batch
            AND log.layer = 'rules' AND log.recorded_at = later.recorded_at
        )
    )
    ORDER BY valid_from LIMIT 1
),
machine AS (
    SELECT
        strftime('%s', 'now') * 1000 + substr(strftime('%f', 'now'), 4) AS at,
        strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS text
),
town AS (
    SELECT since, CASE
        WHEN since IS NULL THEN base
        ELSE base + CAST(max(machine.at - since, 0) * speed AS INTEGER)
    END AS at
    FROM clock, machine ORDER BY fid DESC LIMIT 1
)
SELECT CASE
    WHEN NOT coalesce(
        (SELECT is_synthetic FROM imprint), EXISTS (SELECT 1 FROM town)
    ) THEN (SELECT text FROM machine)
    WHEN (SELECT since FROM town) IS NOT NULL THEN (
        SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') FROM town
    )
    ELSE max(
        coalesce(
            (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') FROM town),
            ''
        ),
        coalesce(
            (SELECT recorded_at FROM log ORDER BY sequence DESC LIMIT 1),
            '1970-01-01T00:00:00.000Z'
        )
    )
END AS at

CREATE VIEW version_now AS
SELECT version FROM versions
WHERE system = 'main' AND valid_from <= (SELECT at FROM store_now)
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = versions.batch
    AND log.layer = 'versions' AND log.recorded_at = versions.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM withdrawals
    WHERE withdrawals.system = versions.system
    AND withdrawals.version = versions.version
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = withdrawals.batch
        AND log.layer = 'withdrawals' AND log.recorded_at = withdrawals.recorded_at
    )
)
ORDER BY valid_from DESC, version DESC LIMIT 1

CREATE VIEW grids_now AS
SELECT
    fid, geom, version, grid_id, parent_id, community_id, name, residents,
    registered, households, attributes
FROM grids
WHERE system = 'main' AND version = (SELECT version FROM version_now)

CREATE VIEW circles_now AS
SELECT
    fid, geom, version, circle_id, parent_id, tier, name
FROM circles
WHERE system = 'main' AND version = (SELECT version FROM version_now)

CREATE VIEW communities_now AS
SELECT
    fid, geom, version, community_id, name
FROM communities
WHERE system = 'main' AND version = (SELECT version FROM version_now)

CREATE VIEW posts_now AS
SELECT
    fid, post_id, area_id, role, holder_id, title, department, phone,
    valid_from, valid_to, recorded_at
FROM posts AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'posts' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM posts AS later
    WHERE later.post_id = fact.post_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'posts' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW duties_now AS
SELECT
    fid, duty_id, post_id, holder_id, valid_from, valid_to, recorded_at
FROM duties AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'duties' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM duties AS later
    WHERE later.duty_id = fact.duty_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'duties' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW enterprises_now AS
SELECT
    fid, geom, place_id, scene, is_coded, hazard, grid_id, cluster, is_listed,
    source, credit_code, name, address, address_kind, valid_from, valid_to,
    recorded_at
FROM enterprises AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'enterprises' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM enterprises AS later
    WHERE later.place_id = fact.place_id
    AND later.source = fact.source
    AND later.address_kind IS fact.address_kind
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'enterprises' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW inspections_now AS
SELECT
    fid, inspection_id, place_id, kind, findings, fixed, campaign, result,
    post_id, valid_from, valid_to, recorded_at
FROM inspections AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'inspections' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM inspections AS later
    WHERE later.inspection_id = fact.inspection_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'inspections' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW rules_now AS
SELECT
    fid, rule_id, owner, body, valid_from, valid_to, recorded_at
FROM rules AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'rules' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM rules AS later
    WHERE later.rule_id = fact.rule_id
    AND later.valid_from = fact.valid_from
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'rules' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW stations_now AS
SELECT
    fid, geom, station_id, kind, name, area_id, valid_from, valid_to,
    recorded_at
FROM stations AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'stations' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM stations AS later
    WHERE later.station_id = fact.station_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'stations' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW neighbours_now AS
SELECT
    fid, geom, neighbour_id, name, valid_from, valid_to, recorded_at
FROM neighbours AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'neighbours' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM neighbours AS later
    WHERE later.neighbour_id = fact.neighbour_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'neighbours' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW sources_now AS
SELECT
    fid, source, name_zh, name_en, sort, datum, accuracy_m, kind_map, trust,
    destination_id, owner, valid_from, valid_to, recorded_at
FROM sources AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'sources' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM sources AS later
    WHERE later.source = fact.source
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'sources' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW devices_now AS
SELECT
    fid, geom, device_id, source, sort, accuracy_m, in_home, valid_from,
    valid_to, recorded_at
FROM devices AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND in_home IS NOT 1
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'devices' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM devices AS later
    WHERE later.device_id = fact.device_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'devices' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW departments_now AS
SELECT
    fid, geom, department_id, name_zh, name_en, rank, platform, post_id, team,
    valid_from, valid_to, recorded_at
FROM departments AS fact
WHERE cancelled IS NOT 1 AND valid_from <= (SELECT at FROM store_now)
AND (valid_to IS NULL OR valid_to > (SELECT at FROM store_now))
AND EXISTS (
    SELECT 1 FROM log WHERE log.sequence = fact.batch
    AND log.layer = 'departments' AND log.recorded_at = fact.recorded_at
) AND NOT EXISTS (
    SELECT 1 FROM departments AS later
    WHERE later.department_id = fact.department_id
    AND (later.batch, later.fid) > (fact.batch, fact.fid)
    AND EXISTS (
        SELECT 1 FROM log WHERE log.sequence = later.batch
        AND log.layer = 'departments' AND log.recorded_at = later.recorded_at
    )
)

CREATE VIEW events_now AS
SELECT
    events.fid, events.geom, events.event_id, events.source, events.source_id,
    events.kind, events.severity,
    CAST(
        coalesce(nullif(loops.status, ''), json_extract(answer, '$.assignment.status'))
    AS TEXT) AS status,
    loops.state,
    CAST(coalesce(nullif(loops.grid_id, ''), events.grid_id) AS TEXT) AS grid_id,
    CAST(CASE
        WHEN loops.area_path <> '' THEN rtrim(substr(
            loops.area_path, 1,
            length(loops.area_path) - length(coalesce(loops.grid_id || '/', ''))
        ), '/')
        ELSE (
            SELECT group_concat(value, '/') FROM (
                SELECT value FROM json_each(answer, '$.assignment.chain')
                ORDER BY key DESC
            )
        )
    END AS TEXT) AS circles,
    CAST(coalesce(
        nullif(loops.post_id, ''),
        json_extract(answer, '$.assignment.accountable.post_id')
    ) AS TEXT) AS post_id,
    CAST(coalesce(
        events.community_id, json_extract(answer, '$.assignment.community_id')
    ) AS TEXT) AS community_id,
    events.occurred_at, events.received_at, events.recorded_at
FROM (
    SELECT *, CASE
        WHEN json_valid(CAST(at_occurrence AS TEXT)) THEN CAST(at_occurrence AS TEXT)
    END AS answer
    FROM events
) AS events LEFT JOIN loops ON loops.event_row = events.fid
WHERE EXISTS (
    SELECT 1 FROM log WHERE log.sequence = events.batch
    AND log.layer = 'events' AND log.recorded_at = events.recorded_at
)

-- GIS software lists these views, and no table that stacks what was on what is.

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
SELECT table_name || '_now', data_type, table_name || '_now',
    'Layer ' || table_name || ' of Pagoda, as it is in force now.', srs_id
FROM gpkg_contents WHERE table_name IN (
    'grids', 'circles', 'communities', 'posts', 'duties', 'enterprises',
    'inspections', 'rules', 'stations', 'neighbours', 'sources', 'devices',
    'departments', 'events'
)

INSERT INTO gpkg_geometry_columns
SELECT table_name || '_now', column_name, geometry_type_name, srs_id, z, m
FROM gpkg_geometry_columns WHERE table_name || '_now' IN (
    SELECT table_name FROM gpkg_contents
)

DELETE FROM gpkg_geometry_columns WHERE table_name || '_now' IN (
    SELECT table_name FROM gpkg_contents
)

DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'

DELETE FROM gpkg_contents
WHERE table_name IN ('keys', 'destinations') OR table_name || '_now' IN (
    SELECT table_name FROM gpkg_contents
)

-- What columns are called and which values they take: the extension gpkg_schema.

CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    name TEXT,
    title TEXT,
    description TEXT,
    mime_type TEXT,
    constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
)

CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL,
    constraint_type TEXT NOT NULL,
    value TEXT,
    min NUMERIC,
    min_is_inclusive BOOLEAN,
    max NUMERIC,
    max_is_inclusive BOOLEAN,
    description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)

INSERT INTO gpkg_extensions VALUES
(
    'gpkg_data_columns', NULL, 'gpkg_schema',
    'http://www.geopackage.org/spec121/#extension_schema', 'read-write'
),
(
    'gpkg_data_column_constraints', NULL, 'gpkg_schema',
    'http://www.geopackage.org/spec121/#extension_schema', 'read-write'
)

-- How QGIS draws layers; the table is as QGIS makes it.

CREATE TABLE layer_styles (
    id INTEGER NOT NULL PRIMARY KEY,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers.')
