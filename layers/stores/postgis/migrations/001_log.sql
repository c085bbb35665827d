-- Who the store is, and its log: one link a transaction, each holding the one before.
-- Text is compared by code point (COLLATE "C"); instants have milliseconds.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is only ever added to', TG_TABLE_NAME;
END
$$;

-- Every table of the store: rows are only added, and whoever is not its owner sees
-- only what a policy lets through.
CREATE FUNCTION wall_off(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name
    );
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
END
$$;

CREATE TABLE store (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    store_id text COLLATE "C" NOT NULL,
    srid integer NOT NULL
);

CREATE TABLE links (
    sequence bigint PRIMARY KEY,
    layer text COLLATE "C" NOT NULL,
    rows bigint NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    digest text COLLATE "C" NOT NULL,
    head text COLLATE "C" NOT NULL
);
-- asked every second by every reader: the last link that changes what is answered
CREATE INDEX links_revision ON links (sequence) WHERE layer <> 'events';

SELECT wall_off('store'), wall_off('links');
