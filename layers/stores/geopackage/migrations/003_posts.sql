-- What a post is called and where it is reached; which post made an inspection.

ALTER TABLE posts ADD COLUMN title TEXT

ALTER TABLE posts ADD COLUMN department TEXT

ALTER TABLE posts ADD COLUMN phone TEXT

ALTER TABLE inspections ADD COLUMN post_id TEXT
