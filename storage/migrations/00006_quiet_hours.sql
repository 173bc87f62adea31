-- +goose Up

-- What answers a person's own tap goes out at any hour; other invitations and
-- reminders wait for working time.
ALTER TABLE delivery ADD COLUMN reply boolean NOT NULL DEFAULT false;
