package scheduler_test

import (
	"context"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// hurried is a virtual clock for one scheduler that is alone with its database, so
// that nobody but its own loops gives it something to do, or says so (stir): before a
// jump it need not have everybody look round, as the simulator's does. It jumps when
// all rest and no wake is on its way, and only those get up whose moment it is.
type hurried struct {
	mu      sync.Mutex
	now     time.Time
	working int
	resting map[*hurriedWorker]struct{}
}

// hurriedWorker is one piece of work on it.
type hurriedWorker struct {
	clock *hurried
	until time.Time
	wake  <-chan struct{}
	ended chan struct{}
	done  bool
}

func hurriedFrom(now time.Time) *hurried {
	return &hurried{now: now, resting: map[*hurriedWorker]struct{}{}}
}

// Now implements calendar.Clock.
func (h *hurried) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Work implements calendar.Clock.
func (h *hurried) Work() calendar.Worker {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.working++
	return &hurriedWorker{clock: h}
}

// Wait implements calendar.Worker. A wake is taken by whoever rests or is Done next,
// never in between, where nobody would see who is about to get up.
func (w *hurriedWorker) Wait(ctx context.Context, t time.Time, wake <-chan struct{}) {
	h := w.clock
	h.mu.Lock()
	w.until, w.wake, w.ended = t, wake, make(chan struct{})
	h.resting[w] = struct{}{}
	h.working--
	h.goOn()
	h.mu.Unlock()
	select {
	case <-w.ended:
	case <-ctx.Done():
		h.mu.Lock()
		defer h.mu.Unlock()
		if _, still := h.resting[w]; still {
			h.getUp(w)
		}
	}
}

// Done implements calendar.Worker.
func (w *hurriedWorker) Done() {
	h := w.clock
	h.mu.Lock()
	defer h.mu.Unlock()
	if !w.done {
		w.done = true
		h.working--
		h.goOn()
	}
}

// goOn has those get up who are woken or whose moment has come, and jumps where that
// is nobody. The caller holds h.mu.
func (h *hurried) goOn() {
	for {
		var next time.Time
		for w := range h.resting {
			switch {
			case !w.until.IsZero() && !w.until.After(h.now), woken(w.wake):
				h.getUp(w)
			case !w.until.IsZero() && (next.IsZero() || w.until.Before(next)):
				next = w.until
			}
		}
		if h.working > 0 || next.IsZero() {
			return
		}
		h.now = next
	}
}

// stir has all who rest look round: somebody else has done something.
func (h *hurried) stir() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.resting {
		h.getUp(w)
	}
}

func (h *hurried) getUp(w *hurriedWorker) {
	delete(h.resting, w)
	h.working++
	close(w.ended)
}

func woken(wake <-chan struct{}) bool {
	select {
	case <-wake: // nil: never
		return true
	default:
		return false
	}
}
