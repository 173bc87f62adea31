-- +goose Up

-- The roster: whom the office employs, where, and what they were trained in.

CREATE TABLE unit (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> '')
);

CREATE TABLE employee (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nip           text NOT NULL UNIQUE CHECK (nip ~ '^[0-9]{18}$'),
    name          text NOT NULL CHECK (name <> ''),
    unit_id       bigint NOT NULL REFERENCES unit,
    position      text NOT NULL DEFAULT '',
    grade         text NOT NULL DEFAULT '',
    phone         text NOT NULL DEFAULT '',
    supervisor_id bigint REFERENCES employee CHECK (supervisor_id <> id)
);
CREATE INDEX employee_unit ON employee (unit_id);
CREATE INDEX employee_supervisor ON employee (supervisor_id) WHERE supervisor_id IS NOT NULL;

CREATE TABLE plan (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key   text NOT NULL UNIQUE CHECK (key <> ''),
    title text NOT NULL
);

-- A step opens a round at the first occasion of its cron expression from its
-- day on, counted from the training's first or last day.
CREATE TABLE step (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id        bigint NOT NULL REFERENCES plan,
    position       int NOT NULL,
    instrument_key text NOT NULL CHECK (instrument_key <> ''),
    audience       text NOT NULL CHECK (audience IN ('alumni', 'supervisors')),
    anchor         text NOT NULL CHECK (anchor IN ('first_day', 'last_day')),
    days           int NOT NULL,
    cron           text NOT NULL,
    days_open      int NOT NULL CHECK (days_open BETWEEN 1 AND 366),
    UNIQUE (plan_id, position)
);

INSERT INTO plan (key, title) VALUES ('singkat', 'Singkat: reaksi dan tindak lanjut 30 hari');
INSERT INTO step (plan_id, position, instrument_key, audience, anchor, days, cron, days_open)
SELECT id, 1, 'reaction', 'alumni', 'last_day', 0, '30 15 * * *', 7 FROM plan WHERE key = 'singkat'
UNION ALL
SELECT id, 2, 'checkin', 'alumni', 'last_day', 30, '0 9 * * 1-5', 14 FROM plan WHERE key = 'singkat';

CREATE TABLE training (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code      text NOT NULL UNIQUE CHECK (code <> ''),
    title     text NOT NULL CHECK (title <> ''),
    kind      text NOT NULL DEFAULT '',
    provider  text NOT NULL DEFAULT '',
    first_day date NOT NULL,
    last_day  date NOT NULL,
    hours     int CHECK (hours >= 0), -- JP, lesson hours
    plan_id   bigint REFERENCES plan, -- none: no steps
    CHECK (first_day <= last_day)
);
CREATE INDEX training_planned ON training (last_day) WHERE plan_id IS NOT NULL;

CREATE TABLE participation (
    training_id bigint NOT NULL REFERENCES training,
    employee_id bigint NOT NULL REFERENCES employee,
    PRIMARY KEY (training_id, employee_id)
);
CREATE INDEX participation_employee ON participation (employee_id);

-- Why a step of a training could not open yet; noted, and logged, once.
CREATE TABLE step_pass (
    training_id bigint NOT NULL REFERENCES training,
    step_id     bigint NOT NULL REFERENCES step,
    reason      text NOT NULL,
    noted_at    timestamptz NOT NULL,
    PRIMARY KEY (training_id, step_id, reason)
);

-- People at Telegram. A private chat has the number of its user, so an
-- account's id is both.

CREATE TABLE account (
    id              bigint PRIMARY KEY CHECK (id > 0),
    language        text NOT NULL DEFAULT 'id' CHECK (language IN ('id', 'en')),
    created_at      timestamptz NOT NULL,
    blocked_at      timestamptz,
    -- The newest message known in the chat: a card above it is shown anew below.
    last_message_id bigint NOT NULL DEFAULT 0
);

CREATE TABLE account_role (
    account_id bigint NOT NULL REFERENCES account,
    role       text NOT NULL CHECK (role IN ('participant', 'interviewer', 'hr', 'unit_head', 'admin')),
    unit_id    bigint REFERENCES unit, -- none: every unit
    granted_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (account_id, role, unit_id)
);

