-- +goose Up

-- Finds the jobs about files that still hold what came of them, or which file they
-- were given: each second it is looked for those whose day is over.
CREATE INDEX job_telling ON job (ended_at)
    WHERE kind IN ('import', 'apply', 'links', 'poster', 'export')
      AND (result IS NOT NULL OR kind = 'import' AND payload <> '{}');
