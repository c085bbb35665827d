-- Three roles and a schema for one town; once, by an administrator of the database, in
-- the database of the town:
--   psql -v ON_ERROR_STOP=1 -1 -d town -v schema=town -v owner=pagoda_owner \
--        -v service=pagoda_service -v reader=pagoda_reader -f roles.sql
-- Then `pagoda init` as the owner, and grants.sql. Passwords: \password pagoda_service.

CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;

-- owns the tables: `pagoda init`, `pagoda migrate`, grants.sql; nothing else runs as it
CREATE ROLE :"owner" LOGIN;
-- what serves and writes: it adds rows, and changes those alone that follow from others.
-- The walls of the tables (row level security) are for roles that the service does not
-- stand before: it reads all, and PostgreSQL copies rows into no table behind a wall.
CREATE ROLE :"service" LOGIN BYPASSRLS;
-- reads all and writes nothing: `pagoda export`, `pagoda backup`, `pagoda audit verify`
CREATE ROLE :"reader" LOGIN BYPASSRLS;

CREATE SCHEMA :"schema" AUTHORIZATION :"owner";
-- so that an address needs no search path: postgresql://pagoda_service@localhost/town
ALTER ROLE :"owner" IN DATABASE :"DBNAME" SET search_path = :"schema", public;
ALTER ROLE :"service" IN DATABASE :"DBNAME" SET search_path = :"schema", public;
ALTER ROLE :"reader" IN DATABASE :"DBNAME" SET search_path = :"schema", public;
ALTER ROLE :"reader" IN DATABASE :"DBNAME" SET default_transaction_read_only = on;
