package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// DeliveryKind is what a delivery starts.
type DeliveryKind string

// The kinds of deliveries.
const (
	DeliveryInvitation DeliveryKind = "invitation" // becomes the first card
	DeliveryReminder   DeliveryKind = "reminder"   // of a form that was not sent
	DeliverySummary    DeliveryKind = "summary"    // its text, with the first picture
	DeliveryPictures   DeliveryKind = "pictures"   // a summary's further ones
	DeliveryFile       DeliveryKind = "file"       // what a job made
	DeliveryClosing    DeliveryKind = "closing"    // HR is told that a round has closed
	DeliveryOpening    DeliveryKind = "opening"    // HR is told of those whom a round that opened does not reach
	DeliveryCancelled  DeliveryKind = "cancelled"  // HR is told that a training was cancelled
	DeliveryClaims     DeliveryKind = "claims"     // HR is told who waits to be confirmed
)

// Delivery is one message to one person, claimed by a process for one attempt.
// What it says is not in it: it is rendered when it is sent.
type Delivery struct {
	ID        int64
	Kind      DeliveryKind
	AccountID int64
	RoundID   int64   // 0: of none
	SummaryID int64   // 0: of none
	JobID     int64   // by which somebody asked for the summary; 0: it comes by itself
	FileID    int64   // 0: of none
	Sessions  []int64 // the account's, of the invitations that it carries
	Attempt   int     // from 1
	Unknowns  int     // earlier attempts whose outcome nobody knows: it may be a repeat
	DueAt     time.Time
	ExpiresAt time.Time

	process int
}

// OutcomeState is how an attempt to send a delivery ended.
type OutcomeState string

// The outcomes of an attempt.
const (
	Sent     OutcomeState = "sent"
	Failed   OutcomeState = "failed"   // refused for good, with a reason
	Unneeded OutcomeState = "unneeded" // there is nothing to say any more
	Unknown  OutcomeState = "unknown"  // the request may or may not have had its effect
	Later    OutcomeState = "later"    // it had none; again after a while
)

// Outcome is how an attempt went.
type Outcome struct {
	State     OutcomeState
	Reason    string        // for logs and HR; no names, no texts
	MessageID int64         // with Sent
	After     time.Duration // with Later
	Blocked   bool          // the account cannot be written to any more
}

// claimDeliveries takes the oldest that are due and nobody else is at. One whose
// time is over ends here. claimInQuiet leaves what waits for working time.
const (
	claimDeliveries = claimDue + claimNext
	claimInQuiet    = claimDue + `AND NOT (expires_at > $1 AND ` + isUnasked + `)` + claimNext

	claimDue = `
	WITH next AS (
		SELECT id FROM delivery WHERE state = 'due' AND due_at <= $1 `

	claimNext = `
		ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
	), claimed AS (
		UPDATE delivery d SET
		    state = CASE WHEN d.expires_at > $1 THEN 'sending' ELSE 'expired' END,
		    ended_at = CASE WHEN d.expires_at > $1 THEN NULL ELSE $1::timestamptz END,
		    process = CASE WHEN d.expires_at > $1 THEN $3::int END,
		    lease_until = CASE WHEN d.expires_at > $1 THEN clock_timestamp() + $4::bigint * interval '1 microsecond' END,
		    attempts = d.attempts + CASE WHEN d.expires_at > $1 THEN 1 ELSE 0 END
		FROM next WHERE d.id = next.id
		RETURNING d.*
	)
	SELECT c.id, c.kind, c.account_id, coalesce(c.round_id, 0), coalesce(c.summary_id, 0), coalesce(c.job_id, 0), coalesce(c.file_id, 0),
	       ARRAY(SELECT s.id FROM delivery_invitation di
	             JOIN session s ON s.invitation_id = di.invitation_id AND s.account_id = c.account_id
	             WHERE di.delivery_id = c.id ORDER BY s.id),
	       c.attempts, c.unknowns, c.due_at, c.expires_at
	FROM claimed c WHERE c.state = 'sending' ORDER BY c.due_at, c.id`
)

const nextDelivery = `SELECT min(due_at) FROM delivery WHERE state = 'due'`

// repeatable tells, of a delivery whose outcome nobody knows, whether it is tried
// again. An invitation that came twice is a small nuisance, a summary that never
// came is a lost week, and a file that somebody waits for is asked for again by
// hand. $1 is now.
const repeatable = `unknowns < CASE kind WHEN 'summary' THEN 10 ELSE 3 END AND expires_at > $1`

// dueAgain is the state of a delivery that is to be tried again: while its round is
// held, it waits with the others. Whoever writes it holds the round (holdStill).
const dueAgain = `CASE WHEN EXISTS (SELECT FROM round r WHERE r.id = round_id AND r.held_at IS NOT NULL) THEN 'held' ELSE 'due' END`

// endUnknown ends an attempt as unknown. If it may be repeated the same row is
// due for a new attempt, after a pause that doubles from ten seconds on.
const endUnknown = `
	UPDATE delivery SET
	    unknowns = unknowns + 1, process = NULL, lease_until = NULL, reason = $2,
	    state = CASE WHEN ` + repeatable + ` THEN ` + dueAgain + ` ELSE 'unknown' END,
	    due_at = CASE WHEN ` + repeatable + ` THEN $1::timestamptz + 10 * (1 << unknowns) * interval '1 second' ELSE due_at END,
	    ended_at = CASE WHEN ` + repeatable + ` THEN NULL ELSE $1::timestamptz END `

