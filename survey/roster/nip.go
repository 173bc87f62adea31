package roster

import (
	"regexp"
	"strings"
	"unicode"

	"pascalatih/survey"
)

// NIP identifies an employee: 18 digits. The zero NIP is none; every other one
// was checked by ParseNIP. NIPs are compared with ==.
//
// The digits are said to tell birth date, appointment and sex. They are not held
// to it: an office cannot correct an odd number that was given out, and one such
// person must not keep the rest from being imported.
type NIP struct{ digits string }

var eighteenDigits = regexp.MustCompile(`^[0-9]{18}$`)

// ParseNIP reads an NIP, also with spaces between its parts and with the
// apostrophe that keeps Excel from making it a number. The error is *Refused.
func ParseNIP(text string) (NIP, error) {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	digits = strings.TrimPrefix(digits, "'")
	if exponent.MatchString(digits) {
		return NIP{}, &Refused{roundedNIP()}
	}
	if !eighteenDigits.MatchString(digits) {
		return NIP{}, &Refused{wrongNIP()}
	}
	return NIP{digits}, nil
}

// exponent is how Excel writes a long number into a CSV file.
var exponent = regexp.MustCompile(`^[0-9]([.,][0-9]+)?[Ee]\+?[0-9]+$`)

// String is the 18 digits, or nothing.
func (n NIP) String() string { return n.digits }

// IsZero tells whether this is no NIP.
func (n NIP) IsZero() bool { return n.digits == "" }

// Refused is why a value was not taken, for the person who wrote it.
type Refused struct{ Reason survey.Text }

// Error is the reason in English; it does not hold the value.
func (r *Refused) Error() string { return r.Reason.In("en") }
