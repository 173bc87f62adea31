package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"pascalatih/survey/roster"
)

// AddTraining adds a training and gives its id. Refused with a Detail reason: its
// code is another's ("code"), it ends before it begins ("days"). NotFound (Detail
// what: plan): there is no such plan. ErrRepeated comes with the first time's id.
func (s *Store) AddTraining(ctx context.Context, t roster.Training, src Source, now time.Time) (id int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Training *int64 }{&id}); err != nil {
			return err
		}
		plan, err := checkContent(ctx, tx, t)
		if err != nil {
			return err
		}
		if err := lockImports(ctx, tx); err != nil {
			return err
		}
		err = tx.GetContext(ctx, &id, `
			INSERT INTO training (code, title, kind, provider, first_day, last_day, hours, plan_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
			t.Code, t.Title, t.Kind, t.Provider, t.First.Format(time.DateOnly), t.Last.Format(time.DateOnly), hoursOf(t), plan)
		if pq.As(err, pqerror.UniqueViolation) != nil {
			return refuse(Refused, "reason", "code")
		}
		if err != nil {
			return fmt.Errorf("add a training: %w", err)
		}
		return writeAudit(ctx, tx, src, "training added", map[string]any{"training": id}, now)
	})
	return id, err
}

// ChangeTraining gives a training another content than its code. It counts only
// while the training is as seen says: otherwise somebody else changed it
// meanwhile, and it is Refused (Detail reason: "changed"). Steps that have not
// opened move with its days, and so does the end of what is asked before it. It refuses what AddTraining refuses, and NotFound
// (Detail what: training).
func (s *Store) ChangeTraining(ctx context.Context, id int64, seen, wanted roster.Training, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockTrainingID(ctx, tx, id); err != nil {
			return err
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		present, err := readTraining(ctx, tx, Scope{All: true}, id)
		if err != nil {
			return err
		}
		wanted.Code = present.Code
		plan, err := checkContent(ctx, tx, wanted)
		if err != nil {
			return err
		}
		if present.Training != seen {
			return refuse(Refused, "reason", "changed")
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE training SET title = $2, kind = $3, provider = $4, first_day = $5, last_day = $6, hours = $7, plan_id = $8
			WHERE id = $1`,
			id, wanted.Title, wanted.Kind, wanted.Provider, wanted.First.Format(time.DateOnly), wanted.Last.Format(time.DateOnly),
			hoursOf(wanted), plan)
		if err != nil {
			return fmt.Errorf("change training %d: %w", id, err)
		}
		_, err = tx.ExecContext(ctx, moveBeginnings(`SELECT $1::bigint AS id, $2::date AS first_day, $3::date AS was_first_day`),
			id, wanted.First.Format(time.DateOnly), seen.First.Format(time.DateOnly))
		if err != nil {
			return fmt.Errorf("move the rounds before training %d: %w", id, err)
		}
		moved := !wanted.First.Equal(seen.First) || !wanted.Last.Equal(seen.Last)
		return writeAudit(ctx, tx, src, "training changed", map[string]any{"training": id, "moved": moved}, now)
	})
}

// checkContent refuses what a training cannot be, and finds its plan; nil without
// one.
func checkContent(ctx context.Context, tx *sqlx.Tx, t roster.Training) (plan *int64, err error) {
	if t.CheckDays() != nil {
		return nil, refuse(Refused, "reason", "days")
	}
	if t.Plan == "" {
		return nil, nil
	}
	err = tx.GetContext(ctx, &plan, `SELECT id FROM plan WHERE key = $1`, t.Plan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, refuse(NotFound, "what", "plan")
	}
	if err != nil {
		return nil, fmt.Errorf("look for a plan: %w", err)
	}
	return plan, nil
}

func hoursOf(t roster.Training) *int {
	if !t.Hours.Known {
		return nil
	}
	return &t.Hours.Count
}

// lockTrainingID keeps a training from being changed, and rounds from being opened
// for it, by anybody else until the transaction ends; a Kirim, which refers to the
// training and holds a session that is about to be waited for, it lets pass.
// NotFound (Detail what: training) where there is none.
func lockTrainingID(ctx context.Context, tx *sqlx.Tx, id int64) error {
	var locked int64
	err := tx.GetContext(ctx, &locked, `SELECT id FROM training WHERE id = $1 FOR NO KEY UPDATE`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(NotFound, "what", "training")
	}
	if err != nil {
		return fmt.Errorf("lock training %d: %w", id, err)
	}
	return nil
}
