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
	DeliveryOpening    DeliveryKind = "opening"    // HR is told whom a round that opened does not reach, or that a step could not open
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
	Reminded  []int64 // those of them of which it reminds; the others it announces
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
	Reason    string // for logs and HR; no names, no texts
	MessageID int64  // with Sent
	// After is the wait with Later. With Unknown it says that the attempt most likely
	// had no effect: it is tried again then, however often that happened.
	After     time.Duration
	Blocked   bool // the account cannot be written to any more
	Throttled bool // Telegram refused it as too fast: all sending waits for After
}

// claimDeliveries takes those that may go out, are due and nobody else is at: the
// rounds in turns. One whose time is over ends here.
const claimDeliveries = `
	WITH next AS (
		SELECT id FROM delivery
		WHERE ` + isReleased + ` AND due_at <= $1 AND (released_until > $1 OR kind NOT IN ('invitation', 'reminder') OR reply)
		ORDER BY turn, due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
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
	       f.all, f.reminded, c.attempts, c.unknowns, c.due_at, c.expires_at
	FROM claimed c CROSS JOIN LATERAL (
		SELECT array_agg(DISTINCT s.id ORDER BY s.id) AS all,
		       array_agg(DISTINCT s.id ORDER BY s.id) FILTER (WHERE m.kind = 'reminder') AS reminded
		FROM (SELECT c.id, c.kind UNION ALL
		      SELECT o.id, o.kind FROM delivery o WHERE o.carried_by = c.id AND o.state = 'due') m
		JOIN delivery_invitation di ON di.delivery_id = m.id
		JOIN session s ON s.invitation_id = di.invitation_id AND s.account_id = c.account_id
	) f
	WHERE c.state = 'sending' ORDER BY c.turn, c.due_at, c.id`

// countClaimable counts, up to $2, what claimDeliveries would take.
const countClaimable = `
	SELECT count(*) FROM (
		SELECT FROM delivery
		WHERE ` + isReleased + ` AND due_at <= $1 AND (released_until > $1 OR kind NOT IN ('invitation', 'reminder') OR reply)
		ORDER BY turn, due_at, id LIMIT $2) n`

// nextDelivery is when the first is due, be it that it went out in another message,
// or did not, and this is still to be written.
const nextDelivery = `
	SELECT least(
	    (SELECT min(due_at) FROM delivery WHERE state = 'due' AND carried_by IS NULL),
	    (SELECT min(d.due_at) FROM delivery d JOIN delivery c ON c.id = d.carried_by WHERE ` + isLoose + `))`

// repeatable tells, of a delivery whose outcome nobody knows, whether it is tried
// again. An invitation that came twice is a small nuisance, a summary that never
// came is a lost week, and a file that somebody waits for is asked for again by
// hand. $1 is now.
const repeatable = `unknowns < CASE kind WHEN 'summary' THEN 10 ELSE 3 END AND expires_at > $1`

// dueAgain is the state of a delivery that is to be tried again: while its round is
// held, it waits with the others; one that closed is let go on by nobody. Whoever
// writes it holds the round (holdStill).
const dueAgain = `CASE WHEN EXISTS (SELECT FROM round r WHERE r.id = round_id AND r.held_at IS NOT NULL AND r.closed_at IS NULL)
	THEN 'held' ELSE 'due' END`

// endUnknown ends an attempt as unknown. If it may be repeated the same row is
// due for a new attempt, after a pause that doubles from ten seconds on.
const endUnknown = `
	UPDATE delivery SET
	    unknowns = unknowns + 1, process = NULL, lease_until = NULL, reason = $2,
	    state = CASE WHEN ` + repeatable + ` THEN ` + dueAgain + ` ELSE 'unknown' END,
	    due_at = CASE WHEN ` + repeatable + ` THEN $1::timestamptz + 10 * (1 << unknowns) * interval '1 second' ELSE due_at END,
	    ended_at = CASE WHEN ` + repeatable + ` THEN NULL ELSE $1::timestamptz END `

