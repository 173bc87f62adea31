package simulator

import (
	"time"
)

// What the simulated Telegram takes. Telegram publishes the first two, roughly;
// those of edits are unpublished, and so is that each message of an album counts.
const (
	sendsPerSecond        = 30
	paidPerSecond         = 1000
	sendsPerChatPerSecond = 1
	sendsPerChatBurst     = 3
	editsPerChatPerSecond = 3
)

// bucket is a token bucket that keeps, instead of tokens, the moment when it will
// be full: exact where seconds are divided by three.
type bucket struct {
	every time.Duration // one token comes in this time
	burst int
	full  time.Time
}

func perSecond(n, burst int) bucket {
	return bucket{every: time.Second / time.Duration(n), burst: burst}
}

// wait is how long until there are n tokens, or as many as there can be; zero: they
// are there now.
func (b *bucket) wait(now time.Time, n int) time.Duration {
	if b.full.Before(now) {
		return 0
	}
	return max(0, b.full.Sub(now)-time.Duration(max(0, b.burst-n))*b.every)
}

// take takes n tokens. What the bucket does not have it owes.
func (b *bucket) take(now time.Time, n int) {
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(time.Duration(n) * b.every)
}

// pause is a time for which no more requests are wanted, and who has been told.
type pause struct {
	until    time.Time
	injected bool
	told     map[int64]*notice // by chat
}

// notice is an answer that a bot must heed from then on. Requests that were
// already under way when it was given are excused.
type notice struct {
	given    bool      // the answer has been written
	arrivals uint64    // how many requests had arrived by then
	at       time.Time // machine time, as is the time that a request is under way
}

// binds tells whether a request that comes as c does must have known of n. The
// grace is for those that the bot had sent when the answer reached it.
func (n *notice) binds(c *call, grace time.Duration) bool {
	return n != nil && n.given && c.arrival > n.arrivals && c.received.Sub(n.at) >= grace
}

// binds tells whether the bot must have known that c's chat is paused. A pause of
// all chats looks to the bot like one chat's until a second chat is told.
func (p *pause) binds(c *call, grace time.Duration, everywhere bool) bool {
	if p.told[c.chat].binds(c, grace) {
		return true
	}
	chats := 0
	for _, n := range p.told {
		if n.binds(c, grace) {
			chats++
		}
	}
	return everywhere && chats >= 2
}

// class is how Telegram's limits see a method.
type class int

const (
	unlimited class = iota
	sending
	editing
)

// admit takes a send or an edit through the limits, or gives the refusal. The
// caller holds s.mu.
func (s *Server) admit(c *call, ch *chat, class class) *failure {
	if class == unlimited {
		return nil
	}
	for _, p := range []struct {
		pause      *pause
		everywhere bool
	}{{ch.pause, false}, {s.pause, true}} {
		if p.pause == nil || !c.now.Before(p.pause.until) {
			continue
		}
		if p.pause.binds(c, s.config.Grace, p.everywhere) {
			s.violate(c, SentWhilePaused, "retry_after runs until "+p.pause.until.Format(time.RFC3339))
		}
		return s.tooMany(c, p.pause)
	}
	if s.config.Unlimited {
		return nil
	}
	own, all, n := &ch.edits, &s.sends, 1
	if c.text["allow_paid_broadcast"] == "true" {
		all = &s.paid
	}
	if class == sending {
		own, n = &ch.sends, max(1, c.messages)
		if wait := all.wait(c.now, n); wait > 0 {
			s.pause = newPause(c.now, wait, false)
			return s.tooMany(c, s.pause)
		}
	}
	if wait := own.wait(c.now, n); wait > 0 {
		ch.pause = newPause(c.now, wait, false)
		return s.tooMany(c, ch.pause)
	}
	own.take(c.now, n)
	if class == sending {
		all.take(c.now, n)
	}
	return nil
}

// injectPause pauses the chat of a request, or all, as a Fault asks.
func (s *Server) injectPause(c *call, f Fault) *failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := newPause(c.now, f.RetryAfter, true)
	if ch := s.chats[c.chat]; f.Everywhere {
		s.pause = p
	} else if ch != nil {
		ch.pause = p
	}
	return s.tooMany(c, p)
}

func newPause(now time.Time, wait time.Duration, injected bool) *pause {
	seconds := (wait + time.Second - 1) / time.Second
	return &pause{until: now.Add(seconds * time.Second), injected: injected, told: make(map[int64]*notice)}
}

// tooMany is the answer 429; the pause binds once it has been written.
func (s *Server) tooMany(c *call, p *pause) *failure {
	kind := TooMany
	if p.injected {
		kind = TooManyInjected
	}
	if p.told[c.chat] == nil {
		p.told[c.chat] = &notice{}
	}
	left := p.until.Sub(c.now)
	return &failure{
		kind: kind, code: 429, retryAfter: int((left + time.Second - 1) / time.Second),
		description: "Too Many Requests: retry after", notice: p.told[c.chat],
	}
}
