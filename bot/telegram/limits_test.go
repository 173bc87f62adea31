package telegram_test

import (
	"fmt"
	"time"

	"pascalatih/bot/telegram"
)

// limits is how Telegram may count: in buckets that were spent at the start.
type limits struct {
	start   time.Time
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimits(start time.Time) *limits {
	return &limits{start: start, buckets: map[string]*bucket{}}
}

func (l *limits) takes(s *sending) bool {
	if s.class == telegram.Edit {
		return l.take(fmt.Sprint("edits", s.chat), 3, 3, s.arrived, 1)
	}
	n := float64(max(1, s.album))
	return l.take(fmt.Sprint("sends", s.chat), 1, 3, s.arrived, n) && l.take("overall", 30, 30, s.arrived, n)
}

// take takes n of a bucket; more than it holds only when it is full, and owes the
// rest.
func (l *limits) take(name string, rate, burst float64, now time.Time, n float64) bool {
	b := l.buckets[name]
	if b == nil {
		b = &bucket{at: l.start}
		l.buckets[name] = b
	}
	b.tokens = min(burst, b.tokens+rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < min(n, burst)-1e-6 { // what rounding takes
		return false
	}
	b.tokens -= n
	return true
}
