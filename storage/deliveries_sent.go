package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// endSent writes of deliveries that they were sent, be it that their lease was taken
// away meanwhile, which left them unknown or due for the next attempt. The message is
// the newest of the chat, and an invitation to one form is its first card. Whether
// the chat shows more than the beginning is not known then, so that a form that went
// on, or ended, meanwhile is shown anew.
//
// It is one statement, because most deliveries end by it: as a transaction of
// several it would be eight round trips. Session before account, as in CardShown.
const endSent = `
	WITH ended AS (
		UPDATE delivery d SET state = 'sent', ended_at = t.at, reason = nullif(t.reason, ''), message_id = t.message, process = NULL, lease_until = NULL
		FROM unnest($1::bigint[], $2::int[], $3::int[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[])
		    AS t (id, attempt, process, at, reason, message, card)
		WHERE d.id = t.id AND d.attempts = t.attempt
		  AND (d.state = 'sending' AND d.process = t.process OR d.state IN ('unknown', 'due', 'held'))
		RETURNING d.account_id, t.message, t.card
	), card AS (
		UPDATE session s SET card_message_id = e.message, shown_revision = 0
		FROM (SELECT card, min(message) AS message FROM ended GROUP BY card) e WHERE s.id = e.card AND s.card_message_id IS NULL
		RETURNING s.id
	)
	UPDATE account a SET last_message_id = e.message
	FROM (SELECT account_id, max(message) AS message FROM ended GROUP BY account_id) e
	CROSS JOIN (SELECT count(*) AS cards FROM card) noted
	WHERE a.id = e.account_id AND a.last_message_id < e.message AND noted.cards >= 0`

// sending is a delivery that was sent.
type sending struct {
	Delivery
	Outcome
	at time.Time
}

// card is the session whose first card it is; 0: of none.
func (s sending) card() int64 {
	if s.Kind == DeliveryInvitation && len(s.Sessions) == 1 {
		return s.Sessions[0]
	}
	return 0
}

// endSent writes all or none.
func (s *Store) endSent(ctx context.Context, all []sending) ([]struct{}, error) {
	stmt, err := s.prepared(ctx, endSent)
	if err != nil {
		return nil, err
	}
	// In one order, so that processes that write at the same time wait for each other.
	slices.SortFunc(all, func(a, b sending) int { return cmp.Compare(a.AccountID, b.AccountID) })
	var ids, attempts, processes, messages, cards []int64
	var at []time.Time
	var reasons []string
	for _, one := range all {
		ids, attempts, processes = append(ids, one.ID), append(attempts, int64(one.Attempt)), append(processes, int64(one.process))
		at, reasons = append(at, one.at), append(reasons, one.Reason)
		messages, cards = append(messages, one.MessageID), append(cards, one.card())
	}
	for attempt := 1; ; attempt++ {
		_, err = stmt.ExecContext(ctx, pq.Array(ids), pq.Array(attempts), pq.Array(processes), pq.Array(at),
			pq.Array(reasons), pq.Array(messages), pq.Array(cards))
		if pq.As(err, pqerror.TRDeadlockDetected) == nil || attempt == maxTransactionAttempts {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("end %d deliveries as sent: %w", len(all), err)
	}
	return make([]struct{}, len(all)), nil
}
