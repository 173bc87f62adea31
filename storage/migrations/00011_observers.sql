-- +goose Up

-- Supervisors are asked about each of their people, and HR is told where somebody
-- is not theirs.

CREATE INDEX invitation_observed ON invitation (subject_id) WHERE subject_id <> respondent_id;

ALTER TABLE delivery
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN
        ('invitation', 'reminder', 'summary', 'pictures', 'file', 'closing', 'claims', 'claim', 'not_mine'));
