-- +goose Up

-- HR is told of a step that could not open, where the step says so.
ALTER TABLE delivery ADD COLUMN step_id bigint REFERENCES step; -- that was passed over, of training_id
