-- What is asked for by place or post is found without reading its whole layer.

CREATE INDEX ON inspections (place_id);
CREATE INDEX ON duties (post_id);
