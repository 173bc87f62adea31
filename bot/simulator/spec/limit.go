package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// limit is what a description says of a field's size.
type limit struct {
	unit          string // characters, bytes, value or items; empty: no limit
	least, most   int
	afterEntities bool // characters that count once markup has been parsed
}

var (
	textLimit  = regexp.MustCompile(`(\d+)-(\d+) (characters|bytes)( after entit)?`)
	valueLimit = regexp.MustCompile(`(?:^|[^\d-])(\d+)-(\d+)(?:[^\d-]|$)`)
	itemsLimit = regexp.MustCompile(`(?:list of|must include) (\d+)-(\d+) `)
	mostItems  = regexp.MustCompile(`At most (\d+) `)
)

func limitOf(f field) limit {
	first := f.Types[0]
	switch {
	case slices.Contains(f.Types, "String"):
		if m := textLimit.FindStringSubmatch(f.Description); m != nil {
			return limit{unit: m[3], least: number(m[1]), most: number(m[2]), afterEntities: m[4] != ""}
		}
	case first == "Integer":
		if m := valueLimit.FindStringSubmatch(f.Description); m != nil {
			return limit{unit: "value", least: number(m[1]), most: number(m[2])}
		}
	case strings.HasPrefix(first, "Array of "):
		if m := itemsLimit.FindStringSubmatch(f.Description); m != nil {
			return limit{unit: "items", least: number(m[1]), most: number(m[2])}
		}
		if m := mostItems.FindStringSubmatch(f.Description); m != nil {
			return limit{unit: "items", most: number(m[1])}
		}
	}
	return limit{}
}

func (l limit) checkText(path, text string) []Problem {
	if l.afterEntities {
		return nil
	}
	switch l.unit {
	case "characters":
		return l.check(path, Length(text))
	case "bytes":
		return l.check(path, len(text))
	}
	return nil
}

func (l limit) checkValue(path string, value int64) []Problem {
	if l.unit != "value" {
		return nil
	}
	return l.check(path, int(value))
}

func (l limit) checkItems(path string, n int) []Problem {
	if l.unit != "items" {
		return nil
	}
	return l.check(path, n)
}

func (l limit) check(path string, n int) []Problem {
	if n >= l.least && n <= l.most {
		return nil
	}
	return []Problem{{WrongLength, path, fmt.Sprintf("%d %s, allowed are %d to %d", n, l.unit, l.least, l.most)}}
}

// Length is a text's length as Telegram counts: in UTF-16 units.
func Length(text string) int { return len(utf16.Encode([]rune(text))) }

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0 // the pattern admits digits only; what overflows is no limit we know
	}
	return n
}
