package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Cancellation is what cancelling a training does, or did, or what taking that
// back does.
type Cancellation struct {
	Rounds  []RoundStatus // that are open, or were
	Planned int           // rounds that HR planned, and that do not open
	// Steps open by themselves unless the training is cancelled.
	Steps []PlanStep
}

// PreviewCancel tells what CancelTraining would do, or, for one that is cancelled,
// what it did and what TakeCancelBack would do. NotFound (Detail what: training).
func (s *Store) PreviewCancel(ctx context.Context, training int64, zone *time.Location, now time.Time) (Cancellation, error) {
	t, err := s.Training(ctx, Scope{All: true}, training)
	if err != nil {
		return Cancellation{}, err
	}
	rest, args := `WHERE r.training_id = $1 AND r.closed_at IS NULL ORDER BY r.id`, []any{training}
	if t.Cancelled != nil {
		rest, args = `WHERE r.training_id = $1 AND r.closed_at = $2 ORDER BY r.id`, []any{training, *t.Cancelled}
	}
	rounds, err := findRounds(ctx, s.db, rest, args...)
	if err != nil {
		return Cancellation{}, err
	}
	var c Cancellation
	for _, round := range rounds {
		counts, err := countRound(ctx, s.db, round.ID)
		if err != nil {
			return Cancellation{}, err
		}
		c.Rounds = append(c.Rounds, RoundStatus{Round: round, RoundCounts: counts})
	}
	err = s.db.GetContext(ctx, &c.Planned, `
		SELECT count(*) FROM job WHERE kind = 'round' AND state IN ('due', 'running') AND payload->'training' = to_jsonb($1::bigint)`, training)
	if err != nil {
		return Cancellation{}, fmt.Errorf("count the planned rounds of training %d: %w", training, err)
	}
	steps, err := s.PlanSteps(ctx, training, t.Training, zone)
	for _, step := range steps {
		if step.Round == 0 && !step.Over(now) {
			c.Steps = append(c.Steps, step)
		}
	}
	return c, err
}

// CancelTraining ends everything about a training in one transaction: its open
// rounds close as CloseRound closes them, what was planned for it is given up, and
// its steps do not open. The office is told in one message, but for the one who
// did it. Refused (Detail reason: "changed") where it is cancelled already;
// NotFound (Detail what: training).
func (s *Store) CancelTraining(ctx context.Context, training int64, src Source, now time.Time) error {
	send, err := s.prepared(ctx, sendSession)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockCancelled(ctx, tx, training, false, src); err != nil {
			return err
		}
		planned, err := affected(tx.ExecContext(ctx, `
			UPDATE job SET state = 'cancelled', process = NULL, lease_until = NULL, ended_at = $2
			WHERE kind = 'round' AND state IN ('due', 'running') AND result IS NULL AND payload->'training' = to_jsonb($1::bigint)`, training, now))
		if err != nil {
			return fmt.Errorf("give up the planned rounds of training %d: %w", training, err)
		}
		var open []int64
		err = tx.SelectContext(ctx, &open, `SELECT id FROM round WHERE training_id = $1 AND closed_at IS NULL ORDER BY id`, training)
		if err != nil {
			return fmt.Errorf("find open rounds of training %d: %w", training, err)
		}
		closed := []int64{}
		for _, round := range open {
			instrument, still, err := lockRound(ctx, tx, round)
			if err != nil {
				return err
			}
			if !still {
				continue // its time came just now
			}
			if _, _, err := s.endRound(ctx, tx, tx.StmtxContext(ctx, send), round, instrument, now); err != nil {
				return err
			}
			closed = append(closed, round)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE training SET cancelled_at = $2 WHERE id = $1`, training, now); err != nil {
			return fmt.Errorf("cancel training %d: %w", training, err)
		}
		news := officeNews{Kind: DeliveryCancelled, Key: fmt.Sprintf("cancelled:%d:%d", training, now.Unix()), Training: &training}
		if err := tellOffice(ctx, tx, news, src, now); err != nil {
			return err
		}
		return writeAudit(ctx, tx, src, "training cancelled", map[string]any{
			"training": training, "closed": len(closed), "rounds": closed, "planned": planned}, now)
	})
}

// TakeCancelBack makes a cancelled training one that takes place: its steps that
// have not opened open again at their times, those of the last seven days at once.
// The rounds that closed stay closed. It may be done at any time. Refused (Detail
// reason: "changed") where the training is not cancelled; NotFound (Detail what:
// training).
func (s *Store) TakeCancelBack(ctx context.Context, training int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockCancelled(ctx, tx, training, true, src); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE training SET cancelled_at = NULL WHERE id = $1`, training); err != nil {
			return fmt.Errorf("take back that training %d was cancelled: %w", training, err)
		}
		return writeAudit(ctx, tx, src, "training restored", map[string]any{"training": training}, now)
	})
}

// lockCancelled locks a training against rounds being opened, and refuses where it
// is not cancelled as the command supposes.
func lockCancelled(ctx context.Context, tx *sqlx.Tx, training int64, cancelled bool, src Source) error {
	if err := lockTrainingID(ctx, tx, training); err != nil {
		return err
	}
	if err := firstTime(ctx, tx, src, nil); err != nil {
		return err
	}
	var is bool
	if err := tx.GetContext(ctx, &is, `SELECT cancelled_at IS NOT NULL FROM training WHERE id = $1`, training); err != nil {
		return fmt.Errorf("look whether training %d is cancelled: %w", training, err)
	}
	if is != cancelled {
		return refuse(Refused, "reason", "changed")
	}
	return nil
}

// CancelledOf is the training that a delivery tells the office of; 0: it is not
// cancelled any more.
func (s *Store) CancelledOf(ctx context.Context, delivery int64) (training int64, err error) {
	err = s.db.GetContext(ctx, &training, `
		SELECT coalesce((SELECT t.id FROM delivery d JOIN training t ON t.id = d.training_id AND t.cancelled_at IS NOT NULL
		                 WHERE d.id = $1), 0)`, delivery)
	if err != nil {
		return 0, fmt.Errorf("read which training delivery %d is about: %w", delivery, err)
	}
	return training, nil
}
