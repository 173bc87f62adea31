package sheet

import "strings"

// active are the characters with which a cell begins that a spreadsheet program
// would compute rather than show.
const active = "=+-@\t\r"

// Escape makes text safe to be a cell of an export: text that a spreadsheet
// program would take for a formula gets an apostrophe before it. Text that
// already is such an apostrophe and what follows gets another, so that Unescape
// gives back every text.
func Escape(text string) string {
	if isActive(text) {
		return "'" + text
	}
	return text
}

// Unescape undoes Escape, and leaves every other text as it is.
func Unescape(cell string) string {
	if strings.HasPrefix(cell, "'") && isActive(cell) {
		return cell[1:]
	}
	return cell
}

func isActive(text string) bool {
	rest := strings.TrimLeft(text, "'")
	return rest != "" && strings.Contains(active, rest[:1])
}
