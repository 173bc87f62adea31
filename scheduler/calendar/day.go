package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Day is a date of the calendar, without a time or a zone. Days are compared
// with ==, Compare and Before.
type Day struct {
	Year  int
	Month time.Month
	Date  int
}

// DayOf is the day that t falls on in zone.
func DayOf(t time.Time, zone *time.Location) Day {
	year, month, date := t.In(zone).Date()
	return Day{year, month, date}
}

// ParseDay reads an ISO date such as 2026-06-27.
func ParseDay(iso string) (Day, error) {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return Day{}, fmt.Errorf("reading the day %q: want a date such as 2026-06-27", iso)
	}
	return DayOf(t, time.UTC), nil
}

// String is the ISO date, such as 2026-06-27.
func (d Day) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Date)
}

// AddDays is the day n days later, or earlier where n is negative.
func (d Day) AddDays(n int) Day {
	return DayOf(time.Date(d.Year, d.Month, d.Date+n, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Compare is -1 where d comes before other, 1 where it comes after, else 0.
func (d Day) Compare(other Day) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Date, other.Date))
}

// Before tells whether d comes before other.
func (d Day) Before(other Day) bool { return d.Compare(other) < 0 }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.Begin(time.UTC).Weekday() }

// Begin is the first moment of the day in zone: midnight, or, where the clock
// is set forward at midnight, the moment it is.
func (d Day) Begin(zone *time.Location) time.Time {
	begin := time.Date(d.Year, d.Month, d.Date, 0, 0, 0, 0, zone)
	if DayOf(begin, zone).Before(d) {
		// This midnight does not exist, and Date answered by the old offset.
		_, begin = begin.ZoneBounds()
		return begin.In(zone)
	}
	// Where the clock is set back to midnight there are two of them.
	if start, _ := begin.ZoneBounds(); !start.IsZero() {
		before := start.Add(-time.Nanosecond).In(zone)
		_, old := before.Zone()
		_, current := begin.Zone()
		if first := begin.Add(time.Duration(current-old) * time.Second); old > current && first.Before(start) {
			return first
		}
	}
	return begin
}
