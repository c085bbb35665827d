-- What is asked for by key or place is found without reading its whole layer.

CREATE INDEX enterprises_place ON enterprises (place_id)

CREATE INDEX inspections_key ON inspections (inspection_id)

CREATE INDEX inspections_place ON inspections (place_id)

CREATE INDEX posts_key ON posts (post_id)

CREATE INDEX duties_post ON duties (post_id)

CREATE INDEX duties_key ON duties (duty_id)

CREATE INDEX rules_key ON rules (rule_id)