// Claimable counts, up to limit, the deliveries that ClaimDeliveries would take.
func (s *Store) Claimable(ctx context.Context, limit int, now time.Time) (n int, err error) {
	stmt, err := s.prepared(ctx, countClaimable)
	if err != nil {
		return 0, err
	}
	if err := stmt.GetContext(ctx, &n, now, limit); err != nil {
		return 0, fmt.Errorf("count what may go out: %w", err)
	}
	return n, nil
}

// ClaimDeliveries takes at most limit deliveries that may go out (Release) and are
// due, for one attempt each, under a lease of the process (machine's time). Those that expired before
// anybody came to them end, and make room.
func (s *Store) ClaimDeliveries(ctx context.Context, process int, lease time.Duration, limit int, now time.Time) ([]Delivery, error) {
	stmt, err := s.prepared(ctx, claimDeliveries)
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
		err := rows.Scan(&d.ID, &d.Kind, &d.AccountID, &d.RoundID, &d.SummaryID, &d.JobID, &d.FileID,
			(*pq.Int64Array)(&d.Sessions), (*pq.Int64Array)(&d.Reminded), &d.Attempt, &d.Unknowns, &d.DueAt, &d.ExpiresAt)
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
// to ten; one with After without end) and until it expires; then it stays unknown.
// After Later it is due again when the wait is over.
//
// An attempt whose lease was taken away meanwhile is already written as unknown;
// only that it was Sent is still news then, and stops the repeat.
func (s *Store) EndDelivery(ctx context.Context, d Delivery, o Outcome, now time.Time) error {
	if o.State == Sent {
		_, err := s.sent.ask(ctx, sending{Delivery: d, Outcome: o, at: now})
		return err
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if o.State == Unknown || o.State == Later {
			if err := holdStill(ctx, tx, []int64{d.RoundID}); err != nil {
				return err
			}
		}
		query, args := outcomeQuery(d, o, now)
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
		if o.Blocked {
			return blockAccount(ctx, tx, d.AccountID, now)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("end delivery %d as %s: %w", d.ID, o.State, err)
	}
	return nil
}

// NextDelivery is when the first of those that wait, for their time or to be
// released, is due.
func (s *Store) NextDelivery(ctx context.Context) (time.Time, bool, error) {
	return earliest(ctx, hot{store: s}, nextDelivery)
}

// holdStill keeps rounds from being held or let go on until the transaction ends.
func holdStill(ctx context.Context, tx *sqlx.Tx, rounds []int64) error {
	if len(rounds) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT FROM round WHERE id = ANY($1) ORDER BY id FOR SHARE`, pq.Array(rounds))
	if err != nil {
		return fmt.Errorf("keep the rounds of deliveries still: %w", err)
	}
	return nil
}

// outcomeQuery writes an outcome that is not Sent.
func outcomeQuery(d Delivery, o Outcome, now time.Time) (string, []any) {
	const mine = `WHERE id = $3 AND attempts = $4 AND state = 'sending' AND process = $5`
	args := []any{now, o.Reason, d.ID, d.Attempt, d.process}
	switch {
	case o.State == Unknown && o.After > 0:
		return `UPDATE delivery SET unknowns = unknowns + 1, process = NULL, lease_until = NULL, reason = $2,
			state = CASE WHEN expires_at > $1 THEN ` + dueAgain + ` ELSE 'unknown' END,
			due_at = CASE WHEN expires_at > $1 THEN $1::timestamptz + $6::bigint * interval '1 microsecond' ELSE due_at END,
			ended_at = CASE WHEN expires_at > $1 THEN NULL ELSE $1::timestamptz END ` + mine, append(args, o.After.Microseconds())
	case o.State == Unknown:
		return endUnknown + mine, args
	case o.State == Later:
		return `UPDATE delivery SET state = ` + dueAgain + `, due_at = $1::timestamptz + $6::bigint * interval '1 microsecond',
			reason = $2, process = NULL, lease_until = NULL ` + mine, append(args, o.After.Microseconds())
	}
	return `UPDATE delivery SET state = $6, ended_at = $1, reason = $2, process = NULL, lease_until = NULL ` + mine,
		append(args, string(o.State))
}
