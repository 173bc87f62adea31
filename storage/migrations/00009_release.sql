-- +goose Up

-- Unasked messages are released one by one: in the working time of each person, no
-- more of them than so many a day and a week, and rounds take turns.

-- NULL: as the office.
ALTER TABLE unit
    ADD COLUMN zone text CHECK (zone <> ''), -- an IANA name
    ADD COLUMN working_days int[] CHECK (working_days <@ '{1,2,3,4,5,6,7}' AND working_days <> '{}'); -- 1 is Monday

-- Days on which the office works at other hours, as in Ramadan; NULL: it is closed.
CREATE TABLE working_hours (
    from_day date PRIMARY KEY,
    to_day   date NOT NULL CHECK (to_day >= from_day),
    opens    time,
    closes   time CHECK (closes > opens),
    name     text NOT NULL DEFAULT '',
    CHECK ((opens IS NULL) = (closes IS NULL))
);

ALTER TABLE delivery
    -- Until when one that is unasked may go out; NULL: it waits to be released. What
    -- is asked for goes out whatever is here.
    ADD COLUMN released_until timestamptz,
    ADD COLUMN counted_on date,               -- the person's day that it counts on
    ADD COLUMN turn bigint NOT NULL DEFAULT 0, -- of its round among the others
    -- The one that takes it along; it waits until that has ended.
    ADD COLUMN carried_by bigint REFERENCES delivery ON DELETE SET NULL;

DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'due' AND carried_by IS NULL;
-- What is unasked waits here, and what may go out there.
CREATE INDEX delivery_waiting ON delivery (due_at)
    WHERE state = 'due' AND carried_by IS NULL AND released_until IS NULL AND kind IN ('invitation', 'reminder') AND NOT reply;
CREATE INDEX delivery_next ON delivery (turn, due_at, id)
    WHERE state = 'due' AND carried_by IS NULL AND (released_until IS NOT NULL OR kind NOT IN ('invitation', 'reminder') OR reply);
CREATE INDEX delivery_released ON delivery (released_until) WHERE state = 'due' AND released_until IS NOT NULL;
CREATE INDEX delivery_turn ON delivery (round_id, turn) WHERE state = 'due' AND turn > 0;
CREATE INDEX delivery_carried ON delivery (carried_by) WHERE carried_by IS NOT NULL AND state IN ('due', 'held');
CREATE INDEX delivery_counted ON delivery (account_id, counted_on) WHERE counted_on IS NOT NULL;

-- After a 429 all processes send more slowly for a while.
ALTER TABLE pace
    ADD COLUMN share double precision NOT NULL DEFAULT 1 CHECK (share > 0 AND share <= 1), -- of the rate, when it was slowed
    ADD COLUMN slowed_at timestamptz;
