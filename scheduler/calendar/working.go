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

// Working is when an office writes to people unasked: in the daytime of its
// working days. All other time is closed.
type Working struct {
	Zone     *time.Location
	Holidays Holidays
}

// Open tells whether t is in working time.
func (w Working) Open(t time.Time) bool {
	day := DayOf(t, w.Zone)
	return w.Holidays.IsWorkingDay(day) && !t.Before(w.morning(day)) && t.Before(w.evening(day))
}

// NextOpen is the first moment of working time from t on: t itself where it is in
// working time, else the next working morning.
func (w Working) NextOpen(t time.Time) time.Time {
	day := DayOf(t, w.Zone)
	switch {
	case w.Open(t):
		return t
	case w.Holidays.IsWorkingDay(day) && t.Before(w.morning(day)):
		return w.morning(day)
	}
	return w.morning(w.Holidays.NextWorkingDay(day))
}

func (w Working) morning(d Day) time.Time { return w.at(d, morningHour) }
func (w Working) evening(d Day) time.Time { return w.at(d, eveningHour) }

func (w Working) at(d Day, hour int) time.Time {
	return atReading(time.Date(d.Year, d.Month, d.Date, hour, 0, 0, 0, time.UTC), w.Zone)
}
