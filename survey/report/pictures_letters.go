package report

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// letters are what pictures are written with.
type letters struct{ regular, bold *opentype.Font }

func openLetters() (letters, error) {
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return letters{}, fmt.Errorf("reading the regular font: %w", err)
	}
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return letters{}, fmt.Errorf("reading the bold font: %w", err)
	}
	return letters{regular, bold}, nil
}

func (l letters) normal(size vg.Length) font.Face {
	return font.Face{Font: font.Font{Size: size}, Face: l.regular}
}

func (l letters) strong(size vg.Length) font.Face {
	return font.Face{Font: font.Font{Size: size}, Face: l.bold}
}

// longestText is how many characters of a text are looked at, so that a name
// without end costs no time.
const longestText = 300

// written is text as it can be written: without what the font does not have, which
// would be a box, and a dash where nothing is left.
func written(face font.Face, text string) string {
	var buffer sfnt.Buffer
	var kept []rune
	for _, char := range norm.NFC.String(strings.ToValidUTF8(text, "")) {
		if unicode.IsSpace(char) {
			char = ' '
		}
		if glyph, err := face.Face.GlyphIndex(&buffer, char); err == nil && glyph != 0 && !unicode.IsControl(char) {
			kept = append(kept, char)
		}
	}
	if len(kept) > longestText {
		const end = longestText / 4 // often "Angkatan III", by which namesakes differ
		kept = append(append(kept[:longestText-end:longestText-end], ' '), kept[len(kept)-end:]...)
	}
	if words := strings.Fields(string(kept)); len(words) > 0 {
		return strings.Join(words, " ")
	}
	return "–"
}

func width(face font.Face, text string) vg.Length { return face.Width(text) }

// broken is text in so many lines of the room's width at most, abridged if need be.
// The lines are about equally long, so that no word stands alone in the last.
func broken(face font.Face, text string, room vg.Length, most int) []string {
	fits := func(text string) bool { return len(wrap(face, text, room)) <= most }
	text = abridge(written(face, text), fits)
	lines := wrap(face, text, room)
	for narrower := room * 0.98; narrower > room/2; narrower *= 0.98 {
		closer := wrap(face, text, narrower)
		if len(closer) > len(lines) {
			break
		}
		lines = closer
	}
	return lines
}

// wrap breaks between words, and inside a word that is wider than the room.
func wrap(face font.Face, text string, room vg.Length) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if longer := strings.TrimSpace(line + " " + word); width(face, longer) <= room {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for width(face, word) > room && utf8.RuneCountInString(word) > 1 {
			head := beginning(face, word, room)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(lines, line)
}

// beginning is as much of a word as fits, and at least a character.
func beginning(face font.Face, word string, room vg.Length) string {
	_, end := utf8.DecodeRuneInString(word)
	for at := range word {
		if at > end && width(face, word[:at]) > room {
			break
		}
		end = max(end, at)
	}
	return word[:end]
}

// abridged is text of so many characters at most.
func abridged(text string, most int) string {
	return abridge(text, func(text string) bool { return utf8.RuneCountInString(text) <= most })
}

// abridge leaves out words before the last, by which names of trainings differ
// ("Angkatan III"), until the text fits; where that does not help the last words,
// and at last characters.
func abridge(text string, fits func(string) bool) string {
	if fits(text) {
		return text
	}
	words := strings.Fields(text)
	for tail := min(2, len(words)/4); tail >= 0; tail-- {
		end := strings.Join(words[len(words)-tail:], " ")
		cut := func(head int) string {
			return strings.TrimSpace(cutAt(strings.Join(words[:head], " ")) + " " + end)
		}
		if head := longest(len(words)-tail-1, func(n int) bool { return fits(cut(n)) }); head > tail {
			return cut(head)
		}
	}
	characters := []rune(text)
	return cutAt(string(characters[:longest(len(characters)-1, func(n int) bool { return fits(cutAt(string(characters[:n]))) })]))
}

// longest is the largest number up to most that fits, 0 where none does.
func longest(most int, fits func(int) bool) int {
	return most - sort.Search(most, func(i int) bool { return fits(most - i) })
}

// cutAt shows that something is left out after text.
func cutAt(text string) string { return strings.TrimRight(text, " ,;:–-(“/") + "…" }
