package expression

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Value is what an expression evaluates to: a number, a text or a truth value,
// convertible into one another as XPath 1.0 says.
type Value struct {
	form   form
	number float64
	text   string
	truth  bool
}

type form int

const (
	formText form = iota
	formNumber
	formTruth
)

func text(s string) Value      { return Value{text: s} }
func number(f float64) Value   { return Value{form: formNumber, number: f} }
func truth(holds bool) Value   { return Value{form: formTruth, truth: holds} }
func day(date time.Time) Value { return text(date.Format(time.DateOnly)) }

// numeral is XPath's Number with an optional minus: no exponent, no plus sign.
var numeral = regexp.MustCompile(`^-?(\d+(\.\d*)?|\.\d+)$`)

// Number converts as XPath's number() does. A text that is a date (2006-01-02)
// counts as its number of days since 1970-01-01, so that dates can be compared
// and reckoned with; any other text that is no number is NaN.
func (v Value) Number() float64 {
	switch v.form {
	case formNumber:
		return v.number
	case formTruth:
		if v.truth {
			return 1
		}
		return 0
	}
	trimmed := strings.Trim(v.text, " \t\r\n")
	if numeral.MatchString(trimmed) {
		f, err := strconv.ParseFloat(trimmed, 64)
		if err != nil && f == 0 {
			return math.NaN()
		}
		return f // infinite where it is too large, as IEEE 754 has it
	}
	if date, err := time.Parse(time.DateOnly, trimmed); err == nil {
		return float64(date.Unix() / secondsPerDay)
	}
	return math.NaN()
}

const secondsPerDay = 24 * 60 * 60

// String converts as XPath's string() does.
func (v Value) String() string {
	switch v.form {
	case formNumber:
		return numberText(v.number)
	case formTruth:
		return strconv.FormatBool(v.truth)
	}
	return v.text
}

// Boolean converts as XPath's boolean() does: a number is true unless it is 0
// or NaN, a text unless it is empty.
func (v Value) Boolean() bool {
	switch v.form {
	case formNumber:
		return v.number != 0 && !math.IsNaN(v.number)
	case formTruth:
		return v.truth
	}
	return v.text != ""
}

// equals is XPath's =: truth values if one of the two is one, else numbers if
// one of the two is one, else texts.
func equals(a, b Value) bool {
	switch {
	case a.form == formTruth || b.form == formTruth:
		return a.Boolean() == b.Boolean()
	case a.form == formNumber || b.form == formNumber:
		return a.Number() == b.Number()
	}
	return a.text == b.text
}

func numberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0" // minus zero too
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
