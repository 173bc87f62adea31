package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// What spreadsheet programs can hold.
const (
	mostDigits     = 15 // of a number
	longestAddress = 2_000
)

// firstDay is the first that all programs count alike: to some there was a
// 29 February 1900.
var firstDay = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)

// plainNumber is a number as answers are kept. "007" is none.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// Entry is what a cell of a new workbook holds. The zero Entry is an empty cell.
type Entry struct {
	words  string // as they are shown
	number float64
	day    time.Time
	link   string
	kind   entryKind
}

type entryKind int

const (
	wordsEntry entryKind = iota
	proseEntry
	numberEntry
	dayEntry
	linkEntry
)

// Words is text, whatever it looks like: it is shown as it is and never taken for
// a number, a date or a formula. What no cell can hold is cut off, with "…" in
// its place.
func Words(text string) Entry { return Entry{words: shorten(text), kind: wordsEntry} }

// Prose is text to be read, in as many lines as it needs.
func Prose(text string) Entry { return Entry{words: shorten(text), kind: proseEntry} }

// Amount is a number, given as answers are kept ("-12.5"). What is no number, or
// has more digits than a cell keeps, is text.
func Amount(number string) Entry {
	digits := len(number) - strings.Count(number, "-") - strings.Count(number, ".")
	if !plainNumber.MatchString(number) || digits > mostDigits {
		return Words(number)
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return Words(number)
	}
	return Entry{words: number, number: value, kind: numberEntry}
}

// Day is a date, given as "2026-06-27". What is no date, or one before
// March 1900, is text.
func Day(date string) Entry {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || day.Before(firstDay) {
		return Words(date)
	}
	return Entry{words: date, day: day, kind: dayEntry}
}

// Link is text that leads to an address. Where the address is too long for a
// cell's link, or a sheet has too many links already, the cell shows the address
// itself.
func Link(text, address string) Entry {
	if len(address) > longestAddress {
		return Words(address)
	}
	return Entry{words: shorten(text), link: address, kind: linkEntry}
}

func (e Entry) value() any {
	switch e.kind {
	case numberEntry:
		return e.number
	case dayEntry:
		return e.day
	}
	return e.words
}

// shorten cuts text off that is longer than a cell, counted as spreadsheet
// programs do: what lies beyond the basic plane (an emoji) is two.
func shorten(text string) string {
	if len(text) <= excelize.TotalCellChars {
		return text
	}
	units, room := 0, 0 // room is how much stands before the last place
	for at, char := range text {
		if units < excelize.TotalCellChars {
			room = at
		}
		units++
		if char > 0xFFFF {
			units++
		}
		if units > excelize.TotalCellChars {
			return text[:room] + "…"
		}
	}
	return text
}

// styles are the looks of cells. Text has the format of text too, so that it
// stays what it is when somebody edits the cell.
type styles struct{ header, words, prose, number, day, link int }

// The font of a new workbook. A style that names none of its own is shown in
// another one by some programs.
const (
	fontName = "Calibri"
	fontSize = 11
)

func newStyles(file *excelize.File) (styles, error) {
	const asText = 49
	date := "yyyy-mm-dd"
	top := &excelize.Alignment{Vertical: "top"}
	var s styles
	for _, style := range []struct {
		id    *int
		looks excelize.Style
	}{
		{&s.header, excelize.Style{NumFmt: asText, Font: &excelize.Font{Family: fontName, Size: fontSize, Bold: true}, Alignment: top}},
		{&s.words, excelize.Style{NumFmt: asText, Alignment: top}},
		{&s.prose, excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
		{&s.number, excelize.Style{Alignment: top}},
		{&s.day, excelize.Style{CustomNumFmt: &date, Alignment: top}},
		{&s.link, excelize.Style{NumFmt: asText, Font: &excelize.Font{Family: fontName, Size: fontSize, Color: "0563C1", Underline: "single"}, Alignment: top}},
	} {
		id, err := file.NewStyle(&style.looks)
		if err != nil {
			return styles{}, err
		}
		*style.id = id
	}
	return s, nil
}

func (s styles) of(kind entryKind) int {
	switch kind {
	case proseEntry:
		return s.prose
	case numberEntry:
		return s.number
	case dayEntry:
		return s.day
	case linkEntry:
		return s.link
	}
	return s.words
}
