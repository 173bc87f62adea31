package calendar

import (
	"slices"
	"time"
)

// reminderHour is when reminders are due, by the office's wall clock.
const reminderHour = 9

// shortNotice is how long somebody who is reminded needs at least.
const shortNotice = 15 * time.Minute

// Reminder is a moment at which a round reminds those who have not sent.
type Reminder struct {
	At      time.Time
	LastDay bool // the last chance to answer
}

// Reminders are when a round that is open from opens until closes reminds, the
// earliest first: at 09:00 of each of those working days after the one it opens on
// (the first is 1) and, with last, on its last day. Where that is no working day, or
// the round closes before what is due at 09:00 is out, its last day is the working
// day before.
//
// There is one on a day at most, none on the day of the opening, and none after that
// of the last day.
func (w Working) Reminders(opens, closes time.Time, after []int, last bool) []Reminder {
	opening, closing := DayOf(opens, w.Zone), DayOf(closes, w.Zone)
	var days []Day
	for day, n := opening, 0; day.Before(closing); {
		if day = day.AddDays(1); !w.IsWorkingDay(day) {
			continue
		}
		if n++; slices.Contains(after, n) {
			days = append(days, day)
		}
	}
	var reminders []Reminder
	final, found := w.lastDay(opening, closes)
	for _, day := range days {
		at := w.at(day, reminderHour)
		if at.Before(closes) && !(last && found && !day.Before(final)) {
			reminders = append(reminders, Reminder{At: at})
		}
	}
	if last && found {
		reminders = append(reminders, Reminder{At: w.at(final, reminderHour), LastDay: true})
	}
	return reminders
}

// Later is when somebody is reminded again, of what can be answered until closes, who
// at that moment would rather not answer yet: a day later by the wall clock. Where it
// closes before that, it is an hour before the closing, or in the last hour of the
// working day; false where neither is at least an hour away.
func (w Working) Later(at, closes time.Time) (time.Time, bool) {
	tomorrow := atReading(wallReading(at, w.Zone).AddDate(0, 0, 1), w.Zone)
	if tomorrow.Add(shortNotice).Before(closes) {
		return tomorrow, true
	}
	for _, end := range []time.Time{closes, w.evening(DayOf(at, w.Zone))} {
		again := end.Add(-time.Hour)
		if w.Open(again) && !again.Before(at.Add(time.Hour)) && again.Add(shortNotice).Before(closes) {
			return again.In(w.Zone), true
		}
	}
	return time.Time{}, false
}

// lastDay is the last working day, after the opening, on which those who are
// reminded in the morning can still answer; false where there is none.
func (w Working) lastDay(opening Day, closes time.Time) (Day, bool) {
	for day := DayOf(closes, w.Zone); opening.Before(day); day = day.AddDays(-1) {
		if w.IsWorkingDay(day) && w.at(day, reminderHour).Add(Spread).Before(closes) {
			return day, true
		}
	}
	return Day{}, false
}
