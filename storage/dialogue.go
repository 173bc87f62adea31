package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Dialogue is where an account stands in a conversation of several steps.
type Dialogue struct {
	Kind     string          // what it is about; "" when there is none
	State    json.RawMessage // the kind's own
	Said     string          // a sentence above the present step; "" for none
	Revision int64           // of the row; 0: there never was a dialogue
	// MessageID is the message that shows it; 0: none is known. Keys tells that it
	// brought keys in place of the letters.
	MessageID int64
	Keys      bool
	// LastTextID is the newest text that met any dialogue of the chat: older ones
	// are not heard again.
	LastTextID int64
	UpdatedAt  time.Time
}

// DialogueTrial is the kind of the dialogue in which a form is tried. Its state
// holds what was answered, which is nobody's business: it is forgotten at the end
// or, left alone, after a day.
const DialogueTrial = "trial"

// trialKept is how long a trial waits for the one who tries.
const trialKept = 24 * time.Hour

// ForgetTrials ends the trials that were left alone for a day.
func (s *Store) ForgetTrials(ctx context.Context, now time.Time) error {
	_, err := hot{store: s}.ExecContext(ctx, `
		UPDATE dialogue SET kind = '', state = '{}', said = '', revision = revision + 1, updated_at = $2
		WHERE kind = 'trial' AND updated_at <= $1`, now.Add(-trialKept), now)
	if err != nil {
		return fmt.Errorf("forgetting trials: %w", err)
	}
	return nil
}

// Dialogue reads where an account stands.
func (s *Store) Dialogue(ctx context.Context, account int64) (Dialogue, error) {
	stmt, err := s.prepared(ctx, `SELECT kind, state, said, revision, coalesce(message_id, 0), keys, last_text_id, updated_at FROM dialogue WHERE account_id = $1`)
	if err != nil {
		return Dialogue{}, err
	}
	var d Dialogue
	err = stmt.QueryRowxContext(ctx, account).Scan(&d.Kind, (*[]byte)(&d.State), &d.Said, &d.Revision, &d.MessageID, &d.Keys, &d.LastTextID, &d.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Dialogue{}, nil
	}
	if err != nil {
		return Dialogue{}, fmt.Errorf("reading the dialogue of account %d: %w", account, err)
	}
	return d, nil
}

// SaveDialogue stores the next step of a dialogue under the next revision. It
// counts only while the stored revision is still d.Revision; saved is false
// otherwise, and nothing changed. A Kind of "" ends the dialogue; its row
// stays, so that no revision comes twice. LastTextID never lowers what is kept;
// MessageID and Keys are DialogueShown's.
func (s *Store) SaveDialogue(ctx context.Context, account int64, d Dialogue, now time.Time) (saved bool, err error) {
	state := d.State
	if len(state) == 0 {
		state = json.RawMessage(`{}`)
	}
	query := `
		UPDATE dialogue SET kind = $3, state = $4, revision = revision + 1, updated_at = $5,
		    last_text_id = greatest(last_text_id, $6), said = $7
		WHERE account_id = $1 AND revision = $2`
	if d.Revision == 0 {
		query = `
		INSERT INTO dialogue (account_id, revision, kind, state, updated_at, last_text_id, said)
		VALUES ($1, $2::bigint + 1, $3, $4, $5, $6, $7)
		ON CONFLICT (account_id) DO NOTHING`
	}
	rows, err := affected(s.db.ExecContext(ctx, query, account, d.Revision, d.Kind, string(state), now, d.LastTextID, d.Said))
	if err != nil {
		return false, fmt.Errorf("saving the dialogue of account %d: %w", account, err)
	}
	return rows == 1, nil
}

// DialogueShown notes which message shows an account's dialogue (0: none any
// more), and whether it brought keys.
func (s *Store) DialogueShown(ctx context.Context, account, message int64, keys bool) error {
	_, err := s.db.ExecContext(ctx, `UPDATE dialogue SET message_id = nullif($2::bigint, 0), keys = $3 WHERE account_id = $1`, account, message, keys)
	if err != nil {
		return fmt.Errorf("noting the message of the dialogue of account %d: %w", account, err)
	}
	return nil
}
