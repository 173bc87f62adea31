package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// DeliveryNotMine tells HR that somebody is not the supervisor of whom the roster
// says so.
const DeliveryNotMine DeliveryKind = "not_mine"

// tellNotMine has everybody in HR who may see the one whom a declined invitation is
// about, and the administrators, told. What the same supervisor says of others soon
// after is in the same message, which is composed when it is sent.
func tellNotMine(ctx context.Context, tx *sqlx.Tx, invitation int64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		WITH told AS (
			SELECT DISTINCT a.id AS account_id
			FROM invitation i
			JOIN employee e ON e.id = i.subject_id
			JOIN account_role r ON r.role = 'hr' AND (r.unit_id IS NULL OR r.unit_id = e.unit_id) OR r.role = 'admin' AND r.unit_id IS NULL
			JOIN account a ON a.id = r.account_id AND a.blocked_at IS NULL
			WHERE i.id = $1
		), waiting AS (
			SELECT DISTINCT ON (d.account_id) d.id, d.account_id
			FROM told
			JOIN delivery d ON d.account_id = told.account_id AND d.kind = 'not_mine' AND d.state = 'due'
			JOIN delivery_invitation di ON di.delivery_id = d.id
			JOIN invitation o ON o.id = di.invitation_id
			JOIN invitation i ON i.id = $1 AND i.round_id = o.round_id AND i.respondent_id = o.respondent_id
			ORDER BY d.account_id, d.id
		), planned AS (
			INSERT INTO delivery (key, kind, account_id, due_at, expires_at)
			SELECT 'not_mine:' || $1::bigint || ':' || account_id, 'not_mine', account_id, $2, $3
			FROM told WHERE account_id NOT IN (SELECT account_id FROM waiting)
			ON CONFLICT (key) DO NOTHING
			RETURNING id
		)
		INSERT INTO delivery_invitation (delivery_id, invitation_id)
		SELECT id, $1 FROM waiting UNION SELECT id, $1 FROM planned
		ON CONFLICT DO NOTHING`, invitation, now.Add(claimsCollected), now.Add(claimsUseful))
	if err != nil {
		return fmt.Errorf("tell HR of declined invitation %d: %w", invitation, err)
	}
	return nil
}

// Mistaken is a supervisor in the roster who says that they are none of these
// employees'.
type Mistaken struct {
	Name, NIP, Unit string
	Training        string // its title
	Of              []MistakenOf
}

// MistakenOf is one of the employees.
type MistakenOf struct {
	EmployeeID      int64 `db:"employee_id"`
	Name, NIP, Unit string
}

// MistakenIn is what a DeliveryNotMine tells, as far as it still holds: nobody is in
// it once the roster was mended.
func (s *Store) MistakenIn(ctx context.Context, delivery int64) (Mistaken, error) {
	var rows []struct {
		MistakenOf
		Boss     string
		BossNIP  string `db:"boss_nip"`
		BossUnit string `db:"boss_unit"`
		Training string
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT e.id AS employee_id, e.name, e.nip, u.name AS unit,
		       x.name AS boss, x.nip AS boss_nip, v.name AS boss_unit, coalesce(t.title, '') AS training
		FROM delivery_invitation di
		JOIN invitation i ON i.id = di.invitation_id AND i.declined_as = 'not_mine'
		JOIN round r ON r.id = i.round_id
		JOIN employee e ON e.id = i.subject_id AND e.left_at IS NULL AND e.supervisor_id = i.respondent_id
		JOIN unit u ON u.id = e.unit_id
		JOIN employee x ON x.id = i.respondent_id
		JOIN unit v ON v.id = x.unit_id
		LEFT JOIN training t ON t.id = r.training_id
		WHERE di.delivery_id = $1 ORDER BY e.name, e.id`, delivery)
	if err != nil {
		return Mistaken{}, fmt.Errorf("read who is not whose supervisor, of delivery %d: %w", delivery, err)
	}
	var found Mistaken
	for _, row := range rows {
		found.Name, found.NIP, found.Unit, found.Training = row.Boss, row.BossNIP, row.BossUnit, row.Training
		found.Of = append(found.Of, row.MistakenOf)
	}
	return found, nil
}
