package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/scheduler/calendar"
)

// DueStep is a step of a training's plan whose occasion has come.
type DueStep struct {
	TrainingID, StepID int64
	Occasion           time.Time
}

// longestPlan bounds the days since a training's day, or the day its step counts
// to, in which the step's occasion is looked for: expressions of plans occur at
// least once a year.
const longestPlan = 400

// DueSteps are the steps that open now: their occasion, in zone, has come and is
// at most 7 days ago, and they have had no round. One that cannot open (its
// instrument is not published, nobody took part, the same round is open) is among
// them until NotePassed has noted it, and again once it can.
func (s *Store) DueSteps(ctx context.Context, now time.Time, zone *time.Location) ([]DueStep, error) {
	awaited, err := s.awaitedSteps(ctx, now, zone)
	if err != nil {
		return nil, err
	}
	var due []DueStep
	for _, step := range awaited {
		if calendar.StillOpens(step.Occasion, now) && (step.CanOpen || !step.Noted) {
			due = append(due, step.DueStep)
		}
	}
	return due, nil
}

// NextStep is the earliest occasion of a step after now.
func (s *Store) NextStep(ctx context.Context, now time.Time, zone *time.Location) (time.Time, bool, error) {
	awaited, err := s.awaitedSteps(ctx, now, zone)
	if err != nil {
		return time.Time{}, false, err
	}
	var next time.Time
	for _, step := range awaited {
		if step.Occasion.After(now) && (next.IsZero() || step.Occasion.Before(next)) {
			next = step.Occasion
		}
	}
	return next, !next.IsZero(), nil
}

// OpenStep opens the round of a step, once: called again, by whomever, it gives
// the round that is there. It refuses what PreviewRound refuses, and with Refused
// (Detail reason: moved) a step whose training was moved, or given another plan,
// since it was found due.
func (s *Store) OpenStep(ctx context.Context, step DueStep, zone *time.Location, now time.Time) (Round, RoundCounts, error) {
	var status RoundStatus
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		opening, err := lockOpeningOf(ctx, tx, step, zone)
		if err != nil {
			return err
		}
		rounds, err := findRounds(ctx, tx, `WHERE r.training_id = $1 AND r.step_id = $2`, step.TrainingID, step.StepID)
		if err != nil {
			return err
		}
		if len(rounds) > 0 {
			status, err = roundStatus(ctx, tx, rounds[0].ID)
			return err
		}
		preview, err := previewRound(ctx, tx, opening.Opening)
		if err != nil {
			return err
		}
		preview.Step, preview.DaysOpen = &step.StepID, opening.DaysOpen
		status, err = openRound(ctx, tx, preview, Source{}, zone, now)
		return err
	})
	return status.Round, status.RoundCounts, err
}

