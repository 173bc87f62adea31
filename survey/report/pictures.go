package report

import (
	"fmt"
	"strings"
	"time"

	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// Picture is a PNG of a summary.
type Picture struct {
	Name string // of its file: "1-kepuasan.png"
	PNG  []byte
}

// Pictures draws the Charts of a summary: the first stands with its message, the
// others follow. There are none for a quiet period.
func Pictures(f stats.Figures, phrases text.Phrases, zone *time.Location) ([]Picture, error) {
	charts := Charts(f, phrases, zone)
	if len(charts) == 0 {
		return nil, nil
	}
	letters, err := openLetters()
	if err != nil {
		return nil, err
	}
	var pictures []Picture
	for i, chart := range charts {
		drawn, err := letters.draw(chart)
		if err != nil {
			return nil, fmt.Errorf("drawing the chart %s: %w", chart.Name, err)
		}
		pictures = append(pictures, Picture{Name: fmt.Sprintf("%d-%s.png", i+1, chart.Name), PNG: drawn})
	}
	return pictures, nil
}

// Chart is what a picture shows, all its words and numbers, before it is drawn.
type Chart struct {
	Name  string // "kepuasan"
	Title string // the finding
	About string // what the bars are
	Rows  []Row
	Notes []string // how many answers it is of, from when, and how to read it
}

// Row is a name, or a remark where it has no bars, with its bars below.
type Row struct {
	Label  string
	Strong bool // stands out: everything together, or what the title is about
	Bars   []Bar
}

// Bar is a value with its label behind it.
type Bar struct {
	Length    float64 // part of the longest that a bar of the chart can be; 0 where Said stands alone
	Low, High float64 // ends of its interval, as parts of the same; equal: it has none
	Said      string  // the value, or why there is none
	Aside     string  // what else is known, in smaller letters
	Tone      Tone
}

// Tone is how loud a bar is. Colours only repeat what place and words say.
type Tone int

// The tones.
const (
	Plain    Tone = iota
	Stressed      // what the title is about
	Quiet         // what the others are compared with, or nothing to show
)

// most are how many rounds or choices a chart shows.
const most = 8

// Charts decides what the pictures of a summary show, at most four: satisfaction by
// training, or where nothing is known of it the response rates; obstacles; what would
// help; and what the same people said twice, or plans carried out, or ability before
// and after as it is remembered. What is withheld in
// all of a summary has no chart but the first, which says so.
func Charts(f stats.Figures, phrases text.Phrases, zone *time.Location) []Chart {
	w := newWriter(f, phrases, zone)
	w.detail = details()[0]
	var charts []Chart
	add := func(chart Chart, drawn bool) bool {
		if drawn && len(chart.Rows) > 0 {
			charts = append(charts, chart)
		}
		return drawn
	}
	if form, found := w.foremost(); found {
		add(w.glance(form))
		add(w.mostNamed(form, "obstacle", obstacles()...))
		add(w.mostNamed(form, "help", helps()...))
	}
	if !add(w.pairChart()) && !add(w.planChart()) {
		add(w.competence())
	}
	return charts
}

// foremost is the form that the first chart is of, and the others where it has
// their question: of which the most answers on satisfaction are shown, else which
// most sent. False where nobody was asked anything.
func (w *writer) foremost() (stats.Form, bool) {
	best, bestShown, bestSent, found := stats.Form{}, 0, 0, false
	for _, form := range w.figures.Forms {
		if invited, _ := w.figure(form, stats.All, stats.Invited, ""); invited.N == 0 {
			continue
		}
		upper, _ := w.figure(form, stats.All, stats.Upper, overall())
		sent, _ := w.figure(form, stats.All, stats.SentNow, "")
		if !found || upper.N > bestShown || (upper.N == bestShown && sent.N > bestSent) {
			best, bestShown, bestSent, found = form, upper.N, sent.N, true
		}
	}
	return best, found
}

// source says of how many answers a chart is, and of when; and of what and whom
// where that is not plain.
func (w *writer) source(form stats.Form, n int) []string {
	when := []string{upperFirst(w.period), "Pascalatih"}
	if n > 0 {
		when = []string{w.Say("pictures.answers", map[string]any{"N": w.Count(n)}), w.period, "Pascalatih"}
	}
	var notes []string
	if len(w.figures.Units) == 1 {
		notes = append(notes, abridged(w.figures.UnitNames[w.figures.Units[0]], longestTitle))
	}
	if len(w.figures.Forms) > 1 {
		notes = append(notes, abridged(form.Title.In(w.Language()), longestTitle))
	}
	return append(notes, strings.Join(when, " · "))
}
