package roster

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pascalatih/survey"
)

// What is written elsewhere than in a file, in a chat, is held to the rules of
// the cells.

// ParseText reads a code, a title or a name: one line, not empty and not too
// long. The error is *Refused.
func ParseText(text string) (string, error) {
	text = strings.Join(strings.Fields(survey.Clean(text)), " ")
	switch {
	case text == "":
		return "", &Refused{emptyCell()}
	case utf8.RuneCountInString(text) > maxLength:
		return "", &Refused{longCell()}
	}
	return text, nil
}

// ParseDay reads a date as it is written in Indonesian or English, the day
// before the month. The error is *Refused.
func ParseDay(text string) (time.Time, error) {
	words := strings.Fields(strings.ToLower(text))
	for i, word := range words {
		words[i] = monthInEnglish(word)
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04:05", "2/1/2006", "2-1-2006", "2.1.2006", "2 January 2006", "2 Jan 2006"} {
		day, err := time.Parse(layout, strings.Join(words, " "))
		if err == nil && day.Year() >= 1900 && day.Year() < 2200 {
			return day.Truncate(24 * time.Hour), nil
		}
	}
	return time.Time{}, &Refused{wrongDate()}
}

// monthInEnglish is an Indonesian month's name as time.Parse knows it; any other
// word is left as it is.
func monthInEnglish(word string) string {
	switch word {
	case "januari":
		return "january"
	case "februari", "pebruari":
		return "february"
	case "maret":
		return "march"
	case "mei":
		return "may"
	case "juni":
		return "june"
	case "juli":
		return "july"
	case "agustus", "agu", "agt", "ags":
		return "august"
	case "oktober", "okt":
		return "october"
	case "nopember", "nop":
		return "november"
	case "desember", "des":
		return "december"
	}
	return word
}

// ParseHours reads a number of lesson hours. The error is *Refused.
func ParseHours(text string) (Hours, error) {
	hours, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || hours < 0 || hours > 100_000 {
		return Hours{}, &Refused{wrongHours()}
	}
	return Hours{Count: hours, Known: true}, nil
}

// CheckDays refuses, with *Refused, a training that ends before it begins.
func (t Training) CheckDays() error {
	if !t.Last.IsZero() && t.Last.Before(t.First) {
		return &Refused{endsBeforeBegin()}
	}
	return nil
}
