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

// TrainingBegins is when the first day of a training begins, by the office's clock.
const TrainingBegins = 8 * time.Hour

// StepOpens is the occasion of a step for a training from first to last: the
// schedule's first one from the day on that lies the given days after (or, if
// negative, before) the anchor.
func StepOpens(first, last Day, anchor Anchor, days int, schedule Cron, zone *time.Location) time.Time {
	return schedule.FirstFrom(stepDay(first, last, anchor, days), zone)
}

// StepEnds is when the rounds of a step end at the latest, where there is such a
// moment: what is asked before a training is worth nothing once it has begun.
func StepEnds(first, last Day, anchor Anchor, days int, zone *time.Location) (ends time.Time, ending bool) {
	if !stepDay(first, last, anchor, days).Before(first) {
		return time.Time{}, false
	}
	return atReading(first.Begin(time.UTC).Add(TrainingBegins), zone), true
}

func stepDay(first, last Day, anchor Anchor, days int) Day {
	if anchor == FirstDay {
		return first.AddDays(days)
	}
	return last.AddDays(days)
}

// StillOpens tells whether a step opens now: its occasion has come, and is no
// more than Lateness ago.
func StillOpens(occasion, now time.Time) bool {
	return !now.Before(occasion) && !now.After(occasion.Add(Lateness))
}
