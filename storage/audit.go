package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Source says where a command came from: the account that gave it and the
// message or button (with the revision it carried). A command is carried out
// once per chat, message and revision. A zero Account is the operator at the
// shell or the scheduler; their commands are as often as they are given.
type Source struct {
	Account, Chat, Message, Revision int64
}

// fromChat tells whether the command can be handled a second time.
func (src Source) fromChat() bool { return src.Account != 0 }

// writeAudit records who did what, in the transaction that does it; it is the
// one place that does. details are ids and counts, never names. A command that
// was carried out before gives ErrRepeated, and the transaction must end.
func writeAudit(ctx context.Context, tx *sqlx.Tx, src Source, action string, details map[string]any, now time.Time) error {
	if details == nil {
		details = map[string]any{}
	}
	text, err := json.Marshal(details)
	if err != nil {
		return fmt.Errorf("writing audit of %s: %w", action, err)
	}
	var account, chat, message, revision *int64
	if src.fromChat() {
		account, chat, message, revision = &src.Account, &src.Chat, &src.Message, &src.Revision
	}
	written, err := affected(tx.ExecContext(ctx, `
		INSERT INTO audit (at, account_id, action, details, chat_id, message_id, revision)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (chat_id, message_id, revision) DO NOTHING`,
		now, account, action, string(text), chat, message, revision))
	if err != nil {
		return fmt.Errorf("writing audit of %s: %w", action, err)
	}
	if written == 0 {
		return ErrRepeated
	}
	return nil
}

// firstTime is nil where the command of src was not carried out before, and
// ErrRepeated where it was; what it noted then is read into details (nil: is not
// wanted), also through the pointers in it.
func firstTime(ctx context.Context, tx sqlx.ExtContext, src Source, details any) error {
	done, err := findAudit(ctx, tx, src, details)
	if err == nil && done {
		return ErrRepeated
	}
	return err
}

// findAudit reads into details what the command of src noted when it was
// carried out, and tells whether it was. A command looks before it decides, so
// that its own effect does not look like an obstacle the second time.
func findAudit(ctx context.Context, tx sqlx.ExtContext, src Source, details any) (bool, error) {
	if !src.fromChat() {
		return false, nil
	}
	var texts []string
	err := sqlx.SelectContext(ctx, tx, &texts, `
		SELECT details FROM audit WHERE chat_id = $1 AND message_id = $2 AND revision = $3`,
		src.Chat, src.Message, src.Revision)
	if err != nil {
		return false, fmt.Errorf("looking for the command's audit: %w", err)
	}
	if len(texts) == 0 {
		return false, nil
	}
	if details == nil {
		return true, nil
	}
	if err := json.Unmarshal([]byte(texts[0]), details); err != nil {
		return false, fmt.Errorf("reading the command's audit: %w", err)
	}
	return true, nil
}