// NotePassed notes why a step could not open, and tells whether that is new.
func (s *Store) NotePassed(ctx context.Context, step DueStep, reason string, now time.Time) (first bool, err error) {
	result, err := s.db.ExecContext(ctx, `
		INSERT INTO step_pass (training_id, step_id, reason, noted_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, step.TrainingID, step.StepID, reason, now)
	if err != nil {
		return false, fmt.Errorf("note step %d of training %d: %w", step.StepID, step.TrainingID, err)
	}
	noted, err := result.RowsAffected()
	return noted == 1, err
}

type awaitedStep struct {
	DueStep
	CanOpen bool
	Noted   bool
}

// awaitedSteps are the steps without a round, past and to come, with their
// occasions.
func (s *Store) awaitedSteps(ctx context.Context, now time.Time, zone *time.Location) ([]awaitedStep, error) {
	since := calendar.DayOf(now, zone).AddDays(-longestPlan)
	rows, err := s.db.QueryxContext(ctx, `
		SELECT t.id, p.id, t.first_day, t.last_day, p.anchor, p.days, p.cron,
		       EXISTS (SELECT FROM instrument n WHERE n.key = p.instrument_key)
		           AND EXISTS (SELECT FROM participation a JOIN employee e ON e.id = a.employee_id
		               WHERE a.training_id = t.id AND (p.audience = 'alumni'
		                   OR EXISTS (SELECT FROM employee x WHERE x.id = e.supervisor_id AND x.left_at IS NULL)))
		           AND NOT EXISTS (SELECT FROM round r WHERE r.training_id = t.id AND r.closed_at IS NULL
		               AND r.instrument_key = p.instrument_key AND r.audience = p.audience)
		           AND NOT EXISTS (`+plannedRound+` AND job.payload->'training' = to_jsonb(t.id)
		               AND job.payload->>'instrument' = p.instrument_key AND job.payload->>'audience' = p.audience),
		       EXISTS (SELECT FROM step_pass x WHERE x.training_id = t.id AND x.step_id = p.id)
		FROM training t JOIN step p ON p.plan_id = t.plan_id
		WHERE CASE p.anchor WHEN 'first_day' THEN t.first_day ELSE t.last_day END + p.days >= $1::date
		  AND NOT EXISTS (SELECT FROM round r WHERE r.training_id = t.id AND r.step_id = p.id)
		ORDER BY t.id, p.position`, since.String())
	if err != nil {
		return nil, fmt.Errorf("read awaited steps: %w", err)
	}
	defer rows.Close()
	var awaited []awaitedStep
	for rows.Next() {
		step, err := scanAwaited(rows, zone)
		if err != nil {
			return nil, fmt.Errorf("read an awaited step: %w", err)
		}
		awaited = append(awaited, step)
	}
	return awaited, rows.Err()
}

func scanAwaited(rows *sqlx.Rows, zone *time.Location) (awaitedStep, error) {
	var (
		step        awaitedStep
		first, last time.Time
		anchor      calendar.Anchor
		days        int
		expression  string
	)
	err := rows.Scan(&step.TrainingID, &step.StepID, &first, &last, &anchor, &days, &expression, &step.CanOpen, &step.Noted)
	if err != nil {
		return awaitedStep{}, err
	}
	if step.Occasion, err = stepOccasion(first, last, anchor, days, expression, zone); err != nil {
		return awaitedStep{}, fmt.Errorf("step %d: %w", step.StepID, err)
	}
	return step, nil
}

type stepOpening struct {
	Opening
	DaysOpen int
}

// lockOpeningOf tells what a step opens, and keeps everybody else from opening
// rounds of its training, or moving it, until the transaction ends.
func lockOpeningOf(ctx context.Context, tx *sqlx.Tx, step DueStep, zone *time.Location) (stepOpening, error) {
	var (
		o           stepOpening
		first, last time.Time
		anchor      calendar.Anchor
		days        int
		expression  string
	)
	err := tx.QueryRowxContext(ctx, `
		SELECT t.code, p.instrument_key, p.audience, p.days_open, t.first_day, t.last_day, p.anchor, p.days, p.cron
		FROM training t JOIN step p ON p.plan_id = t.plan_id
		WHERE t.id = $1 AND p.id = $2 FOR UPDATE OF t`, step.TrainingID, step.StepID).
		Scan(&o.Training, &o.Instrument, &o.Audience, &o.DaysOpen, &first, &last, &anchor, &days, &expression)
	if errors.Is(err, sql.ErrNoRows) {
		return stepOpening{}, refuse(Refused, "reason", "moved")
	}
	if err != nil {
		return stepOpening{}, fmt.Errorf("lock step %d of training %d: %w", step.StepID, step.TrainingID, err)
	}
	occasion, err := stepOccasion(first, last, anchor, days, expression, zone)
	if err != nil {
		return stepOpening{}, fmt.Errorf("step %d: %w", step.StepID, err)
	}
	if !occasion.Equal(step.Occasion) {
		return stepOpening{}, refuse(Refused, "reason", "moved")
	}
	return o, nil
}

// stepOccasion is when a step opens. Dates come as midnights of no zone.
func stepOccasion(first, last time.Time, anchor calendar.Anchor, days int, expression string, zone *time.Location) (time.Time, error) {
	cron, err := calendar.ParseCron(expression)
	if err != nil {
		return time.Time{}, err
	}
	return calendar.StepOpens(calendar.DayOf(first, time.UTC), calendar.DayOf(last, time.UTC), anchor, days, cron, zone), nil
}
