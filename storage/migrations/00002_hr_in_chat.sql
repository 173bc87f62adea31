-- +goose Up

-- HR works in chat: who left, who says they are whom, what is being done.

-- Who is no longer in the office stays in the books and is not asked any more.
ALTER TABLE employee
    ADD COLUMN left_at timestamptz,
    ADD COLUMN left_as text CHECK (left_as IN ('moved', 'retired')),
    ADD CHECK ((left_at IS NULL) = (left_as IS NULL));
CREATE INDEX employee_present ON employee (unit_id) WHERE left_at IS NULL;

-- A claim made by typing an NIP waits, provisional, for HR.
ALTER TABLE claim
    DROP CONSTRAINT claim_via_check,
    ADD CONSTRAINT claim_via_check CHECK (via IN ('link', 'phone', 'nip', 'hr')),
    ADD COLUMN training_id bigint REFERENCES training, -- whose class link it came by
    ADD COLUMN told_name text NOT NULL DEFAULT '';     -- what Telegram calls them; kept while it waits
CREATE UNIQUE INDEX claim_provisional_account ON claim (account_id) WHERE state = 'provisional';
CREATE INDEX claim_provisional_employee ON claim (employee_id) WHERE state = 'provisional';

-- A response counts from Kirim on, or from the moment HR confirmed its claim.
ALTER TABLE response ADD COLUMN counted_at timestamptz;
UPDATE response SET counted_at = sent_at WHERE counts;
ALTER TABLE response
    DROP COLUMN counts, -- and with it the indexes that name it
    ADD COLUMN counts boolean NOT NULL GENERATED ALWAYS AS (counted_at IS NOT NULL) STORED;
CREATE UNIQUE INDEX response_invitation ON response (round_id, invitation_id) WHERE counts AND invitation_id IS NOT NULL;
CREATE INDEX response_counted ON response (counted_at) WHERE counts;

-- A class link is shown to everybody in a training; it proves nothing by itself.
CREATE TABLE class_link (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token       text NOT NULL UNIQUE CHECK (length(token) >= 23),
    training_id bigint NOT NULL REFERENCES training,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);
CREATE UNIQUE INDEX class_link_standing ON class_link (training_id) WHERE revoked_at IS NULL;

-- Wrong tokens and NIPs, so that guessing is slow; one of a message.
CREATE TABLE guess (
    account_id bigint NOT NULL REFERENCES account,
    message_id bigint NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (account_id, message_id)
);

-- Finds who may have a number, however it is written.
CREATE INDEX employee_phone ON employee (right(regexp_replace(phone, '[^0-9]', '', 'g'), 7)) WHERE phone <> '';

-- While a round is held nothing goes out for it.
ALTER TABLE round
    ADD COLUMN held_at timestamptz,
    ADD COLUMN turns int NOT NULL DEFAULT 0, -- how often it was held or let go on
    ADD COLUMN reminded_at timestamptz;      -- when HR last reminded

ALTER TABLE job
    DROP CONSTRAINT job_kind_check,
    ADD CONSTRAINT job_kind_check CHECK (kind IN
        ('summary', 'template', 'import', 'apply', 'links', 'poster', 'export', 'instrument', 'round')),
    ADD COLUMN payload jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN result jsonb,             -- what came of it, for the one who asked
    ADD COLUMN done int NOT NULL DEFAULT 0,
    ADD COLUMN total int NOT NULL DEFAULT 0, -- steps; 0: not known
    DROP CONSTRAINT job_state_check,
    ADD CONSTRAINT job_state_check CHECK (state IN ('due', 'running', 'done', 'failed', 'cancelled'));
CREATE INDEX job_round ON job (due_at) WHERE kind = 'round' AND state IN ('due', 'running');

-- What a job was given, and what it made. Kept until its time is over.
CREATE TABLE job_file (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id     bigint NOT NULL REFERENCES job,
    direction  text NOT NULL CHECK (direction IN ('in', 'out')),
    name       text NOT NULL,
    data       bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX job_file_job ON job_file (job_id);
CREATE INDEX job_file_expiring ON job_file (expires_at);

-- A message that follows something until it has ended: a job, or the going out
-- of a round's invitations.
CREATE TABLE progress (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account,
    job_id     bigint REFERENCES job,
    round_id   bigint REFERENCES round,
    message_id bigint,                   -- none: not shown yet
    shown      text NOT NULL DEFAULT '', -- a digest of what it shows
    ended_at   timestamptz,
    CHECK (num_nonnulls(job_id, round_id) = 1)
);
CREATE INDEX progress_open ON progress (id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX progress_job ON progress (job_id);

ALTER TABLE delivery
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN
        ('invitation', 'reminder', 'summary', 'file', 'closing', 'claims', 'claim')),
    DROP CONSTRAINT delivery_state_check,
    ADD CONSTRAINT delivery_state_check CHECK (state IN
        ('due', 'held', 'sending', 'sent', 'failed', 'expired', 'unneeded', 'unknown')),
    ADD COLUMN file_id bigint REFERENCES job_file ON DELETE SET NULL;
CREATE INDEX delivery_file ON delivery (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX delivery_held ON delivery (round_id) WHERE state = 'held';
DROP INDEX delivery_account;
CREATE INDEX delivery_account ON delivery (account_id) WHERE state IN ('due', 'held');

ALTER TABLE dialogue
    ADD COLUMN said text NOT NULL DEFAULT '',           -- above the present step
    ADD COLUMN message_id bigint,                       -- that shows it, if that is known
    ADD COLUMN keys boolean NOT NULL DEFAULT false,     -- that message brought keys in place of the letters
    ADD COLUMN last_text_id bigint NOT NULL DEFAULT 0;  -- message id of the last text that met a dialogue

-- National holidays and days off for all.
CREATE TABLE holiday (
    day  date PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    kind text NOT NULL CHECK (kind IN ('holiday', 'joint_leave'))
);

CREATE INDEX audit_account ON audit (account_id, id DESC);

-- Nor is the audit emptied at one stroke.
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