CREATE TABLE claim (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account,
    employee_id bigint NOT NULL REFERENCES employee,
    state       text NOT NULL CHECK (state IN ('provisional', 'confirmed', 'refused', 'ended')),
    via         text NOT NULL CHECK (via IN ('link', 'phone', 'hr')),
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE UNIQUE INDEX claim_confirmed_account ON claim (account_id) WHERE state = 'confirmed';
CREATE UNIQUE INDEX claim_confirmed_employee ON claim (employee_id) WHERE state = 'confirmed';

CREATE TABLE consent (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id     bigint NOT NULL REFERENCES account,
    notice_version text NOT NULL,
    given_at       timestamptz NOT NULL,
    withdrawn_at   timestamptz
);
CREATE UNIQUE INDEX consent_standing ON consent (account_id) WHERE withdrawn_at IS NULL;

-- A personal link works once; the same unused one is handed out each time.
CREATE TABLE link (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token       text NOT NULL UNIQUE CHECK (length(token) >= 23),
    employee_id bigint NOT NULL REFERENCES employee,
    created_at  timestamptz NOT NULL,
    used_at     timestamptz,
    used_by     bigint REFERENCES account,
    revoked_at  timestamptz
);
CREATE UNIQUE INDEX link_unused ON link (employee_id) WHERE used_at IS NULL AND revoked_at IS NULL;

-- Instruments are immutable once published.

CREATE TABLE instrument (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text NOT NULL CHECK (key <> ''),
    version      text NOT NULL CHECK (version <> ''),
    hash         text NOT NULL,
    privacy      text NOT NULL CHECK (privacy IN ('named', 'confidential', 'anonymous')),
    definition   jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    UNIQUE (key, version)
);

-- Schedules, rounds and those who are asked.

CREATE TABLE schedule (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key     text NOT NULL UNIQUE CHECK (key <> ''),
    job     text NOT NULL CHECK (job IN ('summary')),
    cron    text NOT NULL,
    since   timestamptz NOT NULL -- occasions up to here are none of this schedule's
);

CREATE TABLE round (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instrument_id  bigint NOT NULL REFERENCES instrument,
    instrument_key text NOT NULL,
    audience       text NOT NULL CHECK (audience IN ('alumni', 'supervisors')),
    training_id    bigint REFERENCES training,
    step_id        bigint REFERENCES step,
    schedule_id    bigint REFERENCES schedule,
    occasion       timestamptz,
    opened_at      timestamptz NOT NULL,
    closes_at      timestamptz NOT NULL,
    closed_at      timestamptz,
    CHECK (closes_at > opened_at),
    CHECK ((schedule_id IS NULL) = (occasion IS NULL))
);
CREATE UNIQUE INDEX round_step ON round (training_id, step_id) WHERE step_id IS NOT NULL;
CREATE UNIQUE INDEX round_occasion ON round (schedule_id, occasion) WHERE schedule_id IS NOT NULL;
CREATE UNIQUE INDEX round_open ON round (training_id, instrument_key, audience) WHERE closed_at IS NULL;
CREATE INDEX round_closing ON round (closes_at) WHERE closed_at IS NULL;

CREATE TABLE invitation (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id      bigint NOT NULL REFERENCES round,
    respondent_id bigint NOT NULL REFERENCES employee,
    subject_id    bigint NOT NULL REFERENCES employee,
    withdrawn_at  timestamptz,
    UNIQUE (round_id, respondent_id, subject_id)
);
CREATE INDEX invitation_respondent ON invitation (respondent_id);

-- Where a respondent stands. revision guards every write; shown_revision is the
-- newest that the card in the chat is known to show.
CREATE TABLE session (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id        bigint NOT NULL REFERENCES round,
    invitation_id   bigint NOT NULL REFERENCES invitation,
    claim_id        bigint NOT NULL REFERENCES claim,
    account_id      bigint NOT NULL REFERENCES account,
    state           text NOT NULL CHECK (state IN ('open', 'sent', 'closed')),
    survey          jsonb NOT NULL, -- survey.State: answers by question path, and the place
    complete        boolean NOT NULL DEFAULT false, -- only Kirim is missing
    revision        int NOT NULL DEFAULT 0,
    shown_revision  int NOT NULL DEFAULT 0,
    card_message_id bigint, -- none: no card is known
    stale_message_id bigint, -- a message whose buttons are still to be taken
    last_text_id    bigint NOT NULL DEFAULT 0, -- message id of the last text that counted
    opened_at       timestamptz,
    resumed_at      timestamptz, -- last time it went on after a day or more
    updated_at      timestamptz NOT NULL,
    UNIQUE (invitation_id, claim_id)
);
CREATE INDEX session_account ON session (account_id) WHERE state = 'open';
CREATE INDEX session_round ON session (round_id);
CREATE INDEX session_behind ON session (id) WHERE shown_revision < revision OR stale_message_id IS NOT NULL;

-- What was sent. Keys begin with the round, so that both can be partitioned by
-- it. The id is random: it tells nothing of who or when.
CREATE TABLE response (
    round_id      bigint NOT NULL REFERENCES round,
    id            uuid NOT NULL,
    invitation_id bigint REFERENCES invitation, -- none: unlinked on request
    claim_id      bigint REFERENCES claim,
    instrument_id bigint NOT NULL REFERENCES instrument,
    training_id   bigint REFERENCES training,
    unit_id       bigint REFERENCES unit, -- of the respondent, as of Kirim
    counts        boolean NOT NULL DEFAULT true, -- false while its claim is provisional
    automatic     boolean NOT NULL, -- sent by the round's closing
    sent_at       timestamptz NOT NULL,
    PRIMARY KEY (round_id, id)
);
CREATE UNIQUE INDEX response_invitation ON response (round_id, invitation_id) WHERE counts AND invitation_id IS NOT NULL;
CREATE INDEX response_sent ON response (sent_at) WHERE counts;
CREATE INDEX response_claim ON response (claim_id) WHERE claim_id IS NOT NULL;

CREATE TABLE answer (
    round_id    bigint NOT NULL,
    response_id uuid NOT NULL,
    path        text NOT NULL, -- name, or group[2]/name
    question    text NOT NULL, -- name without repeats
    kind        text NOT NULL,
    value       text NOT NULL, -- choice names space separated, number, ISO date, or text
    PRIMARY KEY (round_id, response_id, path),
    FOREIGN KEY (round_id, response_id) REFERENCES response (round_id, id) ON DELETE CASCADE
);

-- The code that stands for a person in exports of confidential instruments:
-- random per employee and training, or per round where it recurs.
CREATE TABLE respondent_code (
    employee_id bigint NOT NULL REFERENCES employee,
    training_id bigint REFERENCES training,
    round_id    bigint REFERENCES round,
    code        text NOT NULL UNIQUE,
    UNIQUE NULLS NOT DISTINCT (employee_id, training_id, round_id),
    CHECK (num_nonnulls(training_id, round_id) = 1)
);

-- Work with a due time. A claim is a lease: the number of a process that holds
-- an advisory lock on it for as long as it lives, and a time on the machine's
-- clock.

CREATE SEQUENCE process_number AS int CYCLE;

CREATE TABLE poller (
    bot_id      bigint PRIMARY KEY,
    process     int NOT NULL,
    lease_until timestamptz NOT NULL
);

CREATE TABLE job (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('summary')),
    account_id  bigint REFERENCES account, -- who asked
    due_at      timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'running', 'done', 'failed')),
    attempts    int NOT NULL DEFAULT 0,
    process     int,
    lease_until timestamptz,
    reason      text,
    ended_at    timestamptz,
    CHECK ((state = 'running') = (process IS NOT NULL))
);
CREATE INDEX job_due ON job (due_at) WHERE state IN ('due', 'running');

