-- What the roles of roles.sql may do; by the owner, after `pagoda init` and after each
-- `pagoda migrate`; it may be run again at any time:
--   psql -v ON_ERROR_STOP=1 -1 -d town -U pagoda_owner -v schema=town \
--        -v service=pagoda_service -v reader=pagoda_reader -f grants.sql

GRANT USAGE ON SCHEMA :"schema" TO :"service", :"reader";
REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM :"service", :"reader";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"service", :"reader";

-- what was written stays: rows are only added, and who the store is changes for nobody
GRANT INSERT ON ALL TABLES IN SCHEMA :"schema" TO :"service";
REVOKE INSERT ON :"schema".store, :"schema".schema_version, :"schema".reach
    FROM :"service";
-- what follows from actions and is made again from them
GRANT UPDATE, DELETE ON :"schema".loops, :"schema".tasks, :"schema".loop_departments,
    :"schema".deliveries TO :"service";

-- the table of a new month of events is made by its owner
ALTER FUNCTION :"schema".make_event_partition(timestamptz)
    SECURITY DEFINER SET search_path = :"schema", public, pg_temp;
REVOKE EXECUTE ON FUNCTION :"schema".make_event_partition(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION :"schema".make_event_partition(timestamptz) TO :"service";
