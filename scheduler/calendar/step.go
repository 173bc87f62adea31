package calendar

import "time"

// Anchor is the day of a training that a step counts from.
type Anchor string

// The anchors.
const (
	FirstDay Anchor = "first_day"
	LastDay  Anchor = "last_day"
)

// Lateness is how long after its occasion a step still opens.
const Lateness = 7 * 24 * time.Hour

// StepOpens is the occasion of a step for a training from first to last: the
// schedule's first one from the day on that lies the given days after (or, if
// negative, before) the anchor.
func StepOpens(first, last Day, anchor Anchor, days int, schedule Cron, zone *time.Location) time.Time {
	from := last
	if anchor == FirstDay {
		from = first
	}
	return schedule.FirstFrom(from.AddDays(days), zone)
}

// StillOpens tells whether a step opens now: its occasion has come, and is no
// more than Lateness ago.
func StillOpens(occasion, now time.Time) bool {
	return !now.Before(occasion) && !now.After(occasion.Add(Lateness))
}