-- Summaries are computed once and kept.
CREATE TABLE summary (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint REFERENCES schedule,
    occasion    timestamptz,
    job_id      bigint UNIQUE REFERENCES job, -- that computed it: run again, it finds the row
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL,
    figures     jsonb NOT NULL,
    computed_at timestamptz NOT NULL,
    UNIQUE (schedule_id, occasion),
    CHECK ((schedule_id IS NULL) = (occasion IS NULL)),
    CHECK (from_at < to_at)
);

CREATE TABLE delivery (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         text NOT NULL UNIQUE, -- what it is for: the same thing is not sent for twice
    kind        text NOT NULL CHECK (kind IN ('invitation', 'reminder', 'summary')),
    account_id  bigint NOT NULL REFERENCES account,
    round_id    bigint REFERENCES round,
    summary_id  bigint REFERENCES summary,
    due_at      timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'due'
        CHECK (state IN ('due', 'sending', 'sent', 'failed', 'expired', 'unneeded', 'unknown')),
    attempts    int NOT NULL DEFAULT 0,
    unknowns    int NOT NULL DEFAULT 0, -- attempts whose outcome nobody knows
    process     int,
    lease_until timestamptz,
    message_id  bigint,
    reason      text,
    ended_at    timestamptz,
    CHECK ((state = 'sending') = (process IS NOT NULL))
);
CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'due';
CREATE INDEX delivery_in_flight ON delivery (process) WHERE state = 'sending';
CREATE INDEX delivery_account ON delivery (account_id) WHERE state = 'due';
CREATE INDEX delivery_round ON delivery (round_id) WHERE round_id IS NOT NULL;

CREATE TABLE delivery_invitation (
    delivery_id   bigint NOT NULL REFERENCES delivery ON DELETE CASCADE,
    invitation_id bigint NOT NULL REFERENCES invitation,
    PRIMARY KEY (delivery_id, invitation_id)
);
CREATE INDEX delivery_invitation_invitation ON delivery_invitation (invitation_id);

-- The moment up to which the office's bulk rate is spent, over all processes.
CREATE TABLE pace (
    bot_id      bigint PRIMARY KEY,
    spent_until timestamptz NOT NULL
);

-- Where a chat stands in a dialogue of several steps.
CREATE TABLE dialogue (
    account_id bigint PRIMARY KEY REFERENCES account,
    kind       text NOT NULL,
    state      jsonb NOT NULL,
    revision   bigint NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Who changed what: one row a command, so that a command handled again finds
-- that it happened. Kept forever: rows can be added, nothing else.
CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    account_id bigint, -- none: the operator at the shell, or the scheduler
    action     text NOT NULL,
    details    jsonb NOT NULL, -- ids and counts, no names
    chat_id    bigint,
    message_id bigint,
    revision   bigint,
    UNIQUE (chat_id, message_id, revision)
);

-- +goose StatementBegin
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are kept as they are';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept();

-- Updates that failed: counted by where they came from, passed over at the third.
CREATE TABLE update_failure (
    chat_id   bigint NOT NULL,
    source    text NOT NULL, -- message:<id> or callback:<id>
    kind      text NOT NULL,
    attempts  int NOT NULL,
    error     text NOT NULL,
    first_at  timestamptz NOT NULL,
    passed_at timestamptz,
    PRIMARY KEY (chat_id, source)
);
