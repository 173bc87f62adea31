package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/phone"
)

// SetPhone corrects an employee's telephone number; the zero Number takes it
// away. NotFound (Detail what: employee): there is none, they left, or the scope
// does not show them.
func (s *Store) SetPhone(ctx context.Context, scope Scope, employee int64, number phone.Number, src Source, now time.Time) error {
	return s.correct(ctx, scope, employee, src, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE employee SET phone = $2 WHERE id = $1`, employee, number.String()); err != nil {
			return fmt.Errorf("correct the number of employee %d: %w", employee, err)
		}
		return writeAudit(ctx, tx, src, "phone corrected", map[string]any{"employee": employee}, now)
	})
}

// SetUnit moves an employee to another unit. The scope must show both: what it
// does not is NotFound (Detail what: employee, unit).
func (s *Store) SetUnit(ctx context.Context, scope Scope, employee, unit int64, src Source, now time.Time) error {
	return s.correct(ctx, scope, employee, src, func(tx *sqlx.Tx) error {
		if !scope.All && !slices.Contains(scope.Units, unit) {
			return refuse(NotFound, "what", "unit")
		}
		var from int64
		if err := tx.GetContext(ctx, &from, `SELECT unit_id FROM employee WHERE id = $1`, employee); err != nil {
			return fmt.Errorf("read the unit of employee %d: %w", employee, err)
		}
		moved, err := affected(tx.ExecContext(ctx, `
			UPDATE employee SET unit_id = $2 WHERE id = $1 AND EXISTS (SELECT FROM unit WHERE id = $2)`, employee, unit))
		if err != nil {
			return fmt.Errorf("move employee %d: %w", employee, err)
		}
		if moved == 0 {
			return refuse(NotFound, "what", "unit")
		}
		return writeAudit(ctx, tx, src, "employee moved", map[string]any{"employee": employee, "from": from, "unit": unit}, now)
	})
}

// correct does what corrects a present employee whom the scope shows, with them
// locked.
func (s *Store) correct(ctx context.Context, scope Scope, employee int64, src Source, do func(tx *sqlx.Tx) error) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		var id int64
		err := tx.GetContext(ctx, &id, `
			SELECT id FROM employee WHERE id = $1 AND left_at IS NULL AND ($2 OR unit_id = ANY($3)) FOR UPDATE`,
			employee, scope.All, pq.Array(scope.Units))
		if errors.Is(err, sql.ErrNoRows) {
			return refuse(NotFound, "what", "employee")
		}
		if err != nil {
			return fmt.Errorf("lock employee %d: %w", employee, err)
		}
		return do(tx)
	})
}
