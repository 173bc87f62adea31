package handout

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

type fonts struct{ regular, bold, mono lettering }

func openFonts() (fonts, error) {
	var f fonts
	for _, from := range []struct {
		file []byte
		into *lettering
	}{{goregular.TTF, &f.regular}, {gobold.TTF, &f.bold}, {gomonobold.TTF, &f.mono}} {
		parsed, err := opentype.Parse(from.file)
		if err != nil {
			return fonts{}, fmt.Errorf("reading a font: %w", err)
		}
		from.into.font = parsed
	}
	return f, nil
}

// lettering writes in one font.
type lettering struct{ font *sfnt.Font }

// block is text that was broken into lines.
type block struct {
	face  font.Face
	lines []string
}

// oneLine is a height in which there is one line, be it higher than that.
const oneLine = 0

// fit breaks text into lines no wider than room and together no higher than high,
// as large as that allows. What does not fit at the smallest size either is cut
// off, with "…" in its place; characters that the font does not have are left out.
func (l lettering) fit(text string, room, high, largest, smallest int) (block, error) {
	const step = 4
	text, err := l.writable(text)
	if err != nil {
		return block{}, err
	}
	for size := largest; ; size -= step {
		face, err := opentype.NewFace(l.font, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return block{}, fmt.Errorf("opening a font: %w", err)
		}
		b := block{face: face}
		b.wrap(strings.Fields(text), room)
		lines := max(1, high/b.lineHeight())
		if len(b.lines) <= lines {
			return b, nil
		}
		if size-step < smallest {
			b.cut(lines, room)
			return b, nil
		}
	}
}

// writable is text without what the font cannot show.
func (l lettering) writable(text string) (string, error) {
	var kept strings.Builder
	var buffer sfnt.Buffer
	for _, char := range text {
		if char < ' ' {
			char = ' '
		}
		glyph, err := l.font.GlyphIndex(&buffer, char)
		if err != nil {
			return "", fmt.Errorf("looking into a font: %w", err)
		}
		if glyph != 0 {
			kept.WriteRune(char)
		}
	}
	return kept.String(), nil
}

// wrap breaks between words, and inside a word that is wider than a line.
func (b *block) wrap(words []string, room int) {
	line := ""
	for _, word := range words {
		if longer := strings.TrimSpace(line + " " + word); b.fits(longer, room) {
			line = longer
			continue
		}
		if line != "" {
			b.lines = append(b.lines, line)
		}
		for !b.fits(word, room) {
			part := b.head(word, room)
			b.lines = append(b.lines, part)
			word = word[len(part):]
		}
		line = word
	}
	if line != "" {
		b.lines = append(b.lines, line)
	}
}

// head is as much of a word as fits, and at least a character.
func (b *block) head(word string, room int) string {
	_, first := utf8.DecodeRuneInString(word)
	end := first
	for at := range word {
		if at > first && !b.fits(word[:at], room) {
			break
		}
		end = max(end, at)
	}
	return word[:end]
}

// cut keeps so many lines, and ends the last with "…".
func (b *block) cut(lines, room int) {
	b.lines = b.lines[:lines]
	last := b.lines[lines-1]
	for last != "" && !b.fits(last+"…", room) {
		_, size := utf8.DecodeLastRuneInString(last)
		last = strings.TrimRight(last[:len(last)-size], " ")
	}
	b.lines[lines-1] = last + "…"
}

func (b *block) fits(line string, room int) bool {
	return font.MeasureString(b.face, line) <= fixed.I(room)
}

func (b *block) lineHeight() int { return b.face.Metrics().Height.Ceil() }

func (b *block) height() int { return len(b.lines) * b.lineHeight() }

func (b *block) width() int {
	widest := 0
	for _, line := range b.lines {
		widest = max(widest, font.MeasureString(b.face, line).Ceil())
	}
	return widest
}

// draw writes the lines below top and gives where they end.
func (b *block) draw(picture draw.Image, left, top int, ink color.Color) (bottom int) {
	drawer := font.Drawer{Dst: picture, Src: image.NewUniform(ink), Face: b.face}
	for n, line := range b.lines {
		drawer.Dot = fixed.P(left, top+n*b.lineHeight()+b.face.Metrics().Ascent.Ceil())
		drawer.DrawString(line)
	}
	return top + b.height()
}
