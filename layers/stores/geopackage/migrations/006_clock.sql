-- The clock of a made-up town; the row that was added last counts.

CREATE TABLE clock (
    fid INTEGER NOT NULL PRIMARY KEY,
    base INTEGER NOT NULL,
    speed DOUBLE NOT NULL,
    since INTEGER
)

INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('clock', 'attributes', 'clock', 'The clock of a made-up town.')

CREATE TRIGGER only_added_clock_update BEFORE UPDATE ON clock
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_clock_delete BEFORE DELETE ON clock
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END
