package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
)

// Seed makes sure of what every office begins with: the bundled instruments are
// published, the weekly summary has its schedule (Mondays at 8, from now on),
// and these accounts are admins. Nothing that is there is changed or taken away,
// so every start may do it.
func (s *Store) Seed(ctx context.Context, instruments []survey.Instrument, admins []int64, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		for _, instrument := range instruments {
			if _, _, err := publish(ctx, tx, instrument, Source{}, now); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO schedule (key, job, cron, since) VALUES ('weekly', 'summary', '0 8 * * 1', $1)
			ON CONFLICT (key) DO NOTHING`, now)
		if err != nil {
			return fmt.Errorf("adding the weekly schedule: %w", err)
		}
		for _, admin := range admins {
			if err := grant(ctx, tx, admin, RoleAdmin, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// grant gives an account, known or not, a role for every unit.
func grant(ctx context.Context, tx *sqlx.Tx, account int64, role Role, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO account (id, created_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, account, now)
	if err != nil {
		return fmt.Errorf("adding account %d: %w", account, err)
	}
	granted, err := affected(tx.ExecContext(ctx, `
		INSERT INTO account_role (account_id, role, granted_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, role, unit_id) DO NOTHING`, account, string(role), now))
	if err != nil {
		return fmt.Errorf("granting a role to account %d: %w", account, err)
	}
	if granted == 0 {
		return nil
	}
	return writeAudit(ctx, tx, Source{}, "role granted", map[string]any{"account": account, "role": role}, now)
}
