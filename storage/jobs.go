package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// JobKind is what a job does.
type JobKind string

// JobSummary computes the latest week's summary anew, for the one who asked.
const JobSummary JobKind = "summary"

// Job is work too long for a handler. It may run more than once, and must then
// find what it did.
type Job struct {
	ID        int64     `db:"id"`
	Kind      JobKind   `db:"kind"`
	AccountID int64     `db:"account_id"` // who asked
	Attempt   int       `db:"attempts"`   // from 1
	DueAt     time.Time `db:"due_at"`

	process int
}

const (
	jobAttempts = 5           // then it has failed
	jobPause    = time.Minute // after the first failure; it grows by as much each time
)

// EnqueueJob makes a job due now. A command that was carried out before gives
// ErrRepeated and no second job.
func (s *Store) EnqueueJob(ctx context.Context, job Job, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &job.ID, `
			INSERT INTO job (kind, account_id, due_at) VALUES ($1, nullif($2::bigint, 0), $3) RETURNING id`,
			job.Kind, job.AccountID, now)
		if err != nil {
			return fmt.Errorf("enqueue a job: %w", err)
		}
		return writeAudit(ctx, tx, src, "job enqueued", map[string]any{"job": job.ID, "kind": job.Kind}, now)
	})
}

// ClaimJob takes the job that is due for longest, under a lease of the process
// (machine's time); false if none is.
func (s *Store) ClaimJob(ctx context.Context, process int, lease time.Duration, now time.Time) (Job, bool, error) {
	job := Job{process: process}
	err := s.db.GetContext(ctx, &job, `
		UPDATE job SET state = 'running', process = $2, attempts = attempts + 1,
		    lease_until = clock_timestamp() + $3::bigint * interval '1 microsecond'
		WHERE id = (SELECT id FROM job WHERE state = 'due' AND due_at <= $1
		            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, coalesce(account_id, 0) AS account_id, attempts, due_at`,
		now, process, lease.Microseconds())
	if errors.Is(err, sql.ErrNoRows) {
		return Job{}, false, nil
	}
	if err != nil {
		return Job{}, false, fmt.Errorf("claim a job: %w", err)
	}
	return job, true, nil
}

// EndJob writes how the job ended. After a failure it is due again, up to five
// attempts.
func (s *Store) EndJob(ctx context.Context, job Job, failure error, now time.Time) error {
	state, reason := "done", ""
	var again time.Duration
	switch {
	case failure != nil && job.Attempt < jobAttempts:
		state, reason, again = "due", failure.Error(), time.Duration(job.Attempt)*jobPause
	case failure != nil:
		state, reason = "failed", failure.Error()
	}
	_, err := s.db.ExecContext(ctx, `
		UPDATE job SET state = $4, reason = nullif($5, ''), process = NULL, lease_until = NULL,
		    due_at = CASE $4 WHEN 'due' THEN $6::timestamptz ELSE due_at END,
		    ended_at = CASE $4 WHEN 'due' THEN NULL ELSE $7::timestamptz END
		WHERE id = $1 AND process = $2 AND attempts = $3`,
		job.ID, job.process, job.Attempt, state, reason, now.Add(again), now)
	if err != nil {
		return fmt.Errorf("end job %d: %w", job.ID, err)
	}
	return nil
}

// NextJob is when the first job that waits is due.
func (s *Store) NextJob(ctx context.Context) (time.Time, bool, error) {
	return earliest(ctx, s.db, `SELECT min(due_at) FROM job WHERE state = 'due'`)
}
