-- +goose Up

-- Finds the trials of forms whose time is over.
CREATE INDEX dialogue_trial ON dialogue (updated_at) WHERE kind = 'trial';
