package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// endSent writes that a delivery was sent, be it that its lease was taken away
// meanwhile, which left it unknown or due for the next attempt. The message is the
// newest of the chat, and an invitation to one form ($7) is its first card. Whether
// the chat shows more than the beginning is not known then, so that a form that went
// on, or ended, meanwhile is shown anew.
//
// It is one statement, because most deliveries end by it: as a transaction of
// several it would be eight round trips. Session before account, as in CardShown.
const endSent = `
	WITH ended AS (
		UPDATE delivery SET state = 'sent', ended_at = $1, reason = nullif($2, ''), message_id = $6, process = NULL, lease_until = NULL
		WHERE id = $3 AND attempts = $4 AND (state = 'sending' AND process = $5 OR state IN ('unknown', 'due', 'held'))
		RETURNING account_id
	), card AS (
		UPDATE session s SET card_message_id = $6, shown_revision = 0
		FROM ended WHERE s.id = $7 AND s.card_message_id IS NULL
		RETURNING s.id
	)
	UPDATE account a SET last_message_id = $6
	FROM ended CROSS JOIN (SELECT count(*) AS cards FROM card) noted
	WHERE a.id = ended.account_id AND a.last_message_id < $6 AND noted.cards >= 0`

func (s *Store) endSent(ctx context.Context, d Delivery, o Outcome, now time.Time) error {
	stmt, err := s.prepared(ctx, endSent)
	if err != nil {
		return err
	}
	card := int64(0)
	if d.Kind == DeliveryInvitation && len(d.Sessions) == 1 {
		card = d.Sessions[0]
	}
	for attempt := 1; ; attempt++ {
		_, err = stmt.ExecContext(ctx, now, o.Reason, d.ID, d.Attempt, d.process, o.MessageID, card)
		if pq.As(err, pqerror.TRDeadlockDetected) == nil || attempt == maxTransactionAttempts {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("end delivery %d as sent: %w", d.ID, err)
	}
	return nil
}
