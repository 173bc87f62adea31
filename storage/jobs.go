package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// JobKind is what a job does.
type JobKind string

// The kinds of jobs. What each is told stands at whoever does it.
const (
	JobSummary    JobKind = "summary"    // computes a summary, or finds the one that is kept, for the one who asked
	JobWorkbook   JobKind = "workbook"   // writes a summary as a workbook
	JobData       JobKind = "data"       // writes a summary's figures as a list
	JobTemplate   JobKind = "template"   // makes an empty roster workbook
	JobImport     JobKind = "import"     // reads a file that somebody sent, and tells what it would change
	JobApply      JobKind = "apply"      // carries out what an import told
	JobLinks      JobKind = "links"      // makes the workbook of a training's personal links
	JobPoster     JobKind = "poster"     // draws a training's class link
	JobExport     JobKind = "export"     // writes a round's answers
	JobInstrument JobKind = "instrument" // writes an instrument back as a workbook
	JobRound      JobKind = "round"      // opens a round at its time
)

// Job is work too long for a handler. It may run more than once, and must then
// find what it did.
type Job struct {
	ID        int64           `db:"id"`
	Kind      JobKind         `db:"kind"`
	AccountID int64           `db:"account_id"` // who asked
	Payload   json.RawMessage `db:"payload"`    // what it needs to know: ids and options
	Attempt   int             `db:"attempts"`   // from 1
	DueAt     time.Time       `db:"due_at"`

	process int
}

// Source is where what the job does by itself comes from, beside the command that
// ordered it: run again, the job finds that it did it. No message has a number
// below zero.
func (j Job) Source() Source {
	return Source{Account: j.AccountID, Chat: j.AccountID, Message: -j.ID}
}

// Order is a job that somebody asks for.
type Order struct {
	Kind      JobKind
	AccountID int64     // who asks; 0: nobody in a chat
	Payload   any       // nil: nothing
	DueAt     time.Time // zero: now
	// Followed jobs have a message that follows them until they have ended; it
	// takes the place of Message, or is a new one where that is 0.
	Followed bool
	Message  int64
}

// JobState says how far a job is.
type JobState string

// The states of a job.
const (
	JobDue       JobState = "due"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// JobStatus is a job with how far it is and what came of it.
type JobStatus struct {
	Job
	State       JobState        `db:"state"`
	Done, Total int             // steps; a Total of 0: not known
	Result      json.RawMessage // as KeepResult had it; nil: none yet, or forgotten
}

const (
	jobAttempts = 8               // then it has failed
	jobPause    = 5 * time.Second // after the first failure; it doubles each time, to ten minutes in all
)

// EnqueueJob makes a job due, and gives its id. A command that was carried out
// before gives the first time's id and ErrRepeated, and no second job.
func (s *Store) EnqueueJob(ctx context.Context, order Order, src Source, now time.Time) (id int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Job *int64 }{&id}); err != nil {
			return err
		}
		id, err = enqueueJob(ctx, tx, order, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "job enqueued", map[string]any{"job": id, "kind": order.Kind}, now)
	})
	return id, err
}

