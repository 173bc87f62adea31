package survey

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	isoDate = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	// 27/6, 27-6-2026, 27.06.26
	numericDate = regexp.MustCompile(`^(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{4}|\d{2}))?$`)
	// 27 Juni, 27 June 2026
	wordedDate = regexp.MustCompile(`^(\d{1,2})[\s.-]*([A-Za-z]+)[\s.,-]*(\d{4})?$`)
)

// Years in which a date may lie. What is outside is a slip of the finger.
const (
	firstYear = 1900
	lastYear  = 2200
)

// readDate understands a date as people write it, in Indonesian or English: the
// day comes before the month. Without a year it is the next such day, today
// included.
func readDate(s string, today time.Time) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return civil(number(m[1]), number(m[2]), number(m[3]))
	}
	var dayOfMonth, month, year int
	if m := numericDate.FindStringSubmatch(s); m != nil {
		dayOfMonth, month, year = number(m[1]), number(m[2]), number(m[3])
		if len(m[3]) == 2 {
			year += 2000
		}
	} else if m := wordedDate.FindStringSubmatch(s); m != nil {
		dayOfMonth, month, year = number(m[1]), monthNamed(m[2]), number(m[3])
	}
	if year != 0 {
		return civil(year, month, dayOfMonth)
	}
	return nextDay(month, dayOfMonth, today)
}

// nextDay is the first such day from today on. 29 February is at most eight
// years away.
func nextDay(month, dayOfMonth int, today time.Time) (time.Time, bool) {
	start := today.Format(time.DateOnly)
	for year := today.Year(); year <= today.Year()+8; year++ {
		date, exists := civil(year, month, dayOfMonth)
		if exists && date.Format(time.DateOnly) >= start {
			return date, true
		}
	}
	return time.Time{}, false
}

// civil is a date that exists in the calendar.
func civil(year, month, dayOfMonth int) (time.Time, bool) {
	date := time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, time.UTC)
	exists := date.Day() == dayOfMonth && int(date.Month()) == month
	return date, exists && year >= firstYear && year <= lastYear
}

// number of at most four digits; 0 where there are none.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// monthNamed is the month's number, 0 for a word that is no month.
func monthNamed(word string) int {
	switch strings.ToLower(word) {
	case "januari", "january", "jan":
		return 1
	case "februari", "pebruari", "february", "feb", "peb":
		return 2
	case "maret", "march", "mar", "mrt":
		return 3
	case "april", "apr":
		return 4
	case "mei", "may":
		return 5
	case "juni", "june", "jun":
		return 6
	case "juli", "july", "jul":
		return 7
	case "agustus", "august", "agu", "ags", "agt", "agst", "aug":
		return 8
	case "september", "sept", "sep":
		return 9
	case "oktober", "october", "okt", "oct":
		return 10
	case "november", "nopember", "nov", "nop":
		return 11
	case "desember", "december", "des", "dec":
		return 12
	}
	return 0
}
