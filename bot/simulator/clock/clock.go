package clock

import (
	"context"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// Clock is one process's end of a shared virtual clock. It implements
// calendar.Clock. Its Now moves only while every Worker of the process rests.
//
// From Join on the process counts as at work, until a Worker has been registered
// and every registered Worker rests or is Done. So a process takes one Worker for
// its start and is Done with it once everything runs.
type Clock struct {
	up   chan<- told
	lost <-chan struct{} // closed when the server can no longer be reached

	mu      sync.Mutex
	now     time.Time
	order   uint64 // the last order taken
	workers map[*worker]struct{}
	working int           // how many of them are at work
	resting bool          // the server has been told that all rest
	acted   bool          // something happened since the server was last told
	acked   chan struct{} // while the server has not yet confirmed that we are at work
	close   func()
}

var _ calendar.Clock = (*Clock)(nil)

func newClock(welcome order, up chan<- told, lost <-chan struct{}, close func()) *Clock {
	return &Clock{
		up: up, lost: lost, close: close,
		now: welcome.Now, order: welcome.Number,
		workers: make(map[*worker]struct{}),
	}
}

// Now is the present moment, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Work registers a piece of work. When it returns, the clock stands.
func (c *Clock) Work() calendar.Worker {
	w := &worker{clock: c}
	c.mu.Lock()
	c.workers[w] = struct{}{}
	c.working++
	c.acted = true
	c.unlockAtWork()
	return w
}

// Lost is closed when the server can no longer be reached. The clock stands then
// for ever: a process that sees it should end.
func (c *Clock) Lost() <-chan struct{} { return c.lost }

// Close leaves the clock.
func (c *Clock) Close() { c.close() }

// listen takes the server's orders until there are no more.
func (c *Clock) listen(orders <-chan order) {
	for {
		select {
		case o := <-orders:
			c.take(o)
		case <-c.lost:
			return
		}
	}
}

func (c *Clock) take(o order) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = o.Now
	if o.Ack {
		close(c.acked)
		c.acked = nil
		return
	}
	c.order = o.Number
	c.resting = false
	for w := range c.workers {
		if !w.resting {
			continue
		}
		if reached := reached(w.until, c.now); reached || o.Look {
			c.acted = c.acted || reached
			w.end()
			c.working++
		}
	}
	c.tellIfResting()
}

// tellIfResting reports that nobody is at work, when it is so. The caller holds
// c.mu, which keeps reports in the order of what they tell.
func (c *Clock) tellIfResting() {
	if c.working > 0 {
		return
	}
	report := told{Rest: true, Order: c.order, Acted: c.acted}
	for w := range c.workers {
		if !w.until.IsZero() && (report.Wants.IsZero() || w.until.Before(report.Wants)) {
			report.Wants = w.until
		}
	}
	c.resting, c.acted = true, false
	c.tell(report)
}

// unlockAtWork unlocks c.mu on behalf of a Worker that is now at work, and
// returns when the server knows: until then it might still jump.
func (c *Clock) unlockAtWork() {
	if c.resting {
		c.resting = false
		c.acked = make(chan struct{})
		c.tell(told{})
	}
	acked := c.acked
	c.mu.Unlock()
	if acked == nil {
		return
	}
	select {
	case <-acked:
	case <-c.lost:
	}
}

func (c *Clock) tell(t told) {
	select {
	case c.up <- t:
	case <-c.lost:
	}
}

// worker is one piece of work. Its fields are guarded by its clock's mu.
type worker struct {
	clock   *Clock
	resting bool
	done    bool
	until   time.Time     // of the present or last rest
	ended   chan struct{} // closed when the clock ends the rest
}

// Wait rests: see calendar.Worker. It returns early whenever the server asks all
// to look. A Worker that then waits for the same moment again, with nothing else
// in between, has not acted; one that waits for another moment has.
func (w *worker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	c := w.clock
	if woken(ctx, wake) {
		c.mu.Lock()
		c.acted = true
		c.mu.Unlock()
		return
	}
	ended, ok := w.rest(t)
	if !ok {
		return
	}
	select {
	case <-ended:
		return // and at work: whoever ended the rest counted it
	case <-ctx.Done():
	case <-wake:
	}
	c.mu.Lock()
	if w.done {
		c.mu.Unlock()
		return
	}
	c.acted = true
	if w.resting {
		w.end()
		c.working++
	}
	c.unlockAtWork()
}

// rest puts w to rest until t and gives what ends it, or not ok when there is
// nothing to rest for.
func (w *worker) rest(t time.Time) (ended <-chan struct{}, ok bool) {
	c := w.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.done {
		return nil, false
	}
	if reached(t, c.now) {
		c.acted = true
		return nil, false
	}
	if !t.Equal(w.until) {
		c.acted = true
	}
	w.resting, w.until, w.ended = true, t.UTC(), make(chan struct{})
	c.working--
	c.tellIfResting()
	return w.ended, true
}

// end ends the rest; the caller holds the clock's mu and counts w as it must be.
func (w *worker) end() {
	w.resting = false
	close(w.ended)
}

// Done ends the work; see calendar.Worker.
func (w *worker) Done() {
	c := w.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.done {
		return
	}
	w.done = true
	delete(c.workers, w)
	c.acted = true
	if w.resting {
		w.end()
	} else {
		c.working--
	}
	c.tellIfResting()
}

func reached(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

func woken(ctx context.Context, wake <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return true
	case <-wake:
		return true
	default:
		return false
	}
}
