package bot

import (
	"strings"
	"unicode/utf16"

	"pascalatih/bot/telegram"
)

// longestMessage is what Telegram takes as one message, in UTF-16 units and
// without the markup.
const longestMessage = 4096

// page is the text of one message while it is written. Everything put on it is
// escaped here, and nowhere before. Each piece is shortened to what the page
// allows for one.
type page struct {
	html  strings.Builder
	units int
	most  int // characters of one piece
}

// write gives the text that fill writes. Where that is longer than a message may
// be, its long pieces are shortened until it fits.
func write(fill func(p *page)) telegram.HTML { return writeWithin(longestMessage, fill) }

// writeWithin is write for what may be so many units long.
func writeWithin(longest int, fill func(p *page)) telegram.HTML {
	for most := longest; ; most /= 2 {
		p := &page{most: most}
		fill(p)
		if p.units <= longest || most <= 1 {
			return telegram.HTML(strings.TrimSpace(p.html.String()))
		}
	}
}

// plain is a message of one sentence or paragraph.
func plain(s string) telegram.HTML {
	return write(func(p *page) { p.text(s) })
}

// text adds s as it is.
func (p *page) text(s string) { p.add("", beginningOf(s, p.most), "") }

// bold adds s in bold.
func (p *page) bold(s string) { p.add("<b>", beginningOf(s, p.most), "</b>") }

// italic adds s in italics.
func (p *page) italic(s string) { p.add("<i>", beginningOf(s, p.most), "</i>") }

// latest adds s; where it must be shortened its end stays, because the person
// who is writing it looks there.
func (p *page) latest(s string) { p.add("", endOf(s, p.most), "") }

// link adds words that open an address.
func (p *page) link(words, address string) {
	p.add(`<a href="`+string(telegram.Escape(address))+`">`, words, "</a>")
}

// quote adds the text of another message, as a quotation.
func (p *page) quote(words telegram.HTML) {
	p.html.WriteString("<blockquote>" + string(words) + "</blockquote>")
	p.units += len(utf16.Encode([]rune(string(words))))
}

// line ends the line, if there is one.
func (p *page) line() { p.add("", "\n", "") }

// gap ends the paragraph.
func (p *page) gap() { p.add("", "\n\n", "") }

func (p *page) add(open, s, end string) {
	if s == "" {
		return
	}
	p.html.WriteString(open)
	p.html.WriteString(string(telegram.Escape(s)))
	p.html.WriteString(end)
	for _, r := range s {
		p.units += utf16.RuneLen(r)
	}
}

// beginningOf is s, or what fits of it into so many characters with a sign that
// more follows.
func beginningOf(s string, most int) string {
	characters := []rune(s)
	if len(characters) <= most {
		return s
	}
	return strings.TrimRight(string(characters[:most-1]), " \n") + "…"
}

// endOf is s, or its end behind a sign that more comes before.
func endOf(s string, most int) string {
	characters := []rune(s)
	if len(characters) <= most {
		return s
	}
	return "…" + strings.TrimLeft(string(characters[len(characters)-most+1:]), " \n")
}
