package storage

import (
	"context"
	"fmt"
	"time"
)

// RemindUnsent plans the one reminder to those who left a complete form unsent:
// a day before its round closes, if it was complete then. It returns how many
// deliveries it planned. They are not needed any more once the round is closed.
func (s *Store) RemindUnsent(ctx context.Context, now time.Time) (int, error) {
	var planned int
	err := s.db.GetContext(ctx, &planned, `
		WITH unsent AS (
			SELECT s.id, s.invitation_id, s.account_id, s.round_id, r.closes_at
			FROM round r
			JOIN session s ON s.round_id = r.id AND s.state = 'open' AND s.complete
			JOIN account a ON a.id = s.account_id AND a.blocked_at IS NULL
			WHERE r.closed_at IS NULL AND r.closes_at > $1 AND r.closes_at <= $1::timestamptz + interval '1 day'
			  AND s.updated_at <= r.closes_at - interval '1 day'
		), planned AS (
			INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at)
			SELECT 'reminder:' || id, 'reminder', account_id, round_id, $1, closes_at FROM unsent
			ON CONFLICT (key) DO NOTHING
			RETURNING id, key
		), carried AS (
			INSERT INTO delivery_invitation (delivery_id, invitation_id)
			SELECT planned.id, unsent.invitation_id
			FROM planned JOIN unsent ON planned.key = 'reminder:' || unsent.id
		)
		SELECT count(*) FROM planned`, now)
	if err != nil {
		return 0, fmt.Errorf("plan reminders: %w", err)
	}
	return planned, nil
}

// NextReminder is the earliest moment after now at which reminders are planned: a
// day before a round closes.
func (s *Store) NextReminder(ctx context.Context, now time.Time) (time.Time, bool, error) {
	return earliest(ctx, s.db, `
		SELECT min(closes_at) - interval '1 day' FROM round
		WHERE closed_at IS NULL AND closes_at - interval '1 day' > $1`, now)
}
