-- +goose Up

-- Half a year after a training: what a plan says beside when, rounds about no
-- training, supervisors, and those who would rather not.

ALTER TABLE step
    ADD COLUMN remind_after int[] NOT NULL DEFAULT '{2,5}', -- working days after its opening
    ADD COLUMN remind_last boolean NOT NULL DEFAULT true,   -- and on the last day
    -- What happens where somebody has no account, or a supervisor is not known: who
    -- joins later is asked all the same, and HR is told or not.
    ADD COLUMN missing text NOT NULL DEFAULT 'tell' CHECK (missing IN ('tell', 'wait')),
    ADD COLUMN off_at timestamptz; -- since then it opens no more

-- The plan of trainings that name none, by their kind.
CREATE TABLE kind_plan (
    kind    text PRIMARY KEY CHECK (kind <> '' AND kind = lower(kind)),
    plan_id bigint NOT NULL REFERENCES plan
);

ALTER TABLE training ADD COLUMN cancelled_at timestamptz; -- nobody is asked about it any more

-- A round keeps when it reminds: its step may change.
ALTER TABLE round
    ADD COLUMN remind_after int[] NOT NULL DEFAULT '{2,5}',
    ADD COLUMN remind_last boolean NOT NULL DEFAULT true,
    DROP CONSTRAINT round_audience_check,
    ADD CONSTRAINT round_audience_check CHECK (audience IN ('alumni', 'supervisors', 'everybody', 'units', 'recent'));

-- Who would rather not answer, or is not the supervisor: never asked again in the
-- round, and counted.
ALTER TABLE invitation
    ADD COLUMN declined_at timestamptz,
    ADD COLUMN declined_as text CHECK (declined_as IN ('unwilling', 'not_mine')),
    ADD COLUMN declined_why text NOT NULL DEFAULT '',
    ADD CHECK ((declined_at IS NULL) = (declined_as IS NULL));

ALTER TABLE session
    DROP CONSTRAINT session_state_check,
    ADD CONSTRAINT session_state_check CHECK (state IN ('open', 'sent', 'closed', 'declined'));

-- A reminder of the last day goes before everything else.
ALTER TABLE delivery ADD COLUMN last_day boolean NOT NULL DEFAULT false;
