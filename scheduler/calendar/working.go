package calendar

import "time"

// The hours of a working day in which the office writes to people unasked, by
// their wall clock: from 07:00 up to, and without, 18:00.
const (
	morningHour = 7
	eveningHour = 18
)

// Spread is how long the messages that waited for a morning take to go out:
// spread over it, so that not everybody is asked at its first second.
const Spread = time.Hour

// Working is when an office, or one of its units, writes to people unasked: in the
// daytime of its working days. All other time is closed.
type Working struct {
	Zone     *time.Location
	Holidays Holidays
	Days     Weekdays    // of its week; none: Monday to Friday
	Hours    []OtherTime // the days on which its hours are others; of several for a day the first counts
}

// Weekdays are days of the week, by time.Weekday. The zero Weekdays are none.
type Weekdays [7]bool

// OtherTime is from one day to another, both counted, on which the hours are not
// the usual ones, as in Ramadan.
type OtherTime struct {
	From, To Day
	// Opens and Closes are times by the wall clock, since midnight. Where the one is
	// not before the other, the days are closed.
	Opens, Closes time.Duration
}

// IsWorkingDay tells whether there is working time on a day.
func (w Working) IsWorkingDay(d Day) bool {
	if w.Holidays[d] {
		return false
	}
	if w.Days == (Weekdays{}) {
		if !w.Holidays.IsWorkingDay(d) {
			return false
		}
	} else if !w.Days[d.Weekday()] {
		return false
	}
	opens, closes := w.hours(d)
	return opens < closes
}

// Open tells whether t is in working time.
func (w Working) Open(t time.Time) bool {
	day := DayOf(t, w.Zone)
	return w.IsWorkingDay(day) && !t.Before(w.morning(day)) && t.Before(w.evening(day))
}

// NextOpen is the first moment of working time from t on: t itself where it is in
// working time, else the next working morning; that of the day after where a whole
// year has none.
func (w Working) NextOpen(t time.Time) time.Time {
	return w.nextOpen(t, func(Day) bool { return true })
}

// nextOpen is NextOpen on days that suit.
func (w Working) nextOpen(t time.Time, suits func(Day) bool) time.Time {
	today := DayOf(t, w.Zone)
	for n := range longestBreak + 1 {
		day := today.AddDays(n)
		if !w.IsWorkingDay(day) || !suits(day) || !t.Before(w.evening(day)) {
			continue
		}
		if morning := w.morning(day); t.Before(morning) {
			return morning
		}
		return t
	}
	return w.at(today.AddDays(1), morningHour)
}

// hours are those of a day.
func (w Working) hours(d Day) (opens, closes time.Duration) {
	for _, other := range w.Hours {
		if !d.Before(other.From) && !other.To.Before(d) {
			return other.Opens, other.Closes
		}
	}
	return morningHour * time.Hour, eveningHour * time.Hour
}

func (w Working) morning(d Day) time.Time {
	opens, _ := w.hours(d)
	return w.reading(d, opens)
}

func (w Working) evening(d Day) time.Time {
	_, closes := w.hours(d)
	return w.reading(d, closes)
}

func (w Working) at(d Day, hour int) time.Time { return w.reading(d, time.Duration(hour)*time.Hour) }

// reading is the moment of a day at which the wall clock shows a time.
func (w Working) reading(d Day, sinceMidnight time.Duration) time.Time {
	return atReading(d.Begin(time.UTC).Add(sinceMidnight), w.Zone)
}
