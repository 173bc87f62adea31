-- +goose Up

-- The moment of the newest reminders of a round that are planned; none: none are yet.
ALTER TABLE round ADD COLUMN reminders_planned timestamptz;
