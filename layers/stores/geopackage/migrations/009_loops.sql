-- What was done with events, step by step; where each stands follows from it.

CREATE TABLE actions (
    fid INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT,
    seq INTEGER NOT NULL,
    action_id TEXT NOT NULL,
    action TEXT NOT NULL,
    at INTEGER NOT NULL,
    path TEXT NOT NULL,
    task_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    role TEXT NOT NULL,
    post_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    body BLOB NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer BLOB NOT NULL,
    destinations TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    batch INTEGER NOT NULL
)

CREATE INDEX actions_order ON actions (batch)

CREATE UNIQUE INDEX actions_seq ON actions (event_id, seq) WHERE event_id IS NOT NULL

CREATE UNIQUE INDEX actions_request ON actions (key_id, request_key)
WHERE request_key <> ''

CREATE UNIQUE INDEX actions_id ON actions (action_id)

CREATE INDEX actions_audit ON actions (fid) WHERE event_id IS NULL

-- Derived from actions, and made again from them: not walled.

CREATE TABLE loops (
    event_row INTEGER NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    pack TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    grid_id TEXT,
    area_path TEXT NOT NULL,
    post_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    line TEXT NOT NULL,
    module TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    is_sensitive INTEGER NOT NULL,
    is_supervised INTEGER NOT NULL,
    is_overridden INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    accepted_at INTEGER,
    assigned_at INTEGER,
    handled_at INTEGER,
    closed_at INTEGER,
    first_response_at INTEGER,
    arrived_at INTEGER,
    due_at INTEGER,
    closed_tier INTEGER,
    cluster TEXT NOT NULL,
    version INTEGER,
    lon DOUBLE,
    lat DOUBLE
)

CREATE UNIQUE INDEX loops_event ON loops (event_id)

CREATE INDEX loops_area ON loops (area_path, event_row)

CREATE INDEX loops_source ON loops (source, event_row)

CREATE INDEX loops_state ON loops (state, due_at)

CREATE INDEX loops_kind ON loops (kind, occurred_at)

CREATE INDEX loops_post ON loops (post_id, event_row) WHERE phase <> 'closed'

CREATE INDEX loops_open ON loops (due_at) WHERE phase <> 'closed'

CREATE INDEX loops_cluster ON loops (cluster) WHERE cluster <> ''

CREATE TABLE tasks (
    fid INTEGER NOT NULL PRIMARY KEY,
    task_id TEXT NOT NULL UNIQUE,
    event_id TEXT NOT NULL,
    sort TEXT NOT NULL,
    post_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    area_path TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    climb_ms INTEGER NOT NULL,
    level INTEGER NOT NULL,
    climbs_at INTEGER,
    state TEXT NOT NULL,
    whistle_id TEXT NOT NULL,
    checked_in_at INTEGER,
    presence TEXT,
    ended_at INTEGER,
    result TEXT NOT NULL,
    rating INTEGER
)

CREATE INDEX tasks_event ON tasks (event_id)

CREATE INDEX tasks_climbing ON tasks (climbs_at)
WHERE state = 'open' AND climbs_at IS NOT NULL

CREATE INDEX tasks_department ON tasks (department_id, event_id)
WHERE department_id <> ''

CREATE INDEX tasks_post ON tasks (post_id, due_at) WHERE state = 'open'

CREATE INDEX tasks_whistle ON tasks (whistle_id) WHERE whistle_id <> ''

-- Who is to be told of an action, and how far that is.

CREATE TABLE action_outbox (
    fid INTEGER NOT NULL PRIMARY KEY,
    action_row INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    destination TEXT NOT NULL
)

CREATE INDEX action_outbox_action ON action_outbox (action_row)

CREATE TABLE deliveries (
    outbox_row INTEGER NOT NULL PRIMARY KEY,
    destination TEXT NOT NULL,
    event_id TEXT NOT NULL,
    action_row INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at INTEGER,
    status INTEGER,
    error TEXT NOT NULL,
    next_at INTEGER
)

CREATE INDEX deliveries_waiting ON deliveries (destination, event_id, outbox_row)
WHERE state = 'waiting'

CREATE INDEX deliveries_state ON deliveries (state, outbox_row)

DROP INDEX log_revisions

CREATE INDEX log_revisions ON log (sequence) WHERE layer NOT IN ('events', 'actions')

INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
('actions', 'attributes', 'actions', 'What was done with events, step by step.'),
('loops', 'attributes', 'loops', 'Where events stand; made from actions.'),
('tasks', 'attributes', 'tasks', 'What is owed until when; made from actions.'),
('action_outbox', 'attributes', 'action_outbox', 'Who is to be told of actions.'),
('deliveries', 'attributes', 'deliveries', 'How far telling them is.')

CREATE TRIGGER only_added_actions_update BEFORE UPDATE ON actions
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_actions_delete BEFORE DELETE ON actions
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_action_outbox_update BEFORE UPDATE ON action_outbox
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END

CREATE TRIGGER only_added_action_outbox_delete BEFORE DELETE ON action_outbox
BEGIN
    SELECT RAISE(ABORT, 'rows of a store are only ever added');
END
