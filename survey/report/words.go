package report

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// units is how long Telegram takes a text to be.
func units(said string) int { return len(utf16.Encode([]rune(said))) }

// fitting joins lines, and leaves out the last of them where they take more than so
// many units.
func fitting(lines []string, most int) string {
	const more = "\n…"
	said := strings.Join(lines, "\n")
	for n := len(lines) - 1; n > 0 && units(said) > most; n-- {
		said = strings.TrimRight(strings.Join(lines[:n], "\n"), "\n") + more
	}
	return said
}

// shortened cuts a long text at a word, if there is one near, and shows that more
// follows.
func shortened(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most || most < 2 {
		return s
	}
	cut := string(letters[:most-1])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)*2/3 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:–-") + "…"
}

// lowerFirst writes a label as it stands within a sentence; abbreviations stay.
func lowerFirst(label string) string {
	letters := []rune(label)
	if len(letters) > 1 && unicode.IsLower(letters[1]) {
		letters[0] = unicode.ToLower(letters[0])
	}
	return string(letters)
}

func upperFirst(s string) string {
	letters := []rune(s)
	if len(letters) > 0 {
		letters[0] = unicode.ToUpper(letters[0])
	}
	return string(letters)
}
