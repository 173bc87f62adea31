package calendar

import "time"

// Holidays are the days, beside weekends, on which nobody works.
type Holidays map[Day]bool

// longestBreak bounds the search for a working day.
const longestBreak = 366

// IsWorkingDay tells whether a day is neither of the weekend nor a holiday.
func (h Holidays) IsWorkingDay(d Day) bool {
	weekday := d.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday && !h[d]
}

// NextWorkingDay is the first working day after d; the day after d where a whole
// year has none.
func (h Holidays) NextWorkingDay(d Day) Day {
	for n := 1; n <= longestBreak; n++ {
		if next := d.AddDays(n); h.IsWorkingDay(next) {
			return next
		}
	}
	return d.AddDays(1)
}
