-- Rows of a store are only ever added: no change and no removal by mistake.

CREATE TRIGGER only_added_log_update BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_log_delete BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_versions_update BEFORE UPDATE ON versions
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_versions_delete BEFORE DELETE ON versions
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_lineage_update BEFORE UPDATE ON lineage
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_lineage_delete BEFORE DELETE ON lineage
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_withdrawals_update BEFORE UPDATE ON withdrawals
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_withdrawals_delete BEFORE DELETE ON withdrawals
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_grids_update BEFORE UPDATE ON grids
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_grids_delete BEFORE DELETE ON grids
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_circles_update BEFORE UPDATE ON circles
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_circles_delete BEFORE DELETE ON circles
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_communities_update BEFORE UPDATE ON communities
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_communities_delete BEFORE DELETE ON communities
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_posts_update BEFORE UPDATE ON posts
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_posts_delete BEFORE DELETE ON posts
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_duties_update BEFORE UPDATE ON duties
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_duties_delete BEFORE DELETE ON duties
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_enterprises_update BEFORE UPDATE ON enterprises
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_enterprises_delete BEFORE DELETE ON enterprises
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_inspections_update BEFORE UPDATE ON inspections
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_inspections_delete BEFORE DELETE ON inspections
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_rules_update BEFORE UPDATE ON rules
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_rules_delete BEFORE DELETE ON rules
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_stations_update BEFORE UPDATE ON stations
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_stations_delete BEFORE DELETE ON stations
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_events_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_events_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_outbox_update BEFORE UPDATE ON outbox
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_outbox_delete BEFORE DELETE ON outbox
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END
