// Package phone reads telephone numbers as people, spreadsheets and Telegram write
// them, so that two ways of writing one number are alike:
//
//	listed, err := phone.Parse("0812-0000-0001")
//	shared, err := phone.ParseInternational("6281200000001")
//	listed == shared // true
package phone

import (
	"errors"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// ErrNoNumber tells that a text is no telephone number.
var ErrNoNumber = errors.New("no telephone number")

// country is where numbers without a country code belong.
const (
	country     = "ID"
	countryCode = "62"
)

// longest is how many digits a number has at most, with its country code.
const longest = 15

// Number is a telephone number with its country. Numbers are compared with ==;
// the zero Number is none.
type Number struct{ e164 string }

// Parse reads a number as people and spreadsheets write it: 0812…, +62 812…,
// 62812… or, where a spreadsheet took the zero away, 812…, with spaces, hyphens,
// dots, brackets and a leading apostrophe. Without a country code it is
// Indonesian. What cannot be a number is ErrNoNumber; whether anybody has the
// number is not known.
func Parse(text string) (Number, error) {
	written := bare(text)
	switch {
	case strings.HasPrefix(written, countryCode):
		written = "+" + written
	case strings.HasPrefix(written, "00"+countryCode):
		written = "+" + written[len("00"):]
	}
	return parse(written)
}

// ParseInternational reads a number that begins with its country code, with or
// without the + before it, as Telegram gives that of an account. Parse would take
// a Japanese 8190… for an Indonesian number without its zero, and so one person
// for another.
func ParseInternational(text string) (Number, error) {
	return parse("+" + strings.TrimPrefix(bare(text), "+"))
}

// String is the number in the form E.164, such as +6281200000001; "" if it is
// none.
func (n Number) String() string { return n.e164 }

// Masked shows which number it is without giving it away: 0812•••••01.
func (n Number) Masked() string {
	digits := n.e164
	if national, ok := strings.CutPrefix(digits, "+"+countryCode); ok {
		digits = "0" + national
	}
	const first, last, least = 4, 2, 3
	if len(digits) < first+least+last {
		return strings.Repeat("•", len(digits))
	}
	hidden := len(digits) - first - last
	return digits[:first] + strings.Repeat("•", hidden) + digits[len(digits)-last:]
}

// parse reads digits, with a + before them if a country code begins them.
func parse(written string) (Number, error) {
	digits := strings.TrimPrefix(written, "+")
	if digits == "" || strings.Trim(digits, "0123456789") != "" { // the library would take letters for digits
		return Number{}, ErrNoNumber
	}
	number, err := read(written)
	if err != nil {
		return Number{}, err
	}
	// Zeros too many are kept by the library, and mean something else when read
	// again.
	if again, err := read(number.e164); err != nil || again != number {
		return Number{}, ErrNoNumber
	}
	return number, nil
}

func read(written string) (Number, error) {
	number, err := phonenumbers.Parse(written, country)
	// A number that is possible need not be assigned: the library's list of those is
	// older than the newest numbers.
	if err != nil || phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return Number{}, ErrNoNumber
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if len(e164) > len("+")+longest {
		return Number{}, ErrNoNumber
	}
	return Number{e164}, nil
}

// bare takes out what people write between digits, and what comes along when a
// number is copied: marks of direction, spaces that do not break.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(".()/−'’‘`", r) || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) {
			return -1
		}
		return r
	}, text)
}
