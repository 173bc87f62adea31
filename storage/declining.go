package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"pascalatih/survey/stats"
)

// DeclinedAs is as whom somebody who was asked does not answer.
type DeclinedAs string

// Who does not answer, and says so.
const (
	Unwilling DeclinedAs = "unwilling" // would rather not
	NotMine   DeclinedAs = "not_mine"  // a supervisor, about somebody who is not theirs
)

// NoReason is the reason of those who were asked for one and would not give any.
const NoReason = "none"

// decline ends an open session, and its invitation where the claim is confirmed: who
// only says to be the employee speaks for nobody else. The claim is held, so that
// whoever confirms it comes before or after.
const decline = `
	WITH held AS MATERIALIZED (
		SELECT c.id, c.state FROM claim c WHERE c.id = (SELECT claim_id FROM session WHERE id = $1) FOR SHARE
	), ended AS (
		UPDATE session SET state = 'declined', revision = revision + 1,
		       card_message_id = nullif($3::bigint, 0), stale_message_id = nullif($4::bigint, 0), updated_at = $5
		FROM held
		WHERE session.id = $1 AND session.claim_id = held.id AND session.revision = $2 AND session.state = 'open'
		RETURNING invitation_id, held.state AS claim_state
	), noted AS (
		UPDATE invitation i SET declined_why = CASE $6 WHEN 'not_mine' THEN $6 ELSE $7 END,
		       declined_at = CASE WHEN ended.claim_state = 'confirmed' THEN $5::timestamptz END,
		       declined_as = CASE WHEN ended.claim_state = 'confirmed' THEN $6::text END
		FROM ended WHERE i.id = ended.invitation_id
	)
	SELECT count(*) AS ended, count(*) FILTER (WHERE claim_state = 'confirmed') AS confirmed FROM ended`

// Decline is what somebody says who was asked, and will not answer: they are not
// asked again in the round, and counted. why is a reason out of a few, or "" as long
// as none is known. HR and the administrators are told of NotMine, which is firm.
// declined is false, and nothing changed, when the session that was read as before has
// moved since or takes no answers any more. Which message is the card, and which is
// stale, is taken from before.
//
// It leaves no audit row: who would rather not answer is told to nobody, only how
// many they are.
func (s *Store) Decline(ctx context.Context, before Session, as DeclinedAs, why string, now time.Time) (declined bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		var done struct{ Ended, Confirmed int }
		err := tx.GetContext(ctx, &done, decline, before.ID, before.Revision, before.CardMessageID, before.StaleMessageID, now, string(as), why)
		if err != nil {
			return fmt.Errorf("decline session %d: %w", before.ID, err)
		}
		declined = done.Ended > 0
		if done.Confirmed == 0 || as != NotMine {
			return nil
		}
		return tellNotMine(ctx, tx, before.InvitationID, now)
	})
	if err != nil || !declined {
		return false, err
	}
	// By itself: were it not done, they would end when they are about to be sent.
	_, err = s.db.ExecContext(ctx, `
		UPDATE delivery d SET state = 'unneeded', reason = 'declined', ended_at = $3
		WHERE d.account_id = $1 AND d.state IN ('due', 'held') AND d.kind IN ('invitation', 'reminder')
		  AND EXISTS (SELECT FROM delivery_invitation di WHERE di.delivery_id = d.id AND di.invitation_id = $2)
		  AND NOT EXISTS (SELECT FROM delivery_invitation di
		                  JOIN session s ON s.invitation_id = di.invitation_id AND s.account_id = d.account_id AND s.state = 'open'
		                  WHERE di.delivery_id = d.id)`, before.AccountID, before.InvitationID, now)
	if err != nil {
		return true, fmt.Errorf("end the deliveries of the declined session %d: %w", before.ID, err)
	}
	return true, nil
}

// SayWhy keeps the reason of somebody who declined the session that was read as
// before. said is false when it has moved since.
func (s *Store) SayWhy(ctx context.Context, before Session, why string) (said bool, err error) {
	var moved int
	err = s.db.GetContext(ctx, &moved, `
		WITH moved AS (
			UPDATE session SET revision = revision + 1,
			       card_message_id = nullif($3::bigint, 0), stale_message_id = nullif($4::bigint, 0)
			WHERE id = $1 AND revision = $2 AND state = 'declined' RETURNING invitation_id
		), noted AS (
			UPDATE invitation i SET declined_why = $5 FROM moved WHERE i.id = moved.invitation_id
		)
		SELECT count(*) FROM moved`, before.ID, before.Revision, before.CardMessageID, before.StaleMessageID, why)
	if err != nil {
		return false, fmt.Errorf("note why session %d was declined: %w", before.ID, err)
	}
	return moved == 1, nil
}

