-- +goose Up

-- The plan that follows a training for half a year.
--
-- The test before it opens at 08.00 three days ahead and is open for three days:
-- until the training begins. At day 90 the two forms for the same people open at
-- the same moment, so that one message brings both.
INSERT INTO plan (key, title) VALUES ('standar', 'Standar: sebelum pelatihan sampai 90 hari sesudahnya');
INSERT INTO step (plan_id, position, instrument_key, audience, anchor, days, cron, days_open)
SELECT p.id, s.position, s.instrument_key, s.audience, s.anchor, s.days, s.cron, s.days_open
FROM plan p, (VALUES
    (1, 'competence',  'alumni',      'first_day', -3, '0 8 * * *',    3),
    (2, 'reaction',    'alumni',      'last_day',   0, '30 15 * * *',  7),
    (3, 'checkin',     'alumni',      'last_day',  30, '0 9 * * 1-5', 14),
    (4, 'application', 'alumni',      'last_day',  90, '0 9 * * 1-5', 14),
    (5, 'competence',  'alumni',      'last_day',  90, '0 9 * * 1-5', 14),
    (6, 'observation', 'supervisors', 'last_day',  90, '0 9 * * 1-5', 21)
) AS s (position, instrument_key, audience, anchor, days, cron, days_open)
WHERE p.key = 'standar';

-- The days of a step that people may choose; more than a year after a training
-- nobody remembers it.
ALTER TABLE step ADD CHECK (days BETWEEN -60 AND 400);

-- HR is told that a round opened to people who cannot be reached, and that a
-- training was cancelled.
ALTER TABLE delivery
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN
        ('invitation', 'reminder', 'summary', 'pictures', 'file', 'closing', 'claims', 'claim', 'not_mine', 'opening', 'cancelled')),
    ADD COLUMN training_id bigint REFERENCES training; -- that was cancelled
