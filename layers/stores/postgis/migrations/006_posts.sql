-- What a post is called and where it is reached; which post made an inspection.

ALTER TABLE posts
    ADD COLUMN title text COLLATE "C",
    ADD COLUMN department text COLLATE "C",
    ADD COLUMN phone text COLLATE "C";

ALTER TABLE inspections ADD COLUMN post_id text COLLATE "C";
