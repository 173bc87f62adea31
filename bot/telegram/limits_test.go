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
		return l.take(fmt.Sprint("edits", s.chat), 3, 3, s.arrived)
	}
	return l.take(fmt.Sprint("sends", s.chat), 1, 3, s.arrived) && l.take("overall", 30, 30, s.arrived)
}

func (l *limits) take(name string, rate, burst float64, now time.Time) bool {
	b := l.buckets[name]
	if b == nil {
		b = &bucket{at: l.start}
		l.buckets[name] = b
	}
	b.tokens = min(burst, b.tokens+rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
