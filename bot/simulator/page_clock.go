package simulator

import (
	"cmp"
	"context"
	"sync"
	"time"

	"pascalatih/scheduler/calendar"
)

// beat is how finely the clock follows a visitor's time.
const beat = 250 * time.Millisecond

// visit is the time in which somebody acts at the page. A virtual clock does not
// jump over people who read and think before they press: it keeps to their time
// from their first act until a lull after their last one, and jumps again then.
type visit struct {
	clock calendar.Clock
	lull  time.Duration
	ctx   context.Context // until the server is closed
	close context.CancelFunc
	lives sync.WaitGroup

	mu    sync.Mutex
	last  time.Time     // of the acts, in machine time, as visitors have it
	over  chan struct{} // closed when the present visit is; nil: nobody visits
	began chan struct{} // closed when the next one begins
}

func newVisit(clock calendar.Clock, lull time.Duration) *visit {
	v := &visit{clock: clock, lull: cmp.Or(lull, 30*time.Second), began: make(chan struct{})}
	v.ctx, v.close = context.WithCancel(context.Background())
	return v
}

// acts notes that the visitor does something now. The caller holds the clock.
func (v *visit) acts() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = time.Now()
	if v.over != nil || v.ctx.Err() != nil {
		return
	}
	v.over = make(chan struct{})
	close(v.began)
	work := v.clock.Work()
	v.lives.Go(func() {
		defer work.Done()
		v.live(work)
	})
}

// live lets the clock go on as fast as the visitor's until the visit is over.
func (v *visit) live(work calendar.Worker) {
	for v.goesOn() {
		select {
		case <-time.After(beat): // machine time: the visitor's
		case <-v.ctx.Done():
		}
		until := v.clock.Now().Add(beat)
		for v.clock.Now().Before(until) && v.ctx.Err() == nil {
			work.Wait(v.ctx, until, nil)
		}
	}
}

func (v *visit) goesOn() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ctx.Err() == nil && time.Since(v.last) < v.lull {
		return true
	}
	close(v.over)
	v.over, v.began = nil, make(chan struct{})
	return false
}

// end ends the visit and waits until it holds nothing any more.
func (v *visit) end() {
	v.close()
	v.lives.Wait()
}

// Receive lets visitors act at the page until ctx is done: whoever holds the clock
// with host rests while somebody does, and holds it else. The host is at work
// before and afterwards.
func (s *Server) Receive(ctx context.Context, host calendar.Worker) {
	for ctx.Err() == nil {
		s.page.visit.mu.Lock()
		over, began := s.page.visit.over, s.page.visit.began
		s.page.visit.mu.Unlock()
		if over != nil {
			host.Wait(ctx, time.Time{}, over)
			continue
		}
		select {
		case <-began:
		case <-ctx.Done():
		}
	}
}
