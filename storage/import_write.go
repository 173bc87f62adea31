package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// writeStaged writes the staged roster: what is new, and what differs.
func writeStaged(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
	var observed []int64
	if err := tx.SelectContext(ctx, &observed, observedAnew); err != nil {
		return fmt.Errorf("finding whose supervisor changes: %w", err)
	}
	returned, err := writeEmployees(ctx, tx)
	if err != nil {
		return fmt.Errorf("importing employees: %w", err)
	}
	if err := writeTrainings(ctx, tx); err != nil {
		return fmt.Errorf("importing trainings: %w", err)
	}
	if err := writeParticipants(ctx, tx, returned, now); err != nil {
		return fmt.Errorf("importing participants: %w", err)
	}
	if err := reassignObservers(ctx, tx, observed, now); err != nil {
		return fmt.Errorf("asking other supervisors: %w", err)
	}
	if err := writeWorkTime(ctx, tx); err != nil {
		return fmt.Errorf("importing when units work: %w", err)
	}
	return nil
}

// writeEmployees gives those who had left the office and are listed again.
func writeEmployees(ctx context.Context, tx *sqlx.Tx) (returned []int64, err error) {
	err = tx.SelectContext(ctx, &returned, `
		SELECT e.id FROM employee e JOIN incoming_employee i ON i.nip = e.nip WHERE e.left_at IS NOT NULL ORDER BY e.id`)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`INSERT INTO unit (name) SELECT DISTINCT unit FROM incoming_employee ORDER BY unit ON CONFLICT (name) DO NOTHING`,
		`INSERT INTO employee (nip, name, unit_id)
		 SELECT i.nip, i.name, u.id FROM incoming_employee i JOIN unit u ON u.name = i.unit
		 WHERE NOT EXISTS (SELECT FROM employee e WHERE e.nip = i.nip) ORDER BY i.nip`,
		// Once everybody is there who may be a supervisor.
		`UPDATE employee e
		 SET name = d.name, unit_id = u.id, position = d.position, grade = d.grade, phone = d.phone, supervisor_id = boss.id,
		     left_at = NULL, left_as = NULL
		 FROM (` + differingEmployees + `) d JOIN unit u ON u.name = d.unit LEFT JOIN employee boss ON boss.nip = d.supervisor
		 WHERE e.id = d.id`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return returned, nil
}

func writeTrainings(ctx context.Context, tx *sqlx.Tx) error {
	for _, statement := range []string{
		moveBeginnings(differingTrainings),
		`UPDATE training t
		 SET title = d.title, kind = d.kind, provider = d.provider, first_day = d.first_day, last_day = d.last_day,
		     hours = d.hours, plan_id = p.id
		 FROM (` + differingTrainings + `) d LEFT JOIN plan p ON p.key = d.plan
		 WHERE t.id = d.id`,
		`INSERT INTO training (code, title, kind, provider, first_day, last_day, hours, plan_id)
		 SELECT i.code, i.title, coalesce(i.kind, ''), coalesce(i.provider, ''), i.first_day, i.last_day, i.hours, p.id
		 FROM incoming_training i LEFT JOIN plan p ON p.key = i.plan
		 WHERE NOT EXISTS (SELECT FROM training t WHERE t.code = i.code)
		 ORDER BY i.code`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// writeParticipants invites who is new in a training that has an open round, and
// who came back to the office and takes part in one.
func writeParticipants(ctx context.Context, tx *sqlx.Tx, returned []int64, now time.Time) error {
	var fresh []struct {
		TrainingID int64 `db:"training_id"`
		EmployeeID int64 `db:"employee_id"`
	}
	err := tx.SelectContext(ctx, &fresh, `
		WITH added AS (
			INSERT INTO participation (training_id, employee_id)
			SELECT t.id, e.id FROM incoming_participant i
			JOIN training t ON t.code = i.code JOIN employee e ON e.nip = i.nip
			ORDER BY t.id, e.id
			ON CONFLICT DO NOTHING RETURNING training_id, employee_id
		)
		SELECT a.training_id, a.employee_id FROM added a JOIN employee e ON e.id = a.employee_id AND e.left_at IS NULL
		UNION
		SELECT training_id, employee_id FROM participation WHERE employee_id = ANY($1)`, pq.Array(returned))
	if err != nil {
		return err
	}
	late := make(map[int64][]int64)
	for _, p := range fresh {
		late[p.TrainingID] = append(late[p.TrainingID], p.EmployeeID)
	}
	// Asked after the insertion, which waits for a round that is being opened.
	var open []int64
	err = tx.SelectContext(ctx, &open, `
		SELECT DISTINCT training_id FROM round
		WHERE closed_at IS NULL AND training_id IS NOT NULL ORDER BY training_id`)
	if err != nil {
		return err
	}
	for _, training := range open {
		if len(late[training]) == 0 {
			continue
		}
		if err := inviteParticipants(ctx, tx, training, late[training], now); err != nil {
			return err
		}
	}
	return nil
}
