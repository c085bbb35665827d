-- The second wall, for roles that read the database themselves: the service decides who
-- may see what; these policies hold where it is passed by. A role needs GRANT SELECT
-- besides. No policy lets anyone write, and a table without a policy shows no row.

-- The grids whose events and enterprises a role may read; kept by the owner.
CREATE TABLE reach (
    role_name name NOT NULL,
    grid_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (role_name, grid_id)
);
ALTER TABLE reach ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON reach FOR SELECT USING (role_name = current_user);
GRANT SELECT ON reach TO PUBLIC;

CREATE POLICY reached ON events FOR SELECT
    USING (grid_id IN (SELECT reach.grid_id FROM reach));
CREATE POLICY reached ON enterprises FOR SELECT
    USING (grid_id IN (SELECT reach.grid_id FROM reach));

-- layers of which every field is open
CREATE POLICY open ON versions FOR SELECT USING (true);
CREATE POLICY open ON lineage FOR SELECT USING (true);
CREATE POLICY open ON withdrawals FOR SELECT USING (true);
CREATE POLICY open ON grids FOR SELECT USING (true);
CREATE POLICY open ON circles FOR SELECT USING (true);
CREATE POLICY open ON communities FOR SELECT USING (true);
CREATE POLICY open ON rules FOR SELECT USING (true);
