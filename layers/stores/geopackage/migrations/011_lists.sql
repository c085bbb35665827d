-- Lists of loops, newest first: each index covers what lists are asked for, so that no
-- row is read to pass it over.

DROP INDEX loops_area

DROP INDEX loops_source

DROP INDEX loops_state

DROP INDEX loops_kind

DROP INDEX loops_open

DROP INDEX tasks_department

CREATE INDEX loops_newest_area ON loops (
    area_path, event_row, kind, is_sensitive, state, phase, due_at, source
)

CREATE INDEX loops_newest_source ON loops (
    source, event_row, kind, is_sensitive, state, phase, due_at, area_path
)

CREATE INDEX loops_newest_state ON loops (
    state, event_row, kind, is_sensitive, phase, due_at, area_path, source
)

CREATE INDEX loops_newest_kind ON loops (
    kind, is_sensitive, event_row, state, phase, due_at, area_path, source
)

CREATE INDEX loops_newest_open ON loops (
    event_row, due_at, kind, is_sensitive, state, phase, area_path, source
) WHERE phase <> 'closed'

-- Derived from loops and tasks: a row for each department that has a task of a loop.

CREATE TABLE loop_departments (
    department_id TEXT NOT NULL,
    event_row INTEGER NOT NULL,
    kind TEXT NOT NULL,
    is_sensitive INTEGER NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    due_at INTEGER,
    area_path TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (event_row, department_id)
) WITHOUT ROWID

INSERT INTO loop_departments SELECT DISTINCT
    tasks.department_id, event_row, kind, is_sensitive, loops.state, phase,
    loops.due_at, loops.area_path, source
FROM loops JOIN tasks ON tasks.event_id = loops.event_id
WHERE tasks.department_id <> ''

CREATE INDEX loop_departments_newest ON loop_departments (
    department_id, kind, event_row, is_sensitive, state, phase, due_at, area_path,
    source
)

CREATE INDEX tasks_department ON tasks (department_id, due_at) WHERE state = 'open'
