package telegram

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pascalatih/scheduler/calendar"
)

// Telegram takes about 30 messages a second in all, and one a second in a chat
// with short bursts; what edits it takes is not published. How exactly it counts
// is not known either, so the pace stays a little below.
const (
	overallRate  = 29   // messages a second; with a burst of one never more than 30 in any second
	chatSendRate = 0.98 // messages a second in a chat
	chatBurst    = 3    // messages at once in a chat that was quiet
	chatEditRate = 2.9  // edits a second in a chat, so never more than 3 in any second
)

// Class says what a request is for, and by that how it is paced.
type Class int

const (
	// Reply is a message that answers a person. It goes before Bulk.
	Reply Class = iota
	// Bulk is a message that the house begins: an invitation, a reminder. All
	// of them together get the bulk rate less what replies took.
	Bulk
	// Edit changes or deletes a message. It counts only in its chat.
	Edit
)

// Pacer keeps Telegram's limits for all requests of a process, on the people's
// clock. It begins as though everything had just been spent, because the
// process before this one may have done that a moment ago.
type Pacer struct {
	clock   calendar.Clock
	started time.Time
	limit   func(perSecond float64) rate.Limit

	mu      sync.Mutex
	overall *rate.Limiter
	bulk    *rate.Limiter
	// waiting counts the replies that wait for nothing but the overall rate.
	waiting int
	// quiet is until when nothing at all may be sent.
	quiet time.Time
	// last is the latest 429.
	last  throttle
	chats map[int64]*chatPace
	// sweepAt is how many chats are too many to keep without looking.
	sweepAt int
}

// chatPace is how one chat stands. A chat at its full allowance has none.
type chatPace struct {
	sends *rate.Limiter
	edits *rate.Limiter
	quiet time.Time // until when nothing may be sent here
	// freed is closed when the request under way has ended; nil where none is.
	freed chan struct{}
}

type throttle struct {
	chat      int64
	at, until time.Time
}

// minSweep is the number of chats below which forgetting them is not worth it.
const minSweep = 1024

// NewPacer makes a Pacer that lets bulk go at bulkRate messages a second, which
// is more than 0. math.Inf(1) switches all rates off; 429s are obeyed always.
func NewPacer(clock calendar.Clock, bulkRate float64) *Pacer {
	p := &Pacer{
		clock:   clock,
		started: clock.Now(),
		chats:   map[int64]*chatPace{},
		sweepAt: minSweep,
		limit:   func(perSecond float64) rate.Limit { return rate.Limit(perSecond) },
	}
	if math.IsInf(bulkRate, 1) {
		p.limit = func(float64) rate.Limit { return rate.Inf }
	}
	p.overall = p.spent(overallRate, 1)
	p.bulk = p.spent(min(bulkRate, overallRate), 1)
	return p
}

// Do waits until a request of class may go to chat, makes it through call, and
// takes note if it was throttled. w, the caller's own Worker, rests while it
// waits. One request is under way in a chat at a time.
//
// It returns what call returned. If ctx ends before the request may go, call is
// not run, and the error is Unreachable.
func (p *Pacer) Do(ctx context.Context, w calendar.Worker, class Class, chat int64, call func() error) (err error) {
	if err := p.await(ctx, w, class, chat); err != nil {
		return &Error{Kind: Unreachable, Method: "pace", Reason: "not sent: " + err.Error(), cause: err}
	}
	defer func() { p.end(p.clock.Now(), class, chat, err) }()
	return call()
}

// await rests until the request has begun.
func (p *Pacer) await(ctx context.Context, w calendar.Worker, class Class, chat int64) error {
	counted := false // among the waiting replies
	for {
		if err := ctx.Err(); err != nil {
			p.leave(counted)
			return err
		}
		var turn turn
		turn, counted = p.begin(p.clock.Now(), class, chat, counted)
		if turn.now {
			return nil
		}
		w.Wait(ctx, turn.at, turn.freed)
	}
}

// turn is the answer to a request that wants to go: now, or when to ask again:
// at a moment, or when the one under way in its chat has ended.
type turn struct {
	now   bool
	at    time.Time
	freed <-chan struct{}
}

// begin lets a request go at now, or says when to ask again. counted tells
// whether the request is among the waiting replies, before and after.
func (p *Pacer) begin(now time.Time, class Class, chat int64, counted bool) (turn, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if counted {
		p.waiting--
	}
	c := p.chat(now, chat)
	if c.freed != nil {
		return turn{freed: c.freed}, false
	}
	if at := latest(p.quiet, c.quiet, available(c.bucket(class), now, 1)); at.After(now) {
		return turn{at: at}, false
	}
	if at := p.slot(now, class); at.After(now) {
		if class == Reply {
			p.waiting++
		}
		return turn{at: at}, class == Reply
	}
	if class != Edit {
		p.overall.ReserveN(now, 1)
		p.bulk.ReserveN(now, 1) // a reply takes it from bulk, too
	}
	c.freed = make(chan struct{})
	return turn{now: true}, false
}

// slot is when the overall rates allow a request of class; bulk lets the
// waiting replies go first.
func (p *Pacer) slot(now time.Time, class Class) time.Time {
	switch class {
	case Reply:
		return available(p.overall, now, 1)
	case Bulk:
		return latest(available(p.overall, now, 1+p.waiting), available(p.bulk, now, 1))
	}
	return now
}

// end notes that the request under way in chat has ended with err.
//
// Only now it counts in its chat: Telegram counted it at some moment in
// between, and by its end never counts it later than the Pacer does.
func (p *Pacer) end(now time.Time, class Class, chat int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chat(now, chat)
	c.bucket(class).ReserveN(now, 1)
	close(c.freed)
	c.freed = nil

	wait := waitOf(err)
	if wait == 0 {
		return
	}
	this := throttle{chat: chat, at: now, until: now.Add(wait)}
	c.quiet = latest(c.quiet, this.until)
	everybody := class == Bulk
	if p.last.chat != chat && now.Sub(p.last.at) <= time.Second {
		everybody = true
		p.quiet = latest(p.quiet, p.last.until)
	}
	if everybody {
		p.quiet = latest(p.quiet, this.until)
	}
	p.last = this
}
