-- Households of the grids of a version, where the file had them.

ALTER TABLE grids ADD COLUMN households INTEGER
