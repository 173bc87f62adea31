package scheduler

import (
	"sync"
	"time"
)

// deciding is held while what is due is planned, and while it is decided what goes
// out: of all that opens and reminds at one moment a person hears in one message. So
// nothing is decided before the tick has been at that moment. That holds with several
// processes too: a tick that is done has waited for what the others were opening.
type deciding struct {
	sync.Mutex
	planned bool      // the tick has been at work once
	next    time.Time // when it has something to do again; zero: not known
	missed  bool      // somebody came before it
}

// plannedUntil says that the tick is done until next, be it that it failed: then it
// holds up nobody. It tells whether somebody came before.
func (d *deciding) plannedUntil(next time.Time) (missed bool) {
	missed = d.missed
	d.planned, d.next, d.missed = true, next, false
	return missed
}

// ready tells whether nothing that is due at a moment is left for the tick to do.
func (d *deciding) ready(now time.Time) bool {
	ready := d.planned && (d.next.IsZero() || now.Before(d.next))
	d.missed = d.missed || !ready
	return ready
}
