package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// HoldRound keeps everything from going out for a round until LetGoOn: what is
// due waits, and so do the invitations of those who join meanwhile. What is under
// way ends as it ends.
//
// It counts only at the round's turn, the number of times it was held or let go
// on before; at another it changes nothing, as a button that comes too late.
// Closed: the round is over. NotFound (Detail what: round): there is none.
func (s *Store) HoldRound(ctx context.Context, round int64, turn int, src Source, now time.Time) error {
	return s.turnRound(ctx, round, turn, src, func(tx *sqlx.Tx) error {
		held, err := affected(tx.ExecContext(ctx, `
			UPDATE delivery d SET state = 'held', released_until = NULL, counted_on = NULL, turn = 0,
			    carried_by = (SELECT c.id FROM delivery c WHERE c.id = d.carried_by AND c.state = 'sending') -- it is under way in that
			WHERE round_id = $1 AND state = 'due'`, round))
		if err != nil {
			return fmt.Errorf("hold the deliveries of round %d: %w", round, err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE round SET held_at = $2, turns = turns + 1 WHERE id = $1`, round, now)
		if err != nil {
			return fmt.Errorf("hold round %d: %w", round, err)
		}
		return writeAudit(ctx, tx, src, "round held", map[string]any{"round": round, "held": held}, now)
	}, false)
}

// LetGoOn lets what HoldRound kept go out, under the same conditions; the message
// of the button follows it.
func (s *Store) LetGoOn(ctx context.Context, round int64, turn int, src Source, now time.Time) error {
	return s.turnRound(ctx, round, turn, src, func(tx *sqlx.Tx) error {
		due, err := affected(tx.ExecContext(ctx, `
			UPDATE delivery SET state = 'due' WHERE round_id = $1 AND state = 'held'`, round))
		if err != nil {
			return fmt.Errorf("let the deliveries of round %d go on: %w", round, err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE round SET held_at = NULL, turns = turns + 1 WHERE id = $1`, round)
		if err != nil {
			return fmt.Errorf("let round %d go on: %w", round, err)
		}
		if src.fromChat() {
			if err := followRoundAnew(ctx, tx, round, src); err != nil {
				return err
			}
		}
		return writeAudit(ctx, tx, src, "round let go on", map[string]any{"round": round, "due": due}, now)
	}, true)
}

// turnRound does one of the two where the round is at that turn, and is held as
// it has to be.
func (s *Store) turnRound(ctx context.Context, round int64, turn int, src Source, do func(tx *sqlx.Tx) error, held bool) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		var state struct {
			Closed, Held bool
			Turns        int
		}
		err := tx.GetContext(ctx, &state, `
			SELECT closed_at IS NOT NULL AS closed, held_at IS NOT NULL AS held, turns
			FROM round WHERE id = $1 FOR NO KEY UPDATE`, round)
		if errors.Is(err, sql.ErrNoRows) {
			return refuse(NotFound, "what", "round")
		}
		if err != nil {
			return fmt.Errorf("lock round %d: %w", round, err)
		}
		if err := firstTime(ctx, tx, src, nil); err != nil {
			return err
		}
		switch {
		case state.Closed:
			return refuse(Closed)
		case state.Turns != turn || state.Held != held:
			return nil
		}
		return do(tx)
	})
}

// followRoundAnew has the message of the button follow the round, unless it still
// does.
func followRoundAnew(ctx context.Context, tx *sqlx.Tx, round int64, src Source) error {
	var follows bool
	err := tx.GetContext(ctx, &follows, `
		SELECT EXISTS (SELECT FROM progress WHERE round_id = $1 AND account_id = $2 AND message_id = $3 AND ended_at IS NULL)`,
		round, src.Account, src.Message)
	if err != nil {
		return fmt.Errorf("look who follows round %d: %w", round, err)
	}
	if follows {
		return nil
	}
	return follow(ctx, tx, src.Account, Progress{RoundID: round, MessageID: src.Message})
}

// FollowsRound tells whether a message of an account's chat follows the round, or
// did.
func (s *Store) FollowsRound(ctx context.Context, account, round, message int64) (follows bool, err error) {
	err = s.db.GetContext(ctx, &follows, `
		SELECT EXISTS (SELECT FROM progress WHERE round_id = $1 AND account_id = $2 AND message_id = $3)`,
		round, account, message)
	if err != nil {
		return false, fmt.Errorf("look who follows round %d: %w", round, err)
	}
	return follows, nil
}

// Outgoing counts the invitations of a round by how far they are on their way.
type Outgoing struct {
	All     int
	Sent    int
	Waiting int // due, or held
	Flying  int
}

// Ended tells whether nothing is on its way any more.
func (o Outgoing) Ended() bool { return o.Waiting == 0 && o.Flying == 0 }

// Outgoing tells how the invitations of a round are going out.
func (s *Store) Outgoing(ctx context.Context, round int64) (Outgoing, error) {
	var out Outgoing
	// What went out in another message went when that did.
	err := s.db.GetContext(ctx, &out, `
		SELECT count(*) AS all, count(*) FILTER (WHERE state = 'sent') AS sent,
		       count(*) FILTER (WHERE state IN ('due', 'held')) AS waiting,
		       count(*) FILTER (WHERE state = 'sending') AS flying
		FROM (SELECT coalesce(c.state, d.state) AS state FROM delivery d LEFT JOIN delivery c ON c.id = d.carried_by
		      WHERE d.round_id = $1 AND d.kind = 'invitation') d`, round)
	if err != nil {
		return Outgoing{}, fmt.Errorf("count what goes out for round %d: %w", round, err)
	}
	return out, nil
}
