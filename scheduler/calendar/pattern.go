package calendar

import (
	"cmp"
	"slices"
	"time"
)

// CaughtUp is how late the summary of an occasion is still made, after a downtime.
const CaughtUp = 28 * 24 * time.Hour

// Pattern is a Cron taken apart, for whoever puts it into words: at each of its
// times, on the days that it names. Crons of the same Pattern have the same
// occasions.
//
// Where it names neither days of the month nor of the week, every day counts;
// where it names both, either one does.
type Pattern struct {
	Months   []time.Month    // none: every month
	Days     []int           // of the month; none: none is named
	Weekdays []time.Weekday  // Monday first; none: none is named
	Times    []time.Duration // after midnight, the earliest first; at least one
}

// Pattern takes c apart.
func (c Cron) Pattern() Pattern {
	var p Pattern
	for _, hour := range among(c.schedule.Hour, 0, 23) {
		for _, minute := range among(c.schedule.Minute, 0, 59) {
			p.Times = append(p.Times, time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute)
		}
	}
	if months := among(c.schedule.Month, 1, 12); len(months) < 12 {
		for _, month := range months {
			p.Months = append(p.Months, time.Month(month))
		}
	}
	p.Days, p.Weekdays = c.days()
	return p
}

// days are the days of the month and of the week that c names.
func (c Cron) days() ([]int, []time.Weekday) {
	const star = 1 << 63 // how the library marks a field that names nothing
	bothCount := c.schedule.Dom&star == 0 && c.schedule.Dow&star == 0
	days, weekdays := among(c.schedule.Dom, 1, 31), fromMonday(among(c.schedule.Dow, 0, 6))
	switch everyDay, everyWeekday := len(days) == 31, len(weekdays) == 7; {
	case everyDay && everyWeekday, bothCount && (everyDay || everyWeekday):
		return nil, nil
	case everyWeekday:
		return days, nil
	case everyDay:
		return nil, weekdays
	}
	return days, weekdays
}

// Either tells whether both days of the month and of the week are named, so that
// either one counts.
func (p Pattern) Either() bool { return len(p.Days) > 0 && len(p.Weekdays) > 0 }

// MoreThanDaily tells whether c occurs more than once on a day.
func (c Cron) MoreThanDaily() bool { return len(c.Pattern().Times) > 1 }

// among are the numbers from least to most whose bits are set.
func among(bits uint64, least, most int) []int {
	var numbers []int
	for n := least; n <= most; n++ {
		if bits&(1<<n) != 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func fromMonday(days []int) []time.Weekday {
	weekdays := make([]time.Weekday, len(days))
	for i, day := range days {
		weekdays[i] = time.Weekday(day)
	}
	slices.SortFunc(weekdays, func(a, b time.Weekday) int { return cmp.Compare((a+6)%7, (b+6)%7) })
	return weekdays
}
