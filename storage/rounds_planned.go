package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
)

// plannedRound selects the jobs that will open a round, or are about to.
const plannedRound = `SELECT FROM job WHERE job.kind = 'round' AND job.state IN ('due', 'running')`

// planned is what a job that opens a round is told.
type planned struct {
	Training   int64  `json:"training"`
	Instrument string `json:"instrument"`
	Audience   string `json:"audience"`
}

// PlannedRound is a round that a job will open.
type PlannedRound struct {
	JobID           int64
	TrainingID      int64
	TrainingTitle   string
	InstrumentTitle survey.Text
	OpensAt         time.Time
}

// PlannedOutcome is what came of a planned round: its number, or why it could not
// be opened.
type PlannedOutcome struct {
	Round    int64          `json:"round,omitempty"`
	Code     Code           `json:"code,omitempty"`
	Detail   map[string]any `json:"detail,omitempty"`
	Training string         `json:"training"`
}

// PlanRound has a round opened at a later moment. It refuses what PreviewRound
// refuses, and a moment that is over with Refused (Detail reason: past). A command that was carried out before gives its job and ErrRepeated.
func (s *Store) PlanRound(ctx context.Context, o Opening, at time.Time, src Source, now time.Time) (job int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTraining(ctx, tx, o.Training); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, &struct{ Job *int64 }{&job}); err != nil {
			return err
		}
		if !at.After(now) {
			return refuse(Refused, "reason", "past")
		}
		preview, err := previewRound(ctx, tx, o)
		if err != nil {
			return err
		}
		job, err = enqueueJob(ctx, tx, Order{Kind: JobRound, AccountID: src.Account, DueAt: at,
			Payload: planned{Training: preview.TrainingID, Instrument: preview.instrumentKey, Audience: preview.audience}}, now)
		if err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "round planned", map[string]any{
			"job": job, "training": preview.TrainingID, "instrument": preview.InstrumentID, "at": at,
		}, now)
	})
	return job, err
}

// PlannedRounds are those that no job has opened yet, the next one first.
func (s *Store) PlannedRounds(ctx context.Context) ([]PlannedRound, error) {
	rows, err := s.db.QueryxContext(ctx, `
		SELECT job.id, t.id, t.title, n.definition->'title', job.due_at
		FROM job
		JOIN training t ON t.id = (job.payload->>'training')::bigint
		JOIN LATERAL (SELECT definition FROM instrument WHERE key = job.payload->>'instrument'
		              ORDER BY published_at DESC, id DESC LIMIT 1) n ON true
		WHERE job.kind = 'round' AND job.state IN ('due', 'running')
		ORDER BY job.due_at, job.id`)
	if err != nil {
		return nil, fmt.Errorf("read planned rounds: %w", err)
	}
	defer rows.Close()
	var all []PlannedRound
	for rows.Next() {
		var p PlannedRound
		var title fromJSON[survey.Text]
		if err := rows.Scan(&p.JobID, &p.TrainingID, &p.TrainingTitle, &title, &p.OpensAt); err != nil {
			return nil, fmt.Errorf("read a planned round: %w", err)
		}
		p.InstrumentTitle = title.Value
		all = append(all, p)
	}
	return all, rows.Err()
}

// CancelPlanned ends the plan of a round. AlreadyOpen (Detail round): its moment
// came first. NotFound (Detail what: plan): there is no such plan, or none any
// more.
func (s *Store) CancelPlanned(ctx context.Context, job int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		state, outcome, err := lockPlanned(ctx, tx, job)
		if err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		switch {
		case outcome.Round != 0:
			return refuse(AlreadyOpen, "round", outcome.Round)
		case state != JobDue && state != JobRunning || outcome.Code != "":
			return refuse(NotFound, "what", "plan")
		}
		// A job that is running finds this before it opens anything, and its end is
		// not written over it.
		_, err = tx.ExecContext(ctx, `
			UPDATE job SET state = 'cancelled', process = NULL, lease_until = NULL, ended_at = $2 WHERE id = $1`, job, now)
		if err != nil {
			return fmt.Errorf("cancel the planned round of job %d: %w", job, err)
		}
		return writeAudit(ctx, tx, src, "planned round cancelled", map[string]any{"job": job}, now)
	})
}

