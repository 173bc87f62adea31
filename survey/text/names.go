package text

import (
	"strconv"
	"strings"
	"time"
)

// Weekday is the day's name: Senin, Monday.
func (p Phrases) Weekday(day time.Weekday) string {
	if p.language == English {
		return day.String()
	}
	names := [...]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"}
	return names[day]
}

// MonthName is the month's name without a year: Maret, March.
func (p Phrases) MonthName(month time.Month) string { return p.month(month) }

// DayOfMonth is what the n-th day of a month is called: 1 in Indonesian, 1st in
// English.
func (p Phrases) DayOfMonth(n int) string {
	if p.language != English {
		return strconv.Itoa(n)
	}
	endings := map[int]string{1: "st", 2: "nd", 3: "rd"}
	ending, odd := endings[n%10]
	if !odd || n/10 == 1 {
		ending = "th"
	}
	return strconv.Itoa(n) + ending
}

// TimeOfDay writes so long after midnight: 08.00 in Indonesian, 08:00 in English.
func (p Phrases) TimeOfDay(after time.Duration) string {
	form := "15.04"
	if p.language == English {
		form = "15:04"
	}
	return time.Time{}.Add(after).Format(form)
}

// List writes things one after the other: Senin, Rabu, dan Jumat; Monday,
// Wednesday and Friday.
func (p Phrases) List(things []string) string {
	if len(things) < 2 {
		return strings.Join(things, "")
	}
	and := " dan "
	switch {
	case p.language == English:
		and = " and "
	case len(things) > 2:
		and = ", dan "
	}
	last := len(things) - 1
	return strings.Join(things[:last], ", ") + and + things[last]
}
