package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pascalatih/bot/simulator"
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// large is a week of n trainings in n units, all with the longest of names, of which
// each unit sent five about each training.
func large(f *full, n int, period stats.Period) stats.Figures {
	name := func(what string, i int) string {
		return fmt.Sprintf("%s %d %s", what, i, strings.Repeat("Penyelenggaraan & Pengembangan 🎓 <Kompetensi> ", 6))
	}
	counts := stats.Counts{Period: period, UnitNames: map[int64]string{}, Instruments: map[int64]survey.Instrument{1: f.form}}
	for r := range n {
		round := int64(r + 1)
		counts.Rounds = append(counts.Rounds, stats.Round{ID: round, Training: name("Pelatihan", r), Instrument: 1, Opened: period.From, Open: true})
		for u := range n {
			unit, block := int64(u+1), int64(r*n+u+1)
			counts.UnitNames[unit] = name("Unit", u)
			counts.Standings = append(counts.Standings, stats.Standing{Round: round, Unit: unit, Invited: 20, Sent: 5, SentNow: 5, Unreached: 3})
			counts.Blocks = append(counts.Blocks, stats.CountedBlock{ID: block, Form: f.form.Key, Round: round, Unit: unit, Size: 5})
			for at, q := range f.form.Questions {
				if value := answerOf(q, 1, at); value != "" {
					counts.Tallies = append(counts.Tallies, stats.Tally{Block: block, Question: q.Name, Value: value, Count: 5})
				}
			}
		}
	}
	return stats.Compute(counts)
}

// turn taps a button of the summary, and gives it as it stands then.
func (f *full) turn(p *simulator.Person, summary simulator.Message, label string) simulator.Message {
	f.t.Helper()
	button := p.Chat().Message(summary.ID).Button(label)
	if button.Text == "" {
		f.t.Fatalf("no button %q on\n%s", label, shown(p.Chat().Message(summary.ID)))
	}
	p.Tap(button)
	f.settle()
	now := p.Chat().Message(summary.ID)
	if units := len(utf16.Encode([]rune(now.Text))); units > 1024 {
		f.t.Errorf("%d units:\n%s", units, now.Text)
	}
	return now
}

// Every page of forty trainings in forty units stands below the picture, and can be
// left. The simulated Telegram takes no caption that is too long.
func TestLargeSummary(t *testing.T) {
	const n = 40
	h := newHouse(t)
	f, admin := &full{house: h}, h.admin()
	for _, form := range h.bundled() {
		if form.Key == "reaction" {
			f.form = form
		}
	}
	f.toMonday()
	before := len(admin.Chat().FromBot())
	f.kept(mondayAtEight.Add(-2*time.Hour), func(figures *stats.Figures) { *figures = large(f, n, figures.Period) }, admin.ID)
	f.deliverAll()
	f.settle()
	summary := since(admin, before)[0]
	if summary.File == nil || !strings.Contains(summary.Text, saysLate) {
		t.Fatalf("it is %s", shown(summary))
	}
	seen := map[string]bool{}
	tap := func(label string) simulator.Message {
		t.Helper()
		page := f.turn(admin, summary, label)
		seen[page.Text] = true
		return page
	}
	for _, list := range []string{"Rinci", "Per unit"} {
		page := tap(list)
		for turn := range n / 8 {
			if !strings.Contains(page.Text, fmt.Sprintf("%d–%d dari %d", turn*8+1, turn*8+8, n)) {
				t.Errorf("page %d is\n%s", turn, page.Text)
			}
			if turn < n/8-1 {
				page = tap("›")
			}
		}
		if page.Button("›").Text != "" {
			t.Error("there is a page after the last")
		}
		page = tap(page.Buttons()[0].Text)
		for range 7 {
			page = tap("›")
		}
		if page.Button("›").Text != "" || !strings.Contains(page.Text, "Kepuasan:") {
			t.Errorf("the last part is\n%s", page.Text)
		}
		tap("Kembali")
	}
	tap("Kembali")
	if now := tap("Buku kerja"); !strings.HasSuffix(now.Text, "Buku kerja sedang disiapkan dan segera dikirim.") || !strings.Contains(now.Text, "Perlu tindakan:") {
		t.Errorf("with a notice it reads\n%s", now.Text)
	}
	if want := 2*(n/8+8) + 2; len(seen) != want {
		t.Errorf("%d different pages, want %d", len(seen), want)
	}
}
