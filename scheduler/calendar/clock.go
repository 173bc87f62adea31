package calendar

import (
	"context"
	"time"
)

// Clock tells people's time (due, opens, closes, answered) and lets work wait
// for it. The real one is the machine's; a virtual one jumps from moment to
// moment when nobody who joined it is at work, so that a demo or a test can
// live a year in a minute. Machines' time (leases, HTTP timeouts, retries to
// Postgres) is not its business.
type Clock interface {
	// Now is the present moment.
	Now() time.Time
	// Work registers the calling goroutine, or a piece of work that passes from
	// one goroutine to the next, as at work: a virtual clock stands still until
	// every Worker rests in Wait or is Done.
	Work() Worker
}

// Worker is one piece of work that a Clock waits for.
type Worker interface {
	// Wait rests until the clock has reached t, wake receives, or ctx is done.
	// The zero t names no moment: only wake and ctx end the rest then; a nil wake
	// never does. It may return earlier: the caller looks again at what there is
	// to do. On return the worker is at work again.
	Wait(ctx context.Context, t time.Time, wake <-chan struct{})
	// Done ends the work. It may be called more than once.
	Done()
}
