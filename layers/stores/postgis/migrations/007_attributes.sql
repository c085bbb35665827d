-- Further columns of the file that the grids of a version came from, as JSON.

ALTER TABLE grids ADD COLUMN attributes text COLLATE "C";
