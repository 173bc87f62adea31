package storage

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
)

// announcing is what invitations go out for.
type announcing bool

const (
	unasked  announcing = false // by a plan, or by HR: in working time
	replying announcing = true  // to the person's own tap: at once, at any hour
)

// isUnasked tells of a delivery that it waits for working time.
const isUnasked = `(kind IN ('invitation', 'reminder') AND NOT reply)`

// putOff moves what is unasked and due before the morning $1 to it, spread over at
// most $2 microseconds: ids that follow each other lie far apart, so that rounds
// mix. What expires soon after has half of that time at least. What expires before
// the morning is due when it does, and ends then.
const putOff = `
	WITH early AS (
		SELECT id FROM delivery
		WHERE state = 'due' AND due_at < $1 AND due_at < expires_at AND ` + isUnasked + `
		FOR UPDATE SKIP LOCKED
	)
	UPDATE delivery d SET due_at = CASE
	    WHEN d.expires_at > $1 THEN $1::timestamptz + least($2::bigint * interval '1 microsecond', (d.expires_at - $1) / 2)
	                                * (d.id * 0.6180339887 % 1)::float8
	    ELSE d.expires_at END
	FROM early WHERE d.id = early.id`

// Working is the office's working time in zone, as far as holidays are known.
func (s *Store) Working(ctx context.Context, zone *time.Location) (calendar.Working, error) {
	holidays, err := s.Holidays(ctx)
	return calendar.Working{Zone: zone, Holidays: holidays}, err
}

// PutOff has invitations and reminders that nobody asked for, and that would be
// due before the morning, wait for it, spread over the time after it. It returns
// how many it moved, each once. What expires before the morning is never sent.
func (s *Store) PutOff(ctx context.Context, morning time.Time, spread time.Duration) (int, error) {
	moved, err := affected(s.db.ExecContext(ctx, putOff, morning, spread.Microseconds()))
	if err != nil {
		return 0, fmt.Errorf("put messages off to the morning: %w", err)
	}
	return moved, nil
}

// NextInvitation is when the first of a round's invitations is due, where all that are
// not out wait; false where one is on its way, is held, or none is left.
func (s *Store) NextInvitation(ctx context.Context, round int64) (time.Time, bool, error) {
	return earliest(ctx, s.db, `
		SELECT CASE WHEN bool_and(state = 'due') THEN min(due_at) END
		FROM delivery WHERE round_id = $1 AND kind = 'invitation' AND state IN ('due', 'held', 'sending')`, round)
}
