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
	overallRate  = 28.9 // messages a second; with a burst of two never more than 30 requests in any second
	chatSendRate = 0.98 // messages a second in a chat
	chatBurst    = 3    // messages at once in a chat that was quiet
	chatEditRate = 2.9  // edits a second in a chat, so never more than 3 in any second
)

// FreeRate is how many messages a second, in all, Telegram takes of a bot that does
// not pay for more.
const FreeRate = 30

// shared are the buckets that all chats share: of all messages, and of bulk. They
// begin spent.
//
// A timer is late by a millisecond, on a busy machine by several, and with a burst of
// one every message would lose that much. So a message that is late may be made up
// for: one at Telegram's free rate, which stays below the limit with it. Who pays for
// more gets bulkRate for everything, a fiftieth of a second's messages at once, and
// that much less in a second.
func (p *Pacer) shared(bulkRate float64) (overall, bulk *rate.Limiter) {
	const worthIt = 20 // messages a second from which on a burst is no great part of them
	switch {
	case bulkRate > FreeRate && !math.IsInf(bulkRate, 1):
		burst := max(2, int(bulkRate/50))
		steady := max(overallRate, bulkRate-float64(burst))
		return p.spent(steady, burst), p.spent(steady, burst)
	case bulkRate < worthIt:
		return p.spent(overallRate, 2), p.spent(bulkRate, 1)
	}
	return p.spent(overallRate, 2), p.spent(min(bulkRate, overallRate), 2)
}

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
	ready   time.Time
	limit   func(perSecond float64) rate.Limit

	mu      sync.Mutex
	overall *rate.Limiter
	bulk    *rate.Limiter
	// queued counts, by class, the requests that wait for nothing but a rate
	// that all chats share.
	queued [2]int
	// replies are when those messages went that answer people, since Replies was
	// asked last, as far as they are not older than a second.
	replies []time.Time
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
// is more than 0. Above FreeRate that is for a Client that is Paid, and is the
// rate of everything else too; the limits of each chat stay. math.Inf(1) switches all
// rates off; 429s are obeyed always.
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
	p.overall, p.bulk = p.shared(bulkRate)
	p.ready = latest(available(p.overall, p.started, 1), available(p.bulk, p.started, 1), available(p.spent(chatSendRate, chatBurst), p.started, 1))
	return p
}

// Ready is from when on bulk goes out when it comes, to chats that nothing was sent
// to: until then all that comes has to wait, and would go out together.
func (p *Pacer) Ready() time.Time { return p.ready }

// Do waits until a request of class may go to chat, makes it through call, and
// takes note if it was throttled. w, the caller's own Worker, rests while it
// waits. One request is under way in a chat at a time; those that wait for the
// same chat go in no particular order.
//
// It returns what call returned. If ctx ends before the request may go, call is
// not run, and the error is Unreachable.
func (p *Pacer) Do(ctx context.Context, w calendar.Worker, class Class, chat int64, call func() error) error {
	return p.do(ctx, w, request{class: class, chat: chat, messages: 1}, call)
}

// DoAlbum is Do for a request that makes several messages at once, at most so
// many. Telegram does not publish how it counts those of an album; the Pacer
// counts each. So the album waits until the chat has its whole burst, or room for
// all of them, and the next message there waits until all have been paid for: a
// second for each beyond the burst.
func (p *Pacer) DoAlbum(ctx context.Context, w calendar.Worker, class Class, chat int64, messages int, call func() error) error {
	return p.do(ctx, w, request{class: class, chat: chat, messages: max(1, messages)}, call)
}

// request is what wants to go.
type request struct {
	class    Class
	chat     int64
	messages int // that it makes, or edits
}

func (p *Pacer) do(ctx context.Context, w calendar.Worker, r request, call func() error) (err error) {
	if err := p.await(ctx, w, r); err != nil {
		return &Error{Kind: Unreachable, Method: "pace", Reason: "not sent: " + err.Error(), cause: err}
	}
	defer func() { p.end(p.clock.Now(), r, err) }()
	return call()
}

// await rests until the request has begun.
func (p *Pacer) await(ctx context.Context, w calendar.Worker, r request) error {
	var t turn
	for !t.now {
		if err := ctx.Err(); err != nil {
			p.leave(r, t)
			return err
		}
		t = p.begin(p.clock.Now(), r, t)
		if !t.now {
			w.Wait(ctx, t.at, t.freed)
		}
	}
	return nil
}

// turn is the answer to a request that wants to go: now, or when to ask again:
// at a moment, or when the one under way in its chat has ended.
type turn struct {
	now    bool
	at     time.Time
	freed  <-chan struct{}
	queued bool // the request counts among the queued until it asks again
	// due is when a request goes that has what it needs and holds its chat already;
	// zero for any other.
	due time.Time
}

// begin lets a request go at now, or says when to ask again. last is what it was
// told before.
func (p *Pacer) begin(now time.Time, r request, last turn) turn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last.queued {
		p.queued[r.class]--
	}
	c := p.chat(now, r.chat)
	if !last.due.IsZero() {
		return p.depart(now, c, last.due)
	}
	if c.freed != nil {
		return turn{freed: c.freed}
	}
	own := c.bucket(r.class)
	if at := latest(p.quiet, c.quiet, available(own, now, min(r.messages, own.Burst()))); at.After(now) {
		return turn{at: at}
	}
	due := now
	if r.class != Edit {
		if at := p.slot(now, r.class, last.queued); at.After(now) {
			p.queued[r.class]++
			return turn{at: at, queued: true}
		}
		spend(p.overall, now, r.messages)
		spend(p.bulk, now, r.messages) // a reply takes it from bulk, too
		if r.class == Reply {
			p.noteReplies(now, r.messages)
		}
		due = available(p.overall, now, 0) // when the last of several would have gone alone
	}
	c.freed = make(chan struct{})
	return p.depart(now, c, due)
}

// depart lets a request go that is due, unless there was a 429 meanwhile.
func (p *Pacer) depart(now time.Time, c *chatPace, due time.Time) turn {
	at := latest(p.quiet, c.quiet, due)
	return turn{now: !at.After(now), at: at, due: due}
}

// slot is when the shared rates allow a message of class. One that was queued
// has waited for those ahead of it; one that comes now lets them go first. Bulk
// lets every reply go first.
func (p *Pacer) slot(now time.Time, class Class, queued bool) time.Time {
	ahead := 0
	if !queued {
		ahead = p.queued[class]
	}
	if class == Reply {
		return available(p.overall, now, 1+ahead)
	}
	return latest(available(p.overall, now, 1+ahead+p.queued[Reply]), available(p.bulk, now, 1+ahead))
}

// end notes that the request under way in chat has ended with err.
//
// Only now it counts in its chat: Telegram counted it at some moment in
// between, and by its end never counts it later than the Pacer does.
func (p *Pacer) end(now time.Time, r request, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chat(now, r.chat)
	spend(c.bucket(r.class), now, r.messages)
	c.free()

	wait := waitOf(err)
	if wait == 0 {
		return
	}
	this := throttle{chat: r.chat, at: now, until: now.Add(wait)}
	c.quiet = latest(c.quiet, this.until)
	everybody := r.class == Bulk
	if p.last.chat != r.chat && now.Sub(p.last.at) <= time.Second {
		everybody = true
		p.quiet = latest(p.quiet, p.last.until)
	}
	if everybody {
		p.quiet = latest(p.quiet, this.until)
	}
	p.last = this
}
