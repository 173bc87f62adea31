package scheduler

import (
	"sync"
	"time"
)

// ahead tells whether the tick has done all that is due. What it opens and reminds of
// at one moment is to go out in one message, so nothing is released before. That
// holds with several processes too: one whose tick is done has waited for what the
// others were opening.
type ahead struct {
	mu     sync.Mutex
	behind bool
	next   time.Time // when something will be due again; zero: not known
	missed bool      // somebody asked too early
}

// begin says that the tick has something to open.
func (a *ahead) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.behind = true
}

// end says that the tick is done until next, be it that it failed: then it holds up
// nobody. It tells whether somebody asked meanwhile.
func (a *ahead) end(next time.Time) (missed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.behind, a.next = false, next
	missed, a.missed = a.missed, false
	return missed
}

// of tells whether nothing that is due at a moment is left for the tick to do.
func (a *ahead) of(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	late := a.behind || !a.next.IsZero() && !now.Before(a.next)
	a.missed = a.missed || late
	return !late
}
