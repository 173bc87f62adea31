package telegram

import (
	"errors"
	"math"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// chat is the pace of a chat. One that has none is at what it would have come
// to since the start.
func (p *Pacer) chat(now time.Time, id int64) *chatPace {
	if c := p.chats[id]; c != nil {
		return c
	}
	if len(p.chats) >= p.sweepAt {
		p.forget(now)
	}
	c := &chatPace{sends: p.spent(chatSendRate, chatBurst), edits: p.spent(chatEditRate, 1)}
	p.chats[id] = c
	return c
}

// forget drops the chats about which there is nothing to remember.
func (p *Pacer) forget(now time.Time) {
	for id, c := range p.chats {
		if c.freed == nil && !c.quiet.After(now) && full(c.sends, now) && full(c.edits, now) {
			delete(p.chats, id)
		}
	}
	p.sweepAt = max(minSweep, 2*len(p.chats))
}

// Replies counts the messages that answered people since it was asked last, and
// within the last second: what is longer ago is no part of any rate. Whoever shares
// the bulk rate with other processes charges them to it.
func (p *Pacer) Replies() int {
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noteReplies(now, 0)
	n := len(p.replies)
	p.replies = nil
	return n
}

// noteReplies notes n replies, and forgets those of more than a second ago.
func (p *Pacer) noteReplies(now time.Time, n int) {
	p.replies = slices.DeleteFunc(p.replies, func(at time.Time) bool { return now.Sub(at) > time.Second })
	for range n {
		p.replies = append(p.replies, now)
	}
}

// leave takes a request that gives up out of the way of the others.
func (p *Pacer) leave(r request, last turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last.queued {
		p.queued[r.class]--
	}
	if !last.due.IsZero() {
		p.chats[r.chat].free()
	}
}

// free lets the next request go into the chat.
func (c *chatPace) free() {
	close(c.freed)
	c.freed = nil
}

// spent is a bucket that was empty when the Pacer began.
func (p *Pacer) spent(perSecond float64, burst int) *rate.Limiter {
	bucket := rate.NewLimiter(p.limit(perSecond), burst)
	bucket.ReserveN(p.started, burst)
	return bucket
}

func (c *chatPace) bucket(class Class) *rate.Limiter {
	if class == Edit {
		return c.edits
	}
	return c.sends
}

// spend takes n tokens from bucket, though it may not have them: it then owes
// them.
func spend(bucket *rate.Limiter, now time.Time, n int) {
	for range n { // more than its burst it does not give at once
		bucket.ReserveN(now, 1)
	}
}

// hair is what rounding may take from a token.
const hair = 1e-6

// available is when bucket has n tokens; no later than now if it has them.
func available(bucket *rate.Limiter, now time.Time, n int) time.Time {
	missing := float64(n) - bucket.TokensAt(now)
	if missing <= hair || bucket.Limit() == rate.Inf {
		return now
	}
	seconds := missing / float64(bucket.Limit())
	return now.Add(time.Duration(math.Ceil(seconds * float64(time.Second))))
}

func full(bucket *rate.Limiter, now time.Time) bool {
	return !available(bucket, now, bucket.Burst()).After(now)
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// waitOf is the wait that Telegram asks for, and zero for any other outcome.
func waitOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
