-- +goose Up

-- Rounds that recur, about no training: who is asked what, when, and for how long.
ALTER TABLE schedule
    DROP CONSTRAINT schedule_job_check,
    ADD CONSTRAINT schedule_job_check CHECK (job IN ('summary', 'round')),
    ADD COLUMN instrument_key text,
    ADD COLUMN audience text CHECK (audience IN ('everybody', 'units', 'recent')),
    ADD COLUMN units bigint[] NOT NULL DEFAULT '{}', -- of audience units, in order
    ADD COLUMN months int CHECK (months BETWEEN 1 AND 60), -- of audience recent
    ADD COLUMN days_open int CHECK (days_open BETWEEN 1 AND 90),
    ADD COLUMN off_at timestamptz, -- since then it opens nothing
    ADD COLUMN revision int NOT NULL DEFAULT 0, -- each change is of what somebody saw
    ADD CHECK ((job = 'round') = (instrument_key IS NOT NULL)),
    ADD CHECK ((job = 'round') = (audience IS NOT NULL)),
    ADD CHECK ((job = 'round') = (days_open IS NOT NULL)),
    ADD CHECK ((audience IS NOT DISTINCT FROM 'units') = (units <> '{}')),
    ADD CHECK ((audience IS NOT DISTINCT FROM 'recent') = (months IS NOT NULL));

-- A round keeps whom it asked: its schedule may change, and rounds that asked
-- others are not compared.
ALTER TABLE round
    ADD COLUMN units bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN months int;

-- An occasion at which nobody was to be asked.
CREATE TABLE occasion_pass (
    schedule_id bigint NOT NULL REFERENCES schedule,
    occasion    timestamptz NOT NULL,
    reason      text NOT NULL,
    noted_at    timestamptz NOT NULL,
    PRIMARY KEY (schedule_id, occasion)
);
