package simulator

import (
	"context"
	"encoding/json"
	"net"
	"slices"
	"time"
)

// Updates that nobody fetched are dropped after these times.
const (
	callbackLife = 150 * time.Second
	updateLife   = 24 * time.Hour
)

// longestPoll is what Telegram cuts a long poll to.
const longestPoll = 50 * time.Second

// queue holds the updates that the bot has not confirmed, oldest first.
type queue struct {
	next    int64
	updates []*update
	allowed []string      // nil: the default
	moved   chan struct{} // closed at the next change
	poll    chan struct{} // closed when another poller takes over
	poller  net.Conn      // the last one's connection; nil when it broke
}

type update struct {
	id        int64
	kind      string
	created   time.Time
	body      any
	delivered bool
}

// notByDefault are the kinds of updates that must be asked for.
var notByDefault = []string{"chat_member", "message_reaction", "message_reaction_count"}

func newQueue(first int64) *queue {
	return &queue{next: first + 1, moved: make(chan struct{})}
}

func (q *queue) move() {
	close(q.moved)
	q.moved = make(chan struct{})
}

func (q *queue) confirms(offset int) bool {
	return offset > 0 && len(q.updates) > 0 && q.updates[0].id < int64(offset)
}

// confirm forgets what offset confirms. A negative one counts from the end.
func (q *queue) confirm(offset int) {
	if offset < 0 {
		q.updates = q.updates[max(0, len(q.updates)+offset):]
		return
	}
	q.updates = slices.DeleteFunc(q.updates, func(u *update) bool { return u.id < int64(offset) })
}

// expire drops what nobody fetched in time, and tells how many.
func (q *queue) expire(now time.Time) int {
	before := len(q.updates)
	q.updates = slices.DeleteFunc(q.updates, func(u *update) bool {
		life := updateLife
		if u.kind == "callback_query" {
			life = callbackLife
		}
		return !u.delivered && now.Sub(u.created) > life
	})
	return before - len(q.updates)
}

func (q *queue) wants(kind string) bool {
	if len(q.allowed) == 0 {
		return !slices.Contains(notByDefault, kind)
	}
	return slices.Contains(q.allowed, kind)
}

// push queues an update that comes from a chat. The caller holds s.mu.
func (s *Server) push(ch *chat, kind string, now time.Time, body any) {
	if ch != nil {
		ch.forbidden = nil
	}
	if !s.queue.wants(kind) {
		return
	}
	s.queue.updates = append(s.queue.updates, &update{id: s.queue.next, kind: kind, created: now, body: body})
	s.queue.next++
	s.queueMoved()
}

// queueMoved tells all who wait for the queue, and the virtual clock. The caller
// holds s.mu.
func (s *Server) queueMoved() {
	s.queue.move()
	if s.virtual != nil {
		s.virtual.Pending(len(s.queue.updates), s.config.Attended || s.queue.poller != nil)
	}
}

func (s *Server) pollerGone(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.poller == conn {
		s.queue.poller = nil
		s.queueMoved()
	}
}

func (s *Server) getUpdates(ctx context.Context, c *call) (any, *failure) {
	if f := s.allow(c); f != nil {
		return nil, f
	}
	timeout := min(time.Duration(c.number("timeout"))*time.Second, longestPoll)
	client := ctx
	ctx, cancel := context.WithTimeout(ctx, timeout) // machine time: a socket waits
	defer cancel()
	poll := make(chan struct{})
	s.mu.Lock()
	s.queue.confirm(c.number("offset"))
	if s.queue.poll != nil {
		close(s.queue.poll)
	}
	s.queue.poll, s.queue.poller = poll, c.conn
	s.queueMoved()
	defer s.mu.Unlock()
	for {
		if client.Err() != nil {
			return nil, badRequest("nobody reads this") // the poller died
		}
		if s.queue.poll != poll {
			return nil, refused(TwoPollers, 409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		}
		batch := s.deliver(c.number("limit"))
		if len(batch) > 0 || ctx.Err() != nil {
			s.queue.poll = nil
			return batch, nil
		}
		moved := s.queue.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-poll:
		case <-ctx.Done():
		}
		s.mu.Lock()
	}
}

// allow notes which updates the bot wants. null keeps what it last asked for.
func (s *Server) allow(c *call) *failure {
	if !c.given("allowed_updates") {
		return nil
	}
	var allowed []string
	if err := json.Unmarshal([]byte(c.text["allowed_updates"]), &allowed); err != nil {
		return badRequest("can't parse allowed_updates")
	}
	for _, kind := range allowed {
		if !s.api.Field("Update", kind) {
			s.violate(c, WrongType, "allowed_updates: there is no update "+kind)
			return badRequest("unknown update " + kind)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.allowed = allowed
	return nil
}

// deliver gives the oldest updates. The caller holds s.mu.
func (s *Server) deliver(limit int) []map[string]any {
	if dropped := s.queue.expire(s.clock.Now()); dropped > 0 {
		s.tally.drop(dropped)
		s.queueMoved()
	}
	if limit == 0 {
		limit = 100
	}
	batch := []map[string]any{}
	for _, u := range s.queue.updates[:min(limit, len(s.queue.updates))] {
		u.delivered = true
		batch = append(batch, map[string]any{"update_id": u.id, u.kind: u.body})
	}
	if len(batch) > 0 {
		s.queue.move()
	}
	return batch
}

func (s *Server) deleteWebhook(_ context.Context, c *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.text["drop_pending_updates"] == "true" {
		s.queue.updates = nil
		s.queueMoved()
	}
	return true, nil
}

// getWebhookInfo tells that there is no webhook: none can be set.
func (s *Server) getWebhookInfo(context.Context, *call) (any, *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": len(s.queue.updates)}, nil
}

// Unconfirmed counts the updates that were delivered and are not confirmed.
func (s *Server) Unconfirmed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unconfirmed()
}

func (s *Server) unconfirmed() int {
	n := 0
	for _, u := range s.queue.updates {
		if u.delivered {
			n++
		}
	}
	return n
}

// Queued counts the updates that are not confirmed, delivered or not.
func (s *Server) Queued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.updates)
}

// AwaitDelivered waits until an update is delivered and not confirmed: an instant
// at which a kill hurts most.
func (s *Server) AwaitDelivered(ctx context.Context) error {
	return s.awaitQueue(ctx, func() bool { return s.unconfirmed() > 0 })
}

// AwaitConfirmed waits until all updates so far, and those that come meanwhile,
// are confirmed.
func (s *Server) AwaitConfirmed(ctx context.Context) error {
	return s.awaitQueue(ctx, func() bool { return len(s.queue.updates) == 0 })
}

func (s *Server) awaitQueue(ctx context.Context, condition func() bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !condition() {
		moved := s.queue.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// RecordKill is called in the instant in which the bot is killed. It tells whether
// an update was delivered then and not confirmed, and counts it if so.
func (s *Server) RecordKill() bool {
	hurt := s.Unconfirmed() > 0
	if hurt {
		s.tally.with(func() { s.tally.kills++ })
	}
	return hurt
}

// KillsWhileUnconfirmed counts the kills that fell while an update was delivered
// and not confirmed.
func (s *Server) KillsWhileUnconfirmed() int {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	return s.tally.kills
}
