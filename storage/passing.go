package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey"
)

// NotePassed notes why a step could not open, and tells whether that is new. HR is
// told, once, where something is missing that they can bring and the step says so.
func (s *Store) NotePassed(ctx context.Context, step DueStep, reason Code, now time.Time) (first bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		noted, err := affected(tx.ExecContext(ctx, `
			INSERT INTO step_pass (training_id, step_id, reason, noted_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, step.TrainingID, step.StepID, string(reason), now))
		if err != nil {
			return fmt.Errorf("note step %d of training %d: %w", step.StepID, step.TrainingID, err)
		}
		if first = noted == 1; !first || reason != Empty && reason != NotFound {
			return nil
		}
		var tell bool
		err = tx.GetContext(ctx, &tell, `SELECT missing = $2 FROM step WHERE id = $1`, step.StepID, string(TellMissing))
		if err != nil {
			return fmt.Errorf("read whether step %d tells: %w", step.StepID, err)
		}
		if !tell {
			return nil
		}
		return tellOffice(ctx, tx, officeNews{Kind: DeliveryOpening, Key: fmt.Sprintf("passed:%d:%d", step.TrainingID, step.StepID),
			Training: &step.TrainingID, Step: &step.StepID}, Source{}, now)
	})
	return first, err
}

// PassedStep is a step that could not open, and what it wants.
type PassedStep struct {
	TrainingID    int64
	TrainingTitle string
	Form          survey.Text // its title; empty while it is not published
	FormKey       string
	Audience      string
	Participants  int // who took part and is in the office
	Supervisors   int // of how many of them the supervisor is known

	Until time.Time // it still opens if that comes before
}

// PassedStepOf is the step that a DeliveryOpening of no round is about; found is false
// once it opened, or opens no more.
func (s *Store) PassedStepOf(ctx context.Context, delivery int64, zone *time.Location, now time.Time) (passed PassedStep, found bool, err error) {
	var at timing
	var title fromJSON[survey.Text]
	err = s.db.QueryRowxContext(ctx, `
		SELECT t.id, t.title, coalesce(n.title, '{}'), s.instrument_key, s.audience, many.participants, many.supervisors,
		       t.first_day, t.last_day, s.anchor, s.days, s.cron, s.days_open
		FROM delivery d
		JOIN training t ON t.id = d.training_id AND t.cancelled_at IS NULL
		JOIN step s ON s.id = d.step_id AND s.off_at IS NULL
		`+titleOfInstrument+`
		CROSS JOIN LATERAL (
			SELECT count(*) AS participants, count(x.id) AS supervisors
			FROM participation p
			JOIN employee e ON e.id = p.employee_id AND e.left_at IS NULL
			LEFT JOIN employee x ON x.id = e.supervisor_id AND x.left_at IS NULL
			WHERE p.training_id = t.id) many
		WHERE d.id = $1 AND NOT EXISTS (SELECT FROM round r WHERE r.training_id = t.id AND r.step_id = s.id)`, delivery).
		Scan(&passed.TrainingID, &passed.TrainingTitle, &title, &passed.FormKey, &passed.Audience, &passed.Participants, &passed.Supervisors,
			&at.First, &at.Last, &at.Anchor, &at.Days, &at.Cron, &at.DaysOpen)
	if errors.Is(err, sql.ErrNoRows) {
		return PassedStep{}, false, nil
	}
	if err != nil {
		return PassedStep{}, false, fmt.Errorf("read which step delivery %d is about: %w", delivery, err)
	}
	opens, err := at.opens(zone)
	if err != nil {
		return PassedStep{}, false, fmt.Errorf("read when the step of delivery %d opens: %w", delivery, err)
	}
	passed.Form, passed.Until = title.Value, opens.Add(calendar.Lateness)
	if ends := at.ends(zone); !ends.IsZero() && ends.Before(passed.Until) {
		passed.Until = ends
	}
	return passed, passed.Until.After(now), nil
}
