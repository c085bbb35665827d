-- Actions of events, who is told of them, and what follows: loops, tasks, deliveries.

-- nothing that is answered changes by a link of either layer
DROP INDEX links_revision;
CREATE INDEX links_revision ON links (sequence)
    WHERE layer NOT IN ('events', 'actions');

CREATE TABLE actions (
    action_row bigint PRIMARY KEY,
    seq bigint NOT NULL,
    batch bigint NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    action_id text COLLATE "C" NOT NULL UNIQUE,
    -- null is the audit
    event_id text COLLATE "C",
    action text COLLATE "C" NOT NULL,
    at timestamptz(3) NOT NULL,
    path text[] COLLATE "C" NOT NULL,
    task_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    post_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    request_key text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    answer bytea NOT NULL,
    body text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX ON actions (event_id, seq) WHERE event_id IS NOT NULL;
CREATE UNIQUE INDEX ON actions (key_id, request_key) WHERE request_key <> '';
CREATE INDEX ON actions (batch);
CREATE INDEX ON actions (action_row) WHERE event_id IS NULL;

CREATE TABLE action_outbox (
    outbox_row bigint PRIMARY KEY,
    action_row bigint NOT NULL,
    destination text COLLATE "C" NOT NULL
);
CREATE INDEX ON action_outbox (action_row);

SELECT wall_off('actions'), wall_off('action_outbox');

-- What follows from actions, and is made again from them: it may change; instants are
-- milliseconds.

CREATE TABLE loops (
    event_id text COLLATE "C" PRIMARY KEY,
    event_row bigint NOT NULL UNIQUE,
    pack text COLLATE "C" NOT NULL,
    template text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    phase text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    severity bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    grid_id text COLLATE "C",
    area_path text COLLATE "C" NOT NULL,
    post_id text COLLATE "C" NOT NULL,
    platform text COLLATE "C" NOT NULL,
    line text COLLATE "C" NOT NULL,
    module text COLLATE "C" NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    is_sensitive boolean NOT NULL,
    is_supervised boolean NOT NULL,
    is_overridden boolean NOT NULL,
    occurred_at bigint NOT NULL,
    received_at bigint NOT NULL,
    accepted_at bigint,
    assigned_at bigint,
    handled_at bigint,
    closed_at bigint,
    first_response_at bigint,
    arrived_at bigint,
    due_at bigint,
    closed_tier bigint,
    cluster text COLLATE "C" NOT NULL,
    version bigint,
    lon double precision,
    lat double precision,
    place bigint NOT NULL GENERATED ALWAYS AS (-event_row) STORED
);
-- the newest of an area of each tier, and of a source; a question for them by place is
-- kept from the index of all rows, which is long where theirs are old
CREATE INDEX ON loops (substring(area_path, '^(?:[^/]*/){1}'), place);
CREATE INDEX ON loops (substring(area_path, '^(?:[^/]*/){2}'), place);
CREATE INDEX ON loops (substring(area_path, '^(?:[^/]*/){3}'), place);
CREATE INDEX ON loops (substring(area_path, '^(?:[^/]*/){4}'), place);
CREATE INDEX ON loops (substring(area_path, '^(?:[^/]*/){5}'), place);
CREATE INDEX ON loops (area_path);
CREATE INDEX ON loops (source, place);
CREATE INDEX ON loops (post_id);
CREATE INDEX ON loops (state, due_at);
CREATE INDEX ON loops (kind, occurred_at);
CREATE INDEX ON loops (occurred_at);
CREATE INDEX ON loops (event_row) WHERE phase <> 'closed';
CREATE INDEX ON loops (due_at) WHERE phase <> 'closed';
CREATE INDEX ON loops (cluster) WHERE cluster <> '';

CREATE TABLE tasks (
    task_id text COLLATE "C" PRIMARY KEY,
    event_id text COLLATE "C" NOT NULL,
    event_row bigint NOT NULL,
    sort text COLLATE "C" NOT NULL,
    post_id text COLLATE "C" NOT NULL,
    department_id text COLLATE "C" NOT NULL,
    area_path text COLLATE "C" NOT NULL,
    given_at bigint NOT NULL,
    due_at bigint NOT NULL,
    climb_ms bigint NOT NULL,
    level bigint NOT NULL,
    climbs_at bigint,
    state text COLLATE "C" NOT NULL,
    whistle_id text COLLATE "C" NOT NULL,
    checked_in_at bigint,
    presence text COLLATE "C",
    ended_at bigint,
    result text COLLATE "C" NOT NULL,
    rating bigint
);
CREATE INDEX ON tasks (event_id);
CREATE INDEX ON tasks (department_id, event_row);
CREATE INDEX ON tasks (department_id, due_at);
CREATE INDEX ON tasks (department_id, due_at) WHERE state = 'open';
CREATE INDEX ON tasks (post_id, state, due_at);
CREATE INDEX ON tasks (climbs_at, task_id)
    WHERE state = 'open' AND climbs_at IS NOT NULL;
CREATE INDEX ON tasks (whistle_id) WHERE whistle_id <> '';

CREATE TABLE deliveries (
    outbox_row bigint PRIMARY KEY,
    state text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    at bigint,
    status bigint,
    error text COLLATE "C" NOT NULL,
    next_at bigint
);
CREATE INDEX ON deliveries (outbox_row) WHERE state = 'waiting';
CREATE INDEX ON deliveries (state, outbox_row);

-- no policy: other roles see no row of them
ALTER TABLE loops ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;
