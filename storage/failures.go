package storage

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// An error's text is kept to this many bytes.
const maxErrorText = 1000

// CountFailure notes that handling an update failed, or is about to be tried
// after a restart, and returns how often it has been by now. source says where
// the update came from within its chat: message:<id> or callback:<id>. errText
// must hold nothing that a person wrote.
func (s *Store) CountFailure(ctx context.Context, chat int64, source, kind, errText string, now time.Time) (attempts int, err error) {
	err = s.db.GetContext(ctx, &attempts, `
		INSERT INTO update_failure AS f (chat_id, source, kind, attempts, error, first_at)
		VALUES ($1, $2, $3, 1, $4, $5)
		ON CONFLICT (chat_id, source) DO UPDATE
		SET attempts = f.attempts + 1, kind = excluded.kind, error = excluded.error
		RETURNING attempts`, chat, source, kind, keepable(errText, maxErrorText), now)
	if err != nil {
		return 0, fmt.Errorf("counting a failed update: %w", err)
	}
	return attempts, nil
}

// ForgetFailures takes back what was counted of an update that was handled after
// all. One that was passed over stays on record.
func (s *Store) ForgetFailures(ctx context.Context, chat int64, source string) error {
	_, err := s.db.ExecContext(ctx, `
		DELETE FROM update_failure WHERE chat_id = $1 AND source = $2 AND passed_at IS NULL`, chat, source)
	if err != nil {
		return fmt.Errorf("forgetting the failures of an update: %w", err)
	}
	return nil
}

// PassOver notes that an update that failed will not be tried again.
func (s *Store) PassOver(ctx context.Context, chat int64, source string, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE update_failure SET passed_at = coalesce(passed_at, $3)
		WHERE chat_id = $1 AND source = $2`, chat, source, now)
	if err != nil {
		return fmt.Errorf("passing over an update: %w", err)
	}
	return nil
}

// keepable is text that Postgres takes, cut to at most limit bytes.
func keepable(text string, limit int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
