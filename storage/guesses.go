package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// An account may guess wrong this often in guessSpan.
const (
	mostGuesses = 10
	guessSpan   = time.Hour
)

// Guess notes that what an account wrote in a message was a wrong token or NIP;
// a message counts once.
func (s *Store) Guess(ctx context.Context, account, message int64, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `
		WITH stale AS (DELETE FROM guess WHERE account_id = $1 AND at <= $4)
		INSERT INTO guess (account_id, message_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		account, message, now, now.Add(-guessSpan))
	if err != nil {
		return fmt.Errorf("note a wrong guess of account %d: %w", account, err)
	}
	return nil
}

// Pause tells until when an account may not try any more tokens and NIPs,
// because it was wrong ten times within an hour; false where it may.
func (s *Store) Pause(ctx context.Context, account int64, now time.Time) (until time.Time, paused bool, err error) {
	var tenth time.Time
	err = s.db.GetContext(ctx, &tenth, `
		SELECT at FROM guess WHERE account_id = $1 AND at > $2 ORDER BY at DESC OFFSET $3 LIMIT 1`,
		account, now.Add(-guessSpan), mostGuesses-1)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("count the wrong guesses of account %d: %w", account, err)
	}
	return tenth.Add(guessSpan), true, nil
}
