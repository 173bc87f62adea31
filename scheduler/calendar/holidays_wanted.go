package calendar

import "time"

// callHour is when an office is asked for holidays: with the day's first work.
const callHour = 8

// HolidaysWanted is the year whose holidays an office should know on a day: from
// November on the next one's, which the government has decided by then, and in
// January those of the year that has begun. In other months none are asked for.
func HolidaysWanted(d Day) (year int, wanted bool) {
	switch d.Month {
	case time.November, time.December:
		return d.Year + 1, true
	case time.January:
		return d.Year, true
	}
	return 0, false
}

// Calls are when an office is asked for a year's holidays where it does not know
// them: on the first working day of November and of December before, at 08:00.
func (h Holidays) Calls(year int, zone *time.Location) [2]time.Time {
	var calls [2]time.Time
	for i, month := range []time.Month{time.November, time.December} {
		first := h.NextWorkingDay(Day{Year: year - 1, Month: month, Date: 1}.AddDays(-1))
		calls[i] = atReading(time.Date(first.Year, first.Month, first.Date, callHour, 0, 0, 0, time.UTC), zone)
	}
	return calls
}
