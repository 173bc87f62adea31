package report

import (
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// look is how a cell is shown.
type look int

const (
	blank       look = iota // nothing, in a row that has something
	words                   // names, in as many lines as they need
	prose                   // text to be read
	faint                   // what stands there to be filtered by
	notes                   // a sentence beside a table
	headings                // a sheet's first line
	sections                // above a part of a sheet
	groupRows               // beside what belongs together
	indented                // the name of a row below a groupRows
	groupHeads              // above heads that belong together
	columnHeads             // above a column
	numberHeads             // above a column of numbers
	identifiers             // whole numbers that are no amount
	counts
	shares  // of which 1 is all
	levels  // means and indices
	changes // differences, with their sign
	probabilities
	grades
	withheld // in the place of a figure
)

func looks() []look {
	var all []look
	for l := blank; l <= withheld; l++ {
		all = append(all, l)
	}
	return all
}

// The colours are told apart by those who are colour-blind, and on a black and
// white print.
const (
	ink          = "1F3A5F"
	barColour    = "2166AC"
	lowestColour = "B35806"
	paleBlue     = "DCE6F1"
	grey         = "6B6B6B"
	lineGrey     = "D0D0D0"
	fontName     = "Calibri"

	roomForWithheld = 16 // the width in which it needs one line
)

// style is a look as the library has it. A style that names no font is shown in
// another one by some programs.
func (l look) style() *excelize.Style {
	const asText = 49 // stays text when somebody edits the cell
	font := excelize.Font{Family: fontName, Size: 11}
	s := excelize.Style{Font: &font, Alignment: &excelize.Alignment{Vertical: "top"},
		Border: []excelize.Border{{Type: "bottom", Color: lineGrey, Style: 1}}}
	format := func(code string) { s.CustomNumFmt = &code }
	switch l {
	case words:
		s.NumFmt, s.Alignment.WrapText = asText, true
	case prose:
		s.Alignment.WrapText = true
	case faint:
		s.NumFmt, s.Alignment.WrapText, font.Color = asText, true, grey
	case notes:
		s.Border, font.Color = nil, grey
	case headings:
		s.Border, font.Size, font.Bold, font.Color = nil, 14, true, ink
	case sections:
		s.Border, font.Size, font.Bold, font.Color = nil, 12, true, ink
	case groupHeads, columnHeads, numberHeads:
		font.Bold, font.Color, s.Alignment.WrapText = true, ink, true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{paleBlue}}
		if l == groupHeads {
			s.Alignment.Horizontal = "center"
			s.Border = append(s.Border, excelize.Border{Type: "left", Color: lineGrey, Style: 1})
		}
		if l == numberHeads {
			s.Alignment.Horizontal = "right"
		}
	case groupRows:
		font.Bold, font.Color = true, ink
	case indented:
		s.NumFmt, s.Alignment.WrapText = asText, true
		s.Alignment.Horizontal, s.Alignment.Indent = "left", 1
	case identifiers:
		format("0")
		s.Alignment.Horizontal = "left"
	case counts:
		format("#,##0")
	case shares:
		format("0.0%")
	case levels:
		format("0.00")
	case changes:
		format("+0.00;-0.00;0.00")
	case probabilities:
		format("0.0000")
	case grades:
		s.Alignment.Horizontal = "right"
	case withheld:
		font.Size, font.Italic, font.Color = 8, true, grey
		s.Alignment.WrapText, s.Alignment.Horizontal = true, "right"
	}
	return &s
}

// wraps tells whether text goes on below where a column ends.
func (l look) wraps() bool {
	switch l {
	case words, prose, faint, indented, columnHeads, numberHeads, withheld:
		return true
	}
	return false
}

// lines is about how many a text needs in a column so wide. Programs do not all
// find out by themselves.
func (l look) lines(text string, width float64) float64 {
	if l == withheld { // two small ones, or one
		if width >= roomForWithheld {
			return 1
		}
		return 1.6
	}
	room := int(width) - 1
	if l == columnHeads || l == numberHeads { // bold is wider
		room = int(width*0.95) - 1
	}
	lines := 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines++
		used := 0
		for word := range strings.FieldsSeq(paragraph) {
			length := utf8.RuneCountInString(word)
			if used > 0 && used+1+length > room {
				lines, used = lines+1, 0
			} else if used > 0 {
				used++
			}
			used += length
			for used > room { // a word that is too long is broken
				lines, used = lines+1, used-room
			}
		}
	}
	return float64(lines)
}
