package storage

import (
	"context"
	"fmt"

	"github.com/lib/pq"
)

// MessageCount counts the messages of a round, invitations and reminders, that are
// in one state.
type MessageCount struct {
	State string
	Count int
}

// MessageBlocked is the state, in a MessageCount, of those that failed because the
// account blocked the bot.
const MessageBlocked = "blocked"

// MessageStates are the states of messages, in the order in which they are told.
func MessageStates() []string {
	return []string{"due", "held", "sending", "sent", "unknown", "failed", MessageBlocked, "expired", "unneeded"}
}

// RoundMessages tells where the messages of a round are, in the order of
// MessageStates; a state in which none is, is left out.
func (s *Store) RoundMessages(ctx context.Context, round int64) ([]MessageCount, error) {
	var counts []MessageCount
	err := s.db.SelectContext(ctx, &counts, `
		SELECT state, count(*) FROM (
			SELECT CASE WHEN o.state = 'failed' AND o.reason = 'blocked' THEN 'blocked' ELSE o.state END AS state
			FROM delivery d JOIN delivery o ON o.id = coalesce(d.carried_by, d.id) -- it went out in that
			WHERE d.round_id = $1 AND d.kind IN ('invitation', 'reminder')
		) told GROUP BY state
		ORDER BY array_position($2::text[], state)`, round, pq.Array(MessageStates()))
	if err != nil {
		return nil, fmt.Errorf("count the messages of round %d: %w", round, err)
	}
	return counts, nil
}