// ClaimDeliveries takes at most limit deliveries that are due, for one attempt
// each, under a lease of the process (machine's time). Those that expired before
// anybody came to them end, and make room.
func (s *Store) ClaimDeliveries(ctx context.Context, process int, lease time.Duration, limit int, now time.Time) ([]Delivery, error) {
	return s.claimBy(ctx, claimDeliveries, process, lease, limit, now)
}

// ClaimInQuiet is ClaimDeliveries in closed time: invitations and reminders that
// nobody asked for stay.
func (s *Store) ClaimInQuiet(ctx context.Context, process int, lease time.Duration, limit int, now time.Time) ([]Delivery, error) {
	return s.claimBy(ctx, claimInQuiet, process, lease, limit, now)
}

func (s *Store) claimBy(ctx context.Context, query string, process int, lease time.Duration, limit int, now time.Time) ([]Delivery, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryxContext(ctx, now, limit, process, lease.Microseconds())
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	defer rows.Close()
	var claimed []Delivery
	for rows.Next() {
		d := Delivery{process: process}
		err := rows.Scan(&d.ID, &d.Kind, &d.AccountID, &d.RoundID, &d.SummaryID, &d.JobID, &d.FileID, (*pq.Int64Array)(&d.Sessions),
			&d.Attempt, &d.Unknowns, &d.DueAt, &d.ExpiresAt)
		if err != nil {
			return nil, fmt.Errorf("claim a delivery: %w", err)
		}
		claimed = append(claimed, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	return claimed, nil
}

// EndDelivery writes how the attempt went. After Unknown the delivery is due
// again as a new attempt, with Unknowns counted, up to three times (a summary up
// to ten) and until it expires; then it stays unknown. After Later it is due
// again when the wait is over.
//
// An attempt whose lease was taken away meanwhile is already written as unknown;
// only that it was Sent is still news then, and stops the repeat.
func (s *Store) EndDelivery(ctx context.Context, d Delivery, o Outcome, now time.Time) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if o.State == Unknown || o.State == Later {
			if err := holdStill(ctx, tx, []int64{d.RoundID}); err != nil {
				return err
			}
		}
		written, err := writeOutcome(ctx, tx, d, o, now)
		if err != nil {
			return err
		}
		if o.Blocked {
			if err := blockAccount(ctx, tx, d.AccountID, now); err != nil {
				return err
			}
		}
		if o.State != Sent || !written {
			return nil
		}
		return noteArrival(ctx, tx, d, o.MessageID)
	})
	if err != nil {
		return fmt.Errorf("end delivery %d as %s: %w", d.ID, o.State, err)
	}
	return nil
}

// NextDelivery is when the first of those that wait is due.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, bool, error) {
	return earliest(ctx, s.db, nextDelivery)
}

// holdStill keeps rounds from being held or let go on until the transaction ends.
func holdStill(ctx context.Context, tx *sqlx.Tx, rounds []int64) error {
	_, err := tx.ExecContext(ctx, `SELECT FROM round WHERE id = ANY($1) ORDER BY id FOR SHARE`, pq.Array(rounds))
	if err != nil {
		return fmt.Errorf("keep the rounds of deliveries still: %w", err)
	}
	return nil
}

func writeOutcome(ctx context.Context, tx *sqlx.Tx, d Delivery, o Outcome, now time.Time) (bool, error) {
	query, args := outcomeQuery(d, o, now)
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	written, err := result.RowsAffected()
	return written == 1, err
}

func outcomeQuery(d Delivery, o Outcome, now time.Time) (string, []any) {
	const (
		mine = `WHERE id = $3 AND attempts = $4 AND state = 'sending' AND process = $5`
		// A lease that was taken away left it unknown, or due for the next attempt.
		lateToo = `WHERE id = $3 AND attempts = $4 AND (state = 'sending' AND process = $5 OR state IN ('unknown', 'due', 'held'))`
	)
	args := []any{now, o.Reason, d.ID, d.Attempt, d.process}
	switch o.State {
	case Unknown:
		return endUnknown + mine, args
	case Later:
		return `UPDATE delivery SET state = ` + dueAgain + `, due_at = $1::timestamptz + $6::bigint * interval '1 microsecond',
			reason = $2, process = NULL, lease_until = NULL ` + mine, append(args, o.After.Microseconds())
	case Sent:
		return `UPDATE delivery SET state = 'sent', ended_at = $1, reason = nullif($2, ''), message_id = $6,
			process = NULL, lease_until = NULL ` + lateToo, append(args, o.MessageID)
	}
	return `UPDATE delivery SET state = $6, ended_at = $1, reason = $2, process = NULL, lease_until = NULL ` + mine,
		append(args, string(o.State))
}

// noteArrival notes the newest message of the chat, and makes an invitation to
// one form its first card. Whether the chat shows more than the beginning is not
// known then, so that a form that went on, or ended, meanwhile is shown anew.
func noteArrival(ctx context.Context, tx *sqlx.Tx, d Delivery, messageID int64) error {
	if d.Kind == DeliveryInvitation && len(d.Sessions) == 1 {
		_, err := tx.ExecContext(ctx, `
			UPDATE session SET card_message_id = $2, shown_revision = 0 WHERE id = $1 AND card_message_id IS NULL`,
			d.Sessions[0], messageID)
		if err != nil {
			return fmt.Errorf("note the card of session %d: %w", d.Sessions[0], err)
		}
	}
	// Session before account, as in CardShown.
	_, err := tx.ExecContext(ctx, `
		UPDATE account SET last_message_id = $2 WHERE id = $1 AND last_message_id < $2`, d.AccountID, messageID)
	if err != nil {
		return fmt.Errorf("note the message: %w", err)
	}
	return nil
}
