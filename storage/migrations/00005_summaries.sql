-- +goose Up

-- Summaries with pictures, of rounds, and of some units.

-- Responses that are counted together, and only together, in every figure that is
-- shown. size is what it had when it was formed: one that lost a response since
-- counts nowhere.
CREATE TABLE block (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instrument_key text NOT NULL,
    round_id       bigint REFERENCES round, -- none: of several rounds
    unit_id        bigint REFERENCES unit,  -- none: of several units
    size           int NOT NULL CHECK (size >= 5),
    from_at        timestamptz NOT NULL,    -- its first response
    to_at          timestamptz NOT NULL,    -- its last
    formation      bigint,                  -- same for those formed at once of one week; none: of several weeks
    CHECK (from_at <= to_at)
);
CREATE INDEX block_time ON block (to_at);
CREATE INDEX block_round ON block (round_id);

ALTER TABLE response ADD COLUMN block_id bigint REFERENCES block; -- none: counted in no figure yet
CREATE INDEX response_block ON response (block_id) WHERE block_id IS NOT NULL;
CREATE INDEX response_pending ON response (counted_at) WHERE counts AND block_id IS NULL;

-- A summary is of all rounds or one, of the whole office or some units (in order).
ALTER TABLE summary
    ADD COLUMN round_id bigint REFERENCES round,
    ADD COLUMN units bigint[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT summary_schedule_id_occasion_key,
    ADD UNIQUE (schedule_id, occasion, units);
CREATE INDEX summary_week ON summary (from_at, to_at, units) WHERE round_id IS NULL;
-- Their figures had another form. Those that reached nobody are computed anew.
CREATE TEMP TABLE untold ON COMMIT DROP AS
SELECT id FROM summary s
WHERE EXISTS (SELECT FROM delivery d WHERE d.summary_id = s.id AND d.state IN ('due', 'sending'))
  AND NOT EXISTS (SELECT FROM delivery d WHERE d.summary_id = s.id AND d.state IN ('sent', 'unknown'));
DELETE FROM delivery
WHERE kind = 'summary' AND state IN ('due', 'sending') OR summary_id IN (SELECT id FROM untold);
DELETE FROM summary WHERE id IN (SELECT id FROM untold);
UPDATE summary SET figures = jsonb_build_object('from', from_at, 'to', to_at);

ALTER TABLE job
    DROP CONSTRAINT job_kind_check,
    ADD CONSTRAINT job_kind_check CHECK (kind IN
        ('summary', 'workbook', 'data', 'template', 'import', 'apply', 'links', 'poster', 'export', 'instrument', 'round'));

CREATE INDEX job_account ON job (account_id, kind) WHERE account_id IS NOT NULL;

ALTER TABLE delivery
    ADD COLUMN job_id bigint REFERENCES job, -- by which somebody asked for a summary
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN
        ('invitation', 'reminder', 'summary', 'pictures', 'file', 'closing', 'claims', 'claim'));
CREATE INDEX delivery_job ON delivery (job_id) WHERE job_id IS NOT NULL;
