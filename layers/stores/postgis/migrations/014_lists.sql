-- Lists of loops, newest first: each index covers what lists are asked for, so that no
-- row is read to pass it over.

DROP INDEX
    -- areas of each tier
    loops_substring_place_idx, loops_substring_place_idx1, loops_substring_place_idx2,
    loops_substring_place_idx3, loops_substring_place_idx4, loops_area_path_idx,
    loops_source_place_idx, loops_state_due_at_idx, loops_event_row_idx,
    loops_due_at_idx, tasks_department_id_event_row_idx;

CREATE INDEX loops_newest_area ON loops (area_path, place)
    INCLUDE (kind, is_sensitive, state, phase, due_at, source);
CREATE INDEX loops_newest_source ON loops (source, place)
    INCLUDE (kind, is_sensitive, state, phase, due_at, area_path);
CREATE INDEX loops_newest_state ON loops (state, place)
    INCLUDE (kind, is_sensitive, phase, due_at, area_path, source);
CREATE INDEX loops_newest_kind ON loops (kind, is_sensitive, place)
    INCLUDE (state, phase, due_at, area_path, source);
CREATE INDEX loops_newest_open ON loops (place)
    INCLUDE (kind, is_sensitive, state, phase, due_at, area_path, source)
    WHERE phase <> 'closed';

-- derived from loops and tasks: a row for each department that has a task of a loop
CREATE TABLE loop_departments (
    department_id text COLLATE "C" NOT NULL,
    event_row bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    is_sensitive boolean NOT NULL,
    state text COLLATE "C" NOT NULL,
    phase text COLLATE "C" NOT NULL,
    due_at bigint,
    area_path text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    place bigint NOT NULL GENERATED ALWAYS AS (-event_row) STORED,
    PRIMARY KEY (event_row, department_id)
);
INSERT INTO loop_departments SELECT DISTINCT
    tasks.department_id, loops.event_row, kind, is_sensitive, loops.state, phase,
    loops.due_at, loops.area_path, source
FROM loops JOIN tasks ON tasks.event_id = loops.event_id
WHERE tasks.department_id <> '';
CREATE INDEX loop_departments_newest ON loop_departments (department_id, kind, place)
    INCLUDE (is_sensitive, state, phase, due_at, area_path, source);
ALTER TABLE loop_departments ENABLE ROW LEVEL SECURITY;
