package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Progress is a message that follows a job, or the going out of a round's
// invitations, until that has ended.
type Progress struct {
	ID        int64  `db:"id"`
	AccountID int64  `db:"account_id"`
	JobID     int64  `db:"job_id"`     // 0: of none
	RoundID   int64  `db:"round_id"`   // 0: of none
	MessageID int64  `db:"message_id"` // 0: not shown yet
	Shown     string `db:"shown"`      // a digest of what it shows
}

// Followed are the messages that still follow something, of accounts that can be
// written to, at most limit.
func (s *Store) Followed(ctx context.Context, limit int) ([]Progress, error) {
	var open []Progress
	err := s.db.SelectContext(ctx, &open, `
		SELECT p.id, p.account_id, coalesce(p.job_id, 0) AS job_id, coalesce(p.round_id, 0) AS round_id,
		       coalesce(p.message_id, 0) AS message_id, p.shown
		FROM progress p JOIN account a ON a.id = p.account_id
		WHERE p.ended_at IS NULL AND a.blocked_at IS NULL
		ORDER BY p.id LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read what is followed: %w", err)
	}
	return open, nil
}

// ProgressShown notes what a message shows now, and whether that is the end.
func (s *Store) ProgressShown(ctx context.Context, p Progress, ended bool, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE progress SET message_id = nullif($2::bigint, 0), shown = $3, ended_at = CASE WHEN $4 THEN $5::timestamptz END
		WHERE id = $1`, p.ID, p.MessageID, p.Shown, ended, now)
	if err != nil {
		return fmt.Errorf("note progress %d: %w", p.ID, err)
	}
	return nil
}

// follow has a message follow something.
func follow(ctx context.Context, tx *sqlx.Tx, account int64, p Progress) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO progress (account_id, job_id, round_id, message_id)
		VALUES ($1, nullif($2::bigint, 0), nullif($3::bigint, 0), nullif($4::bigint, 0))`,
		account, p.JobID, p.RoundID, p.MessageID)
	if err != nil {
		return fmt.Errorf("follow for account %d: %w", account, err)
	}
	return nil
}
