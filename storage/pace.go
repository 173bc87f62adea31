package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	// slowest is the part of the rate that is left after many 429s.
	slowest = 0.1
	// recovery is how long it takes from nothing to the whole rate, in even steps.
	recovery = 10 * time.Minute
	// oneFlight is within what time several 429s are one: they were under way together.
	oneFlight = 10 * time.Second
	// mostAhead is how far ahead of the clock the rate can be spent; what is further
	// ahead was written before the clock was set back.
	mostAhead = 15 * time.Minute
)

// paceNow is the part of the rate that bulk gets at $2; $4 is recovery, in seconds.
const paceNow = `least(1, pace.share + greatest(0, coalesce(extract(epoch FROM $2::timestamptz - pace.slowed_at), 0)) / $4::float8)`

// paceSpent is up to when the rate is spent already, and $2 at the earliest; $5 is
// mostAhead, in microseconds.
const paceSpent = `greatest(CASE WHEN pace.spent_until <= $2::timestamptz + $5::bigint * interval '1 microsecond' THEN pace.spent_until END, $2::timestamptz)`

// SpendRate takes n sends from bot's bulk budget of perSecond, which all processes
// share, from the later of now and the moment up to which it is spent, and returns
// the moment from which they may go. replies, which went out without asking, are
// charged with them. After SlowDown less than perSecond is given for a while.
func (s *Store) SpendRate(ctx context.Context, bot int64, n, replies int, perSecond float64, now time.Time) (from time.Time, err error) {
	var spent struct {
		Until time.Time
		Share float64
	}
	cost := float64(n+replies) / perSecond * float64(time.Second/time.Microsecond)
	err = sqlx.GetContext(ctx, hot{store: s}, &spent, `
		INSERT INTO pace (bot_id, spent_until)
		VALUES ($1, $2::timestamptz + trunc($3::float8) * interval '1 microsecond')
		ON CONFLICT (bot_id) DO UPDATE
		SET spent_until = `+paceSpent+` + trunc($3::float8 / `+paceNow+`) * interval '1 microsecond'
		RETURNING spent_until AS until, `+paceNow+` AS share`, bot, now, cost, recovery.Seconds(), mostAhead.Microseconds())
	if err != nil {
		return time.Time{}, fmt.Errorf("spending the bulk rate: %w", err)
	}
	own := time.Duration(float64(n) / perSecond / spent.Share * float64(time.Second)).Truncate(time.Microsecond)
	return spent.Until.Add(-own), nil
}

// SlowDown notes that Telegram refused a bulk send of bot's for a while: all
// processes wait for that long, a quarter of an hour at the most, and then send at
// half the rate, which recovers. Several that were under way together count once.
func (s *Store) SlowDown(ctx context.Context, bot int64, wait time.Duration, now time.Time) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO pace (bot_id, spent_until, share, slowed_at)
		VALUES ($1, $2::timestamptz + $3::bigint * interval '1 microsecond', 0.5, $2)
		ON CONFLICT (bot_id) DO UPDATE SET
		    spent_until = greatest(`+paceSpent+`, excluded.spent_until),
		    share = CASE WHEN $2 - pace.slowed_at BETWEEN interval '0' AND $6::bigint * interval '1 microsecond' THEN pace.share
		                 ELSE greatest($7::float8, `+paceNow+` / 2) END,
		    slowed_at = CASE WHEN $2 - pace.slowed_at BETWEEN interval '0' AND $6::bigint * interval '1 microsecond' THEN pace.slowed_at
		                     ELSE $2 END`,
		bot, now, min(wait, mostAhead).Microseconds(), recovery.Seconds(), mostAhead.Microseconds(), oneFlight.Microseconds(), slowest)
	if err != nil {
		return fmt.Errorf("slowing the bulk rate: %w", err)
	}
	return nil
}
