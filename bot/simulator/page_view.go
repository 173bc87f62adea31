package simulator

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/text"
)

// Look is how a chat is shown.
type Look struct {
	Language string         // of the words around the messages; empty: Indonesian
	Zone     *time.Location // of the times; nil: Asia/Jakarta
}

// WriteHTML writes a page of its own that shows just these messages, as they stand
// on a phone: its styles and pictures are in it, and it loads nothing.
func (s Screen) WriteHTML(w io.Writer, look Look) error {
	painter, err := newPainter(look.Zone)
	if err != nil {
		return err
	}
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return fmt.Errorf("reading the page's styles: %w", err)
	}
	view := painter.chat(s, look.Language, func(m Message) template.URL { return inline(m.File.Data) })
	page := struct {
		chatView
		Style template.CSS
	}{view, template.CSS(style)}
	if err := painter.templates.ExecuteTemplate(w, "alone", page); err != nil {
		return fmt.Errorf("drawing the messages: %w", err)
	}
	return nil
}

// painter makes of screens what the templates show.
type painter struct {
	templates *template.Template
	texts     *text.Catalogue
	zone      *time.Location
}

func newPainter(zone *time.Location) (*painter, error) {
	templates, err := template.ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return nil, fmt.Errorf("reading the page's templates: %w", err)
	}
	texts, err := text.Load()
	if err != nil {
		return nil, err
	}
	if zone == nil {
		if zone, err = calendar.ParseZone("Asia/Jakarta"); err != nil {
			return nil, err
		}
	}
	return &painter{templates: templates, texts: texts, zone: zone}, nil
}

// words are the page's words in one language.
type words struct{ text.Phrases }

// The says the words of a key of the page's.
func (w words) The(key string) string { return w.Say("page."+key, nil) }

// chatView is what the templates know of a chat.
type chatView struct {
	Words   words
	Bubbles []bubble
	Keys    [][]Key
}

// bubble is a message, or an album of pictures, as it is shown.
type bubble struct {
	Message
	Chat     int64 // zero: it is only shown, not acted on
	Words    words
	Parts    []part
	Day      string // the date, where a day begins with this message
	Time     string
	Pictures []shownPicture
	Size     string // of the file
}

// chat makes the view of a chat; address tells where the picture of a message is.
func (p *painter) chat(screen Screen, language string, address func(Message) template.URL) chatView {
	view := chatView{Words: words{p.texts.In(language)}, Keys: screen.Keys()}
	day := ""
	for _, together := range albums(screen.Visible()) {
		m := captioned(together)
		at := m.At.In(p.zone)
		b := bubble{Message: m, Words: view.Words, Parts: partsOf(m), Time: p.timeOfDay(at, view.Words)}
		if date := view.Words.Day(at); date != day {
			b.Day, day = date, date
		}
		switch {
		case isPicture(m):
			b.Pictures = hang(together, m.Text, view.Words, address)
		case m.File != nil:
			b.Size = sizeOf(len(m.File.Data), view.Words)
		}
		view.Bubbles = append(view.Bubbles, b)
	}
	return view
}

func (p *painter) timeOfDay(t time.Time, w words) string {
	if w.Language() == text.English {
		return t.In(p.zone).Format("15:04")
	}
	return t.In(p.zone).Format("15.04")
}

// imageType is the type of a picture's bytes; empty: browsers show no such.
func imageType(data []byte) string {
	kind := http.DetectContentType(data)
	if slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind) {
		return kind
	}
	return ""
}

// inline is a picture as an address that holds it.
func inline(data []byte) template.URL {
	return template.URL("data:" + imageType(data) + ";base64," + base64.StdEncoding.EncodeToString(data))
}

func sizeOf(n int, w words) string {
	switch {
	case n < 1<<10:
		return w.Count(n) + " B"
	case n < 1<<20:
		return w.Count(n>>10) + " KB"
	}
	return w.Number(float64(n)/(1<<20), 1) + " MB"
}

// part is a piece of a text that is shown in one way: a text, or parts within.
type part struct {
	Kind  string // an entity's type; empty: nothing special
	URL   string
	Text  string
	Parts []part
}

// partsOf takes a message's text apart by its markup, which has been parsed once
// already: what is no markup of Telegram's stays a text.
func partsOf(m Message) []part {
	if m.HTML != "" {
		if shown, entities, err := parseHTML(m.HTML); err == nil && shown == m.Text {
			return units(utf16.Encode([]rune(shown))).parts(0, len(utf16.Encode([]rune(shown))), entities, true)
		}
	}
	return links(m.Text)
}

// units is a text in the units in which entities are counted.
type units []uint16

// parts takes apart what is between two places. The entities lie there, nested or
// one after another, in the order in which they begin.
func (u units) parts(from, to int, entities []entity, linked bool) []part {
	plain := func(from, to int) []part {
		text := string(utf16.Decode(u[from:to]))
		if linked {
			return links(text)
		}
		return []part{{Text: text}}
	}
	var all []part
	for len(entities) > 0 {
		e := entities[0]
		end, inner := e.Offset+e.Length, 1
		for inner < len(entities) && entities[inner].Offset < end {
			inner++
		}
		all = append(all, plain(from, e.Offset)...)
		within := linked && !slices.Contains([]string{"code", "pre", "text_link"}, e.Type)
		all = append(all, part{Kind: e.Type, URL: e.URL, Parts: u.parts(e.Offset, end, entities[1:inner], within)})
		from, entities = end, entities[inner:]
	}
	return append(all, plain(from, to)...)
}

// linkForm is what Telegram makes a link of by itself: an address, or a command.
var linkForm = regexp.MustCompile(`(?:^|[\s("])(https?://[^\s<>"]*[^\s<>".,;:!?)]|/[a-z][a-z0-9_]{0,31}\b)`)

func links(text string) []part {
	var parts []part
	at := 0
	for _, found := range linkForm.FindAllStringSubmatchIndex(text, -1) {
		from, to := found[2], found[3]
		parts = append(parts, part{Text: text[at:from]})
		if link := text[from:to]; strings.HasPrefix(link, "/") {
			parts = append(parts, part{Kind: "bot_command", Text: link})
		} else {
			parts = append(parts, part{Kind: "url", URL: link, Text: link})
		}
		at = to
	}
	return append(parts, part{Text: text[at:]})
}