func enqueueJob(ctx context.Context, tx *sqlx.Tx, order Order, now time.Time) (id int64, err error) {
	payload := []byte(`{}`)
	if order.Payload != nil {
		if payload, err = json.Marshal(order.Payload); err != nil {
			return 0, fmt.Errorf("write what a job of kind %s needs: %w", order.Kind, err)
		}
	}
	if order.DueAt.IsZero() {
		order.DueAt = now
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO job (kind, account_id, payload, due_at) VALUES ($1, nullif($2::bigint, 0), $3, $4) RETURNING id`,
		order.Kind, order.AccountID, string(payload), order.DueAt)
	if err != nil {
		return 0, fmt.Errorf("enqueue a job: %w", err)
	}
	if order.Followed {
		err = follow(ctx, tx, order.AccountID, Progress{JobID: id, MessageID: order.Message})
	}
	return id, err
}

// Awaited tells whether a job like this one, of the same account and told the
// same, has not ended yet, or its file or summary has not been sent.
func (s *Store) Awaited(ctx context.Context, order Order) (bool, error) {
	payload, err := json.Marshal(order.Payload)
	if err != nil {
		return false, fmt.Errorf("write what a job of kind %s needs: %w", order.Kind, err)
	}
	var waits bool
	err = s.db.GetContext(ctx, &waits, `
		SELECT EXISTS (
			SELECT FROM job j WHERE kind = $1 AND account_id = $2 AND payload = $3
			  AND (state IN ('due', 'running') OR EXISTS (
			          SELECT FROM job_file f JOIN delivery d ON d.file_id = f.id
			          WHERE f.job_id = j.id AND d.state IN ('due', 'sending'))
			      OR EXISTS (
			          SELECT FROM delivery d
			          WHERE d.job_id = j.id AND d.job_id IS NOT NULL AND d.kind = 'summary' AND d.state IN ('due', 'sending'))))`,
		order.Kind, order.AccountID, string(payload))
	if err != nil {
		return false, fmt.Errorf("look for a job of kind %s: %w", order.Kind, err)
	}
	return waits, nil
}

// ClaimJob takes the job that is due for longest, under a lease of the process
// (machine's time); false if none is.
func (s *Store) ClaimJob(ctx context.Context, process int, lease time.Duration, now time.Time) (Job, bool, error) {
	job := Job{process: process}
	err := sqlx.GetContext(ctx, hot{store: s}, &job, `
		UPDATE job SET state = 'running', process = $2, attempts = attempts + 1,
		    lease_until = clock_timestamp() + $3::bigint * interval '1 microsecond'
		WHERE id = (SELECT id FROM job WHERE state = 'due' AND due_at <= $1
		            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, coalesce(account_id, 0) AS account_id, payload, attempts, due_at`,
		now, process, lease.Microseconds())
	if errors.Is(err, sql.ErrNoRows) {
		return Job{}, false, nil
	}
	if err != nil {
		return Job{}, false, fmt.Errorf("claim a job: %w", err)
	}
	return job, true, nil
}

// Job gives how far a job is; NotFound (Detail what: job) if there is none.
func (s *Store) Job(ctx context.Context, id int64) (JobStatus, error) {
	var job JobStatus
	err := s.db.GetContext(ctx, &job, `
		SELECT id, kind, coalesce(account_id, 0) AS account_id, payload, attempts, due_at, state, done, total,
		       coalesce(result, 'null') AS result
		FROM job WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return JobStatus{}, refuse(NotFound, "what", "job")
	}
	if err != nil {
		return JobStatus{}, fmt.Errorf("read job %d: %w", id, err)
	}
	if string(job.Result) == "null" {
		job.Result = nil
	}
	return job, nil
}

// NoteJob notes how many of a running job's steps are done, for whom follows it.
func (s *Store) NoteJob(ctx context.Context, job Job, done, total int) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE job SET done = $4, total = $5 WHERE id = $1 AND process = $2 AND attempts = $3`,
		job.ID, job.process, job.Attempt, done, total)
	if err != nil {
		return fmt.Errorf("note how far job %d is: %w", job.ID, err)
	}
	return nil
}

// KeepResult keeps what came of a running job, for the message that follows it. A
// process that lost the job meanwhile keeps nothing.
func (s *Store) KeepResult(ctx context.Context, job Job, result any) error {
	content, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("write what came of job %d: %w", job.ID, err)
	}
	if _, err := s.db.ExecContext(ctx, `
		UPDATE job SET result = $4 WHERE id = $1 AND process = $2 AND attempts = $3`,
		job.ID, job.process, job.Attempt, string(content)); err != nil {
		return fmt.Errorf("keep what came of job %d: %w", job.ID, err)
	}
	return nil
}

// EndJob writes how the job ended. After a failure it is due again, soon at
// first: somebody may wait for it.
func (s *Store) EndJob(ctx context.Context, job Job, failure error, now time.Time) error {
	state, reason := JobDone, ""
	var again time.Duration
	switch {
	case failure != nil && job.Attempt < jobAttempts:
		state, reason, again = JobDue, failure.Error(), jobPause<<(job.Attempt-1)
	case failure != nil:
		state, reason = JobFailed, failure.Error()
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