// Reconsider opens the session again that was read as before, and was declined as
// Unwilling, with what was answered in it. open is false when it has moved since, or
// its round is over.
func (s *Store) Reconsider(ctx context.Context, before Session, now time.Time) (open bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		// Held against closing: what is open then is ended with the others.
		var closed bool
		err := tx.GetContext(ctx, &closed, `SELECT closed_at IS NOT NULL FROM round WHERE id = $1 FOR SHARE`, before.RoundID)
		if err != nil {
			return fmt.Errorf("hold round %d: %w", before.RoundID, err)
		}
		if open = false; closed || before.DeclinedAs == NotMine {
			return nil
		}
		moved, err := affected(tx.ExecContext(ctx, `
			UPDATE session SET state = 'open', revision = revision + 1,
			       card_message_id = nullif($3::bigint, 0), stale_message_id = nullif($4::bigint, 0), updated_at = $5
			WHERE id = $1 AND revision = $2 AND state = 'declined'`,
			before.ID, before.Revision, before.CardMessageID, before.StaleMessageID, now))
		if err != nil {
			return fmt.Errorf("open session %d again: %w", before.ID, err)
		}
		if open = moved == 1; !open {
			return nil
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE invitation SET declined_at = NULL, declined_as = NULL, declined_why = '' WHERE id = $1`, before.InvitationID)
		if err != nil {
			return fmt.Errorf("take back that invitation %d was declined: %w", before.InvitationID, err)
		}
		return nil
	})
	return open, err
}

// declinedBy notes, of a claim that is confirmed now, what was declined under it, and
// has HR told of whom its person does not supervise.
func declinedBy(ctx context.Context, tx *sqlx.Tx, claim int64, now time.Time) error {
	var notMine []int64
	err := tx.SelectContext(ctx, &notMine, `
		WITH noted AS (
			UPDATE invitation i SET declined_at = s.updated_at,
			       declined_as = CASE i.declined_why WHEN 'not_mine' THEN 'not_mine' ELSE 'unwilling' END
			FROM session s WHERE s.claim_id = $1 AND s.state = 'declined' AND i.id = s.invitation_id AND i.declined_at IS NULL
			RETURNING i.id, i.declined_as
		)
		SELECT id FROM noted WHERE declined_as = 'not_mine' ORDER BY id`, claim)
	if err != nil {
		return fmt.Errorf("note what claim %d declined: %w", claim, err)
	}
	for _, invitation := range notMine {
		if err := tellNotMine(ctx, tx, invitation, now); err != nil {
			return err
		}
	}
	return nil
}

// ReasonCount is how many gave a reason for not answering. No reason stands for those
// who gave none, and for all whose reason too few gave.
type ReasonCount struct {
	Why   string
	Count int
}

// countReasons counts the reasons of those who declined a round, as far as they may be
// told.
func countReasons(ctx context.Context, q sqlx.ExtContext, round int64) ([]ReasonCount, error) {
	var counts []ReasonCount
	err := sqlx.SelectContext(ctx, q, &counts, asked+`
		SELECT CASE i.declined_why WHEN '`+NoReason+`' THEN '' ELSE i.declined_why END AS why, count(*) AS count
		FROM asked JOIN invitation i ON i.id = asked.id
		WHERE standing = 'unwilling' GROUP BY 1 ORDER BY 2 DESC, 1`, round, true, pq.Array([]int64{}))
	if err != nil {
		return nil, fmt.Errorf("count why round %d was declined: %w", round, err)
	}
	return toTell(counts), nil
}

// toTell are the reasons, the commonest first, that may be told: those that at least
// five gave. The others are told together, and they too must be five, if they are any
// at all: so one more is hidden among them where they are fewer.
func toTell(counts []ReasonCount) []ReasonCount {
	var told []ReasonCount
	rest := 0
	for _, c := range counts {
		if c.Why == "" || c.Count < stats.Least {
			rest += c.Count
		} else {
			told = append(told, c)
		}
	}
	if last := len(told) - 1; last >= 0 && rest > 0 && rest < stats.Least {
		rest += told[last].Count
		told = told[:last]
	}
	if len(told) == 0 {
		return nil
	}
	if rest > 0 {
		told = append(told, ReasonCount{Count: rest})
	}
	return told
}
