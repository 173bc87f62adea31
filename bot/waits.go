package bot

import "time"

// backoff is how waits grow from one attempt to the next: each is twice the last.
type backoff struct{ first, most time.Duration }

// Waits of people's time before a delivery that did not reach Telegram is due
// again.
var (
	soonAgain  = backoff{5 * time.Second, 5 * time.Minute}   // the network, the database
	laterAgain = backoff{30 * time.Second, 10 * time.Minute} // what somebody has to mend, such as the token
	// A server's error most likely had no effect, but that is not known: what is sent
	// through a long one may come more than once, so not often.
	serverAgain = backoff{10 * time.Second, time.Hour}
)

// after is the wait after the attempt, from 1. jitter, from 0 to 1, is a quarter of
// it less to a quarter more, so that what failed at one moment does not come back at
// one.
func (w backoff) after(attempt int, jitter float64) time.Duration {
	wait := w.first
	for ; attempt > 1 && wait < w.most; attempt-- {
		wait *= 2
	}
	return time.Duration(float64(min(wait, w.most)) * (0.75 + jitter/2)).Truncate(time.Microsecond)
}
