package bot

import (
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// inWords says when a cron expression occurs, as "setiap Senin pukul 08.00".
// What words would only blur is said by the expression itself, and inWords tells
// which it was. Two expressions with different occasions are never said alike.
func inWords(say text.Phrases, cron calendar.Cron) (said string, worded bool) {
	pattern := cron.Pattern()
	if days, short := daysInWords(say, pattern); short {
		if said, short = timesInWords(say, days, pattern.Times); short {
			return said, true
		}
	}
	return cron.String(), false
}

// scheduleName is what people call what recurs.
func scheduleName(say text.Phrases, schedule storage.Schedule) string {
	if schedule.Job == storage.ScheduleSummary {
		return say.Say("schedules.summary", nil)
	}
	return schedule.Key
}

// whenInWords says when a schedule occurs, also one that cannot be read.
func whenInWords(say text.Phrases, expression string) string {
	cron, err := calendar.ParseCron(expression)
	if err != nil {
		return expression
	}
	words, _ := inWords(say, cron)
	return words
}

// How many things are named one by one, and how many times of day even where
// they are evenly spaced.
const (
	mostNamed = 6
	mostTimes = 4
)

// daysInWords says which days these are; false where it cannot be said shortly.
func daysInWords(say text.Phrases, p calendar.Pattern) (string, bool) {
	months, monthsRun, short := series(say, p.Months, func(m time.Month) int { return int(m) }, say.MonthName)
	if !short {
		return "", false
	}
	dates, _, short := series(say, p.Days, func(day int) int { return day }, say.DayOfMonth)
	if !short {
		return "", false
	}
	named := say.Say("recur.every_day", nil)
	switch {
	case len(p.Days) == 1 && len(p.Weekdays) == 0 && len(p.Months) > 0 && !monthsRun:
		return say.Say("recur.dates_of", map[string]any{"Dates": dates, "Months": months}), true
	case len(p.Days) > 0:
		named = say.Say("recur.dates", map[string]any{"Dates": dates})
	case len(p.Weekdays) > 0:
		named = weekdaysInWords(say, p.Weekdays)
	}
	if p.Either() {
		named = say.Say("recur.either", map[string]any{"Dates": named, "Weekdays": weekdaysInWords(say, p.Weekdays)})
	}
	if len(p.Months) > 0 {
		named = say.Say("recur.in_months", map[string]any{"Months": months, "Days": named})
	}
	return named, true
}

// weekdaysInWords says which days of the week these are, which are Monday first.
func weekdaysInWords(say text.Phrases, weekdays []time.Weekday) string {
	fromMonday := func(day time.Weekday) int { return int(day+6) % 7 }
	days, run, _ := series(say, weekdays, fromMonday, say.Weekday) // at most six: always short
	switch {
	case run && len(weekdays) == 5 && weekdays[0] == time.Monday:
		return say.Say("recur.working_days", nil)
	case run:
		return say.Say("recur.weekdays_run", map[string]any{"Days": days})
	}
	return say.Say("recur.weekdays", map[string]any{"Days": days})
}

// series names things in their order: three or more in a row by the first and the
// last, others one by one; false where these are too many.
func series[T any](say text.Phrases, things []T, place func(T) int, name func(T) string) (words string, run, short bool) {
	if last := len(things) - 1; last >= 2 && place(things[last])-place(things[0]) == last {
		return say.Say("recur.run", map[string]any{"First": name(things[0]), "Last": name(things[last])}), true, true
	}
	if len(things) > mostNamed {
		return "", false, false
	}
	names := make([]string, len(things))
	for i, thing := range things {
		names[i] = name(thing)
	}
	return say.List(names), false, true
}

// timesInWords says at what times on those days; false where it cannot be said
// shortly.
func timesInWords(say text.Phrases, days string, times []time.Duration) (string, bool) {
	first, last := times[0], times[len(times)-1]
	if step, even := stepOf(times); even && len(times) > mostTimes {
		fields := map[string]any{"Days": days, "Step": stepInWords(say, step),
			"First": say.TimeOfDay(first), "Last": say.TimeOfDay(last)}
		if first == 0 && last+step == 24*time.Hour {
			return say.Say("recur.steps_all_day", fields), true
		}
		return say.Say("recur.steps", fields), true
	}
	if len(times) > mostNamed {
		return "", false
	}
	named := make([]string, len(times))
	for i, at := range times {
		named[i] = say.TimeOfDay(at)
	}
	return say.Say("recur.at", map[string]any{"Days": days, "Times": say.List(named)}), true
}

// stepOf is what lies between each time and the next; false where that differs.
func stepOf(times []time.Duration) (time.Duration, bool) {
	if len(times) < 2 {
		return 0, false
	}
	step := times[1] - times[0]
	for i, at := range times {
		if at != times[0]+time.Duration(i)*step {
			return 0, false
		}
	}
	return step, true
}

func stepInWords(say text.Phrases, step time.Duration) string {
	if step%time.Hour == 0 {
		return say.Say("recur.hours", map[string]any{"Count": int(step / time.Hour)})
	}
	return say.Say("recur.minutes", map[string]any{"Count": int(step / time.Minute)})
}