// OpenPlanned opens the round of a job as OpenRound does, once, and keeps in the
// job what came of it (PlannedOutcome). The one who planned it gets a message
// that follows the invitations, or tells why the round could not be opened.
func (s *Store) OpenPlanned(ctx context.Context, job Job, zone *time.Location, now time.Time) error {
	var plan planned
	if err := json.Unmarshal(job.Payload, &plan); err != nil {
		return fmt.Errorf("read what job %d is told: %w", job.ID, err)
	}
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		// Training before job, as where a round is planned.
		opening := Opening{Instrument: plan.Instrument, Audience: plan.Audience}
		var title string
		err := tx.QueryRowxContext(ctx, `SELECT code, title FROM training WHERE id = $1 FOR UPDATE`, plan.Training).
			Scan(&opening.Training, &title)
		if err != nil {
			return fmt.Errorf("lock training %d: %w", plan.Training, err)
		}
		state, outcome, err := lockPlanned(ctx, tx, job.ID)
		if err != nil {
			return err
		}
		if state == JobCancelled || outcome.Round != 0 || outcome.Code != "" {
			return nil
		}
		outcome, err = openPlanned(ctx, tx, opening, zone, now)
		if err != nil {
			return err
		}
		outcome.Training = title
		return keepOutcome(ctx, tx, job, outcome)
	})
}

func openPlanned(ctx context.Context, tx *sqlx.Tx, o Opening, zone *time.Location, now time.Time) (PlannedOutcome, error) {
	// Its own plan does not stand in its way.
	preview, err := previewOpening(ctx, tx, o)
	if refusal, refused := errors.AsType[*Error](err); refused {
		return PlannedOutcome{Code: refusal.Code, Detail: refusal.Detail}, nil
	}
	if err != nil {
		return PlannedOutcome{}, err
	}
	status, err := openRound(ctx, tx, preview, Source{}, zone, now)
	return PlannedOutcome{Round: status.ID}, err
}

func lockPlanned(ctx context.Context, tx *sqlx.Tx, job int64) (state JobState, outcome PlannedOutcome, err error) {
	var result *[]byte
	err = tx.QueryRowxContext(ctx, `SELECT state, result FROM job WHERE id = $1 AND kind = 'round' FOR UPDATE`, job).
		Scan(&state, &result)
	if errors.Is(err, sql.ErrNoRows) {
		return "", PlannedOutcome{}, refuse(NotFound, "what", "plan")
	}
	if err == nil && result != nil {
		err = json.Unmarshal(*result, &outcome)
	}
	if err != nil {
		return "", PlannedOutcome{}, fmt.Errorf("read the planned round of job %d: %w", job, err)
	}
	return state, outcome, nil
}

func keepOutcome(ctx context.Context, tx *sqlx.Tx, job Job, outcome PlannedOutcome) error {
	content, err := json.Marshal(outcome)
	if err != nil {
		return fmt.Errorf("write what came of job %d: %w", job.ID, err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE job SET result = $2 WHERE id = $1`, job.ID, string(content)); err != nil {
		return fmt.Errorf("keep what came of job %d: %w", job.ID, err)
	}
	if outcome.Round != 0 {
		return follow(ctx, tx, job.AccountID, Progress{RoundID: outcome.Round})
	}
	return follow(ctx, tx, job.AccountID, Progress{JobID: job.ID})
}

// findPlanned refuses a round that is planned already.
func findPlanned(ctx context.Context, q sqlx.ExtContext, preview RoundPreview) error {
	var job int64
	var at time.Time
	err := q.QueryRowxContext(ctx, `
		SELECT id, due_at FROM job
		WHERE kind = 'round' AND state IN ('due', 'running') AND payload->'training' = to_jsonb($1::bigint)
		  AND payload->>'instrument' = $2 AND payload->>'audience' = $3
		ORDER BY due_at LIMIT 1`, preview.TrainingID, preview.instrumentKey, preview.audience).Scan(&job, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a planned round of training %d: %w", preview.TrainingID, err)
	}
	return refuse(AlreadyPlanned, "job", job, "at", at)
}
