package calendar

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Caps are how many messages that nobody asked for a person gets at the most.
type Caps struct {
	PerDay  int
	PerWeek int // from Monday to Sunday
}

// Due is an unasked message that is due for a person.
type Due struct {
	ID       int64
	LastDay  bool // reminds of what can be answered on this day for the last time
	Reminder bool
	At       time.Time // since when it is due
	Expires  time.Time
}

// Person is how somebody stands at a moment.
type Person struct {
	Working Working // theirs
	// Written are the days, theirs, on which they were written to unasked; each as
	// often as they were. Those of other weeks may be left out.
	Written []Day
	// LastDay is when the first reminder of a last day is due that is still to come;
	// zero where none is.
	LastDay time.Time
}

// Release is what happens to the messages that are due for a person.
type Release struct {
	ID    int64     // that goes out, with all the others in it; 0: none
	Until time.Time // when it goes out no more: the end of that working day
	Day   Day       // on which it counts, the person's

	// Wait is until when all wait; zero where one goes out.
	Wait time.Time
	// Morning tells that it is a working morning, over which those who wait are spread.
	Morning bool
}

// Release decides what happens to the messages due for a person, one at least, of
// which none has expired. The first by precedence goes out where it is working time
// and the caps leave room, and takes the others with it. Where they do not, all wait
// for the next working morning that has room. Where they leave room for one alone,
// and a reminder of a last day is still to come in the working time of this day, it
// is that one's: they wait for it.
func (p Person) Release(now time.Time, caps Caps, due []Due) Release {
	next := p.Working.nextOpen(now, func(day Day) bool { return p.room(day, caps) > 0 })
	if next.After(now) {
		return Release{Wait: next, Morning: true}
	}
	today := DayOf(now, p.Working.Zone)
	evening := p.Working.evening(today)
	first := slices.MinFunc(due, precedence)
	outranked := !first.LastDay && p.LastDay.After(now) && p.LastDay.Before(evening) && p.room(today, caps) == 1
	if outranked {
		return Release{Wait: p.LastDay}
	}
	return Release{ID: first.ID, Until: evening, Day: today}
}

// room is how many more messages the caps allow on a day.
func (p Person) room(day Day, caps Caps) int {
	monday := day.AddDays(-((int(day.Weekday()) + 6) % 7))
	sameDay, sameWeek := 0, 0
	for _, written := range p.Written {
		if written == day {
			sameDay++
		}
		if !written.Before(monday) && written.Before(monday.AddDays(7)) {
			sameWeek++
		}
	}
	return max(0, min(caps.PerDay-sameDay, caps.PerWeek-sameWeek))
}

// precedence orders what is due: a reminder of a last day, what closes first, an
// invitation before a reminder, what is due for longest.
func precedence(a, b Due) int {
	return cmp.Or(
		firstWhere(a.LastDay, b.LastDay),
		a.Expires.Compare(b.Expires),
		firstWhere(!a.Reminder, !b.Reminder),
		a.At.Compare(b.At),
		cmp.Compare(a.ID, b.ID),
	)
}

func firstWhere(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// InMorning is a person's moment in the time after a morning over which messages are
// spread: numbers that follow each other lie far apart, and those of a minute go out
// together, at the pace that there is. What expires soon after the morning has half
// of that time at least.
func InMorning(morning, expires time.Time, person int64) time.Time {
	const golden = 0.6180339887
	spread := min(Spread, expires.Sub(morning)/2)
	share := math.Mod(float64(person)*golden, 1)
	return morning.Add(time.Duration(share * float64(spread)).Truncate(time.Minute))
}
