package telegram_test

import (
	"context"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// clock is a virtual Clock: it jumps to the earliest moment that is waited for
// when nobody is at work.
type clock struct {
	mu      sync.Mutex
	now     time.Time
	atWork  int
	resting map[*rest]bool
}

type rest struct {
	until time.Time
	wake  <-chan struct{}
	over  chan struct{}
}

type worker struct {
	clock *clock
	once  sync.Once
}

func newClock() *clock {
	return &clock{
		now:     time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC),
		resting: map[*rest]bool{},
	}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Work() calendar.Worker {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.atWork++
	return &worker{clock: c}
}

// Working is how many workers are at work.
func (c *clock) Working() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.atWork
}

func (w *worker) Done() {
	w.once.Do(func() {
		w.clock.mu.Lock()
		defer w.clock.mu.Unlock()
		w.clock.leaveWork()
	})
}

func (w *worker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	c := w.clock
	r := &rest{until: t, wake: wake, over: make(chan struct{})}
	c.mu.Lock()
	if !t.IsZero() && !t.After(c.now) {
		c.mu.Unlock()
		return
	}
	c.resting[r] = true
	c.leaveWork()
	c.mu.Unlock()

	select {
	case <-r.over:
	case <-wake:
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(r)
}

// leaveWork jumps when the last one leaves, unless someone has been woken.
func (c *clock) leaveWork() {
	c.atWork--
	if c.atWork > 0 {
		return
	}
	var next time.Time
	for r := range c.resting {
		select {
		case <-r.wake:
			c.end(r)
		default:
			if !r.until.IsZero() && (next.IsZero() || r.until.Before(next)) {
				next = r.until
			}
		}
	}
	if c.atWork > 0 || next.IsZero() {
		return
	}
	c.now = next
	for r := range c.resting {
		if !r.until.IsZero() && !r.until.After(c.now) {
			c.end(r)
		}
	}
}

// end brings a resting worker back to work.
func (c *clock) end(r *rest) {
	if c.resting[r] {
		delete(c.resting, r)
		close(r.over)
		c.atWork++
	}
}
