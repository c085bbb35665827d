-- The clock of a made-up town, milliseconds; the row that was added last counts.

CREATE TABLE clock (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    base bigint NOT NULL,
    speed double precision NOT NULL,
    since bigint
);

SELECT wall_off('clock');
