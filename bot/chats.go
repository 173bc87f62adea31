package bot

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// remark is one thing to be said in a chat.
type remark struct {
	// key names what it shows: a later remark of the same key takes its place. ""
	// shows nothing that could be shown anew.
	key string
	// say says it, at pace; w is at work when it is called.
	say func(ctx context.Context, w calendar.Worker)
}

// What is in hand is bounded: beyond it remarks are dropped. A card that is
// dropped is shown by the sweep.
const (
	mostRemarks = 16    // in one chat
	mostChats   = 20000 // with something to say
)

// chats are the queues of what is to be said. A chat with something to say has a
// goroutine for as long as that lasts, so that order is kept within a chat and
// none waits for another.
type chats struct {
	clock  calendar.Clock
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	queues map[int64]*queue
	inHand int           // queues and handlers
	ended  chan struct{} // signalled when one of them ends
	shut   bool
}

type queue struct {
	waiting []remark
	saying  string // the key of the one that is being said
}

func newChats(clock calendar.Clock, log *slog.Logger) *chats {
	c := &chats{clock: clock, log: log, queues: map[int64]*queue{}, ended: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// add puts a remark at the end of its chat's queue.
func (c *chats) add(chat int64, r remark) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut {
		return
	}
	q := c.queues[chat]
	if q == nil {
		if len(c.queues) >= mostChats {
			c.log.Warn("remark dropped: too many chats are waiting", "chat", chat)
			return
		}
		q = &queue{}
		c.queues[chat] = q
		c.inHand++
		w := c.clock.Work()
		go c.speak(chat, q, w)
	}
	if r.key != "" {
		q.waiting = slices.DeleteFunc(q.waiting, func(other remark) bool { return other.key == r.key })
	}
	if len(q.waiting) >= mostRemarks {
		c.log.Warn("remark dropped: too much waits in its chat", "chat", chat)
		return
	}
	q.waiting = append(q.waiting, r)
}

// has tells whether a remark of that key waits or is being said.
func (c *chats) has(chat int64, key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.queues[chat]
	return q != nil && (q.saying == key || slices.ContainsFunc(q.waiting, func(r remark) bool { return r.key == key }))
}

// speak says what waits in a chat until nothing does.
func (c *chats) speak(chat int64, q *queue, w calendar.Worker) {
	defer w.Done()
	defer c.leave()
	for {
		r, found := c.next(chat, q)
		if !found {
			return
		}
		r.say(c.ctx, w)
	}
}

func (c *chats) next(chat int64, q *queue) (remark, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(q.waiting) == 0 || c.ctx.Err() != nil {
		delete(c.queues, chat)
		return remark{}, false
	}
	r := q.waiting[0]
	q.waiting, q.saying = q.waiting[1:], r.key
	return r, true
}

// enter and leave say that an update is being handled: it may have something to
// be said.
func (c *chats) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inHand++
}

func (c *chats) leave() {
	c.mu.Lock()
	c.inHand--
	c.mu.Unlock()
	ring(c.ended)
}

// drain waits until nothing is in hand, at most for so long of the machine's
// time, and ends the queues.
func (c *chats) drain(most time.Duration) {
	deadline := time.NewTimer(most)
	defer deadline.Stop()
	for expired := false; !c.close(expired); {
		select {
		case <-c.ended:
		case <-deadline.C:
			expired = true
			c.cancel()
		}
	}
	c.cancel()
}

// close takes no more remarks if nothing is in hand, or no time is left; it
// tells whether it did.
func (c *chats) close(now bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut = c.inHand == 0 || now
	return c.shut
}
