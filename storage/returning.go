package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// ReturnAfter is how long after somebody took their block back their open forms
// come. Telegram's client sends /start as it unblocks, and what answers that may
// show them already (FormsShown).
const ReturnAfter = 15 * time.Second

// planReturn plans what an account that blocked the bot since $2 missed, of the
// forms that are still open: those that it never saw, and those of which a message
// failed by the block. All come in one message, which is of no round; those of a
// held round wait in one of that round.
const planReturn = `
	WITH missed AS (
		SELECT s.invitation_id, r.closes_at, CASE WHEN r.held_at IS NOT NULL THEN r.id END AS round_id
		FROM session s JOIN round r ON r.id = s.round_id
		WHERE s.account_id = $1 AND s.state = 'open' AND r.closed_at IS NULL AND r.closes_at > $3
		  AND (s.card_message_id IS NULL AND s.opened_at IS NULL AND NOT EXISTS (
		           SELECT FROM delivery_invitation di JOIN delivery d ON d.id = di.delivery_id
		           LEFT JOIN delivery c ON c.id = d.carried_by -- it went out in that
		           WHERE di.invitation_id = s.invitation_id AND d.account_id = $1 AND coalesce(c.state, d.state) = 'sent')
		    OR EXISTS (
		           SELECT FROM delivery_invitation di JOIN delivery d ON d.id = di.delivery_id
		           WHERE di.invitation_id = s.invitation_id AND d.account_id = $1
		             AND d.state = 'failed' AND d.reason = 'blocked' AND d.ended_at >= $2))
	), planned AS (
		INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, reply)
		SELECT 'return:' || $1 || ':' || (extract(epoch FROM $2::timestamptz) * 1000000)::bigint || coalesce(':' || round_id, ''),
		       'invitation', $1, round_id, $3::timestamptz + $4::bigint * interval '1 microsecond', max(closes_at),
		       CASE WHEN round_id IS NULL THEN 'due' ELSE 'held' END, true
		FROM missed GROUP BY round_id
		ON CONFLICT (key) DO NOTHING
		RETURNING id, round_id
	)
	INSERT INTO delivery_invitation (delivery_id, invitation_id)
	SELECT p.id, m.invitation_id FROM planned p JOIN missed m ON m.round_id IS NOT DISTINCT FROM p.round_id`

// comeBack notes that an account does not block the bot any more, and plans what
// it missed.
func (s *Store) comeBack(ctx context.Context, account int64, now time.Time) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		// A round that opens at this moment either sees that the account is back, or its
		// session is seen here.
		_, err := tx.ExecContext(ctx, `
			SELECT FROM employee WHERE id IN (SELECT employee_id FROM claim WHERE account_id = $1 AND state IN ('confirmed', 'provisional'))
			ORDER BY id FOR UPDATE`, account)
		if err != nil {
			return fmt.Errorf("lock who the account is: %w", err)
		}
		var rounds []int64
		err = tx.SelectContext(ctx, &rounds, `SELECT DISTINCT round_id FROM session WHERE account_id = $1 AND state = 'open'`, account)
		if err != nil {
			return fmt.Errorf("find the rounds that are open to it: %w", err)
		}
		if err := holdStill(ctx, tx, rounds); err != nil {
			return err
		}
		var since time.Time
		err = tx.GetContext(ctx, &since, `
			SELECT blocked_at FROM account WHERE id = $1 AND blocked_at IS NOT NULL FOR NO KEY UPDATE`, account)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // another update has it back already
		}
		if err != nil {
			return fmt.Errorf("lock the account: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE account SET blocked_at = NULL WHERE id = $1`, account); err != nil {
			return fmt.Errorf("take the block back: %w", err)
		}
		if _, err := tx.ExecContext(ctx, planReturn, account, since, now, ReturnAfter.Microseconds()); err != nil {
			return fmt.Errorf("plan what it missed: %w", err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("have account %d back: %w", account, err)
	}
	return nil
}

// FormsShown notes that an account was shown all that is open to it: what it missed
// while it blocked the bot need not come any more.
func (s *Store) FormsShown(ctx context.Context, account int64, now time.Time) error {
	stmt, err := s.prepared(ctx, `
		UPDATE delivery SET state = 'unneeded', reason = 'shown meanwhile', ended_at = $2
		WHERE account_id = $1 AND state IN ('due', 'held') AND kind = 'invitation' AND round_id IS NULL`)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(ctx, account, now); err != nil {
		return fmt.Errorf("note that account %d was shown its forms: %w", account, err)
	}
	return nil
}
