package survey

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of text answers, in characters.
const (
	ShortTextLimit = 500
	LongTextLimit  = 4000
)

var (
	wholeNumber = regexp.MustCompile(`^[+-]?\d{1,15}$`)
	fraction    = regexp.MustCompile(`^[+-]?\d{1,15}([.,]\d{1,6})?$`)
	// thousands may be meant as 1500 or as 1.5, so it is asked again.
	thousands = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}([.,]\d{3})+$`)
)

// read takes a message as the whole answer to a question that is not free text.
// The hint is for the respondent if it cannot be one.
func (q Question) read(message string, today time.Time) (value string, hint Text) {
	message = strings.TrimSpace(message)
	switch q.Kind {
	case Integer:
		switch {
		case thousands.MatchString(message):
			return "", thousandsHint()
		case !wholeNumber.MatchString(message):
			return "", integerHint()
		}
		return canonicalNumber(message), nil
	case Decimal:
		switch {
		case thousands.MatchString(message):
			return "", thousandsHint()
		case !fraction.MatchString(message):
			return "", decimalHint()
		}
		return canonicalNumber(message), nil
	case Date:
		date, ok := readDate(message, today)
		if !ok {
			return "", dateHint()
		}
		return date.Format(time.DateOnly), nil
	case Note:
		return "", noteHint()
	}
	return "", choiceHint()
}

// collect adds a message to the text that stands, on a line of its own.
func (q Question) collect(standing, message string) (value string, hint Text) {
	if strings.TrimSpace(message) == "" {
		return "", emptyTextHint()
	}
	value = message
	if standing != "" {
		value = standing + "\n" + message
	}
	limit := LongTextLimit
	if q.Kind == ShortText {
		limit = ShortTextLimit
	}
	if utf8.RuneCountInString(value) > limit {
		return "", tooLongHint(limit)
	}
	return value, nil
}

// Chosen are the choices that a value names, in the form's order.
func (q Question) Chosen(value string) []Choice {
	if !q.Kind.HasChoices() {
		return nil
	}
	names := strings.Fields(value)
	var chosen []Choice
	for _, choice := range q.Choices {
		if slices.Contains(names, choice.Name) {
			chosen = append(chosen, choice)
		}
	}
	return chosen
}

// join is the value of several choices: their names in the form's order.
func (q Question) join(choices []string) string {
	var names []string
	for _, choice := range q.Chosen(strings.Join(choices, " ")) {
		names = append(names, choice.Name)
	}
	return strings.Join(names, " ")
}

// canHold reports whether a stored value can be an answer to the question.
func (q Question) canHold(value string) bool {
	switch q.Kind {
	case YesNo, SelectOne, Scale:
		_, known := q.Choice(value)
		return known
	case SelectMultiple:
		return value != "" && q.join(strings.Fields(value)) == value
	case Integer:
		return wholeNumber.MatchString(value) && canonicalNumber(value) == value
	case Decimal:
		return fraction.MatchString(value) && canonicalNumber(value) == value
	case Date:
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	case ShortText, LongText:
		return value != "" && Clean(value) == value
	}
	return false
}

// canonicalNumber writes a number that fraction matches in the one form in which
// it is kept: a point, no plus, no zeros that say nothing.
func canonicalNumber(s string) string {
	s = strings.Replace(s, ",", ".", 1)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
	}
	whole, decimals, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole = strings.TrimLeft(whole, "0")
	decimals = strings.TrimRight(decimals, "0")
	switch {
	case whole == "" && decimals == "":
		return "0"
	case whole == "":
		whole = "0"
	}
	if decimals != "" {
		decimals = "." + decimals
	}
	return sign + whole + decimals
}
