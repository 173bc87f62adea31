-- +goose Up

-- The office is asked for next year's holidays.
ALTER TABLE delivery
    DROP CONSTRAINT delivery_kind_check,
    ADD CONSTRAINT delivery_kind_check CHECK (kind IN
        ('invitation', 'reminder', 'summary', 'pictures', 'file', 'closing', 'claims', 'claim', 'not_mine', 'opening', 'cancelled', 'holidays'));
