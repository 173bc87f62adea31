package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/bot/simulator"
	"pascalatih/bot/simulator/picture"
	"pascalatih/scheduler/calendar"
	"pascalatih/survey"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// The demo's four months hold; each summary says in words what its figures are, and the
// last one says the same as text, as figures and as a workbook.
func TestTheDemosSummariesAgree(t *testing.T) {
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDemo(t.Context(), io.Discard, binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.end(); err != nil {
			t.Error(err)
		}
		os.RemoveAll(d.folder)
	})
	if err := d.live(t.Context()); err != nil {
		t.Fatalf("%v; the bot's log is %s", err, filepath.Join(d.folder, serveLog))
	}
	weeks := d.weeks(t)
	if len(weeks) != demoSummaries {
		t.Fatalf("%d summaries", len(weeks))
	}
	held := 0
	for _, week := range weeks {
		held += week.holdText(t)
	}
	if held < 100 {
		t.Errorf("the texts have %d numbers", held)
	}
	last := weeks[len(weeks)-1]
	words, err := os.ReadFile(filepath.Join(d.summaryFolder(), "summary.txt"))
	if err != nil || strings.TrimSpace(string(words)) != last.text {
		t.Errorf("summary.txt is not what was sent: %v\n%s", err, words)
	}
	last.holdList(t, filepath.Join(d.summaryFolder(), "figures.json"))
	last.holdBook(t, d.texts.In("id"), d.zone, filepath.Join(d.summaryFolder(), "summary.xlsx"))
	if os.Getenv(guidePictures) != "" {
		d.drawForReadme(t)
	}
}

// sentWeek is a summary as the administrator got it, and the figures that are kept.
type sentWeek struct {
	text    string
	figures stats.Figures
	table   stats.Table
	form    stats.Form // that the present line is about
}

// weeks are the demo's summaries, the first one first.
func (d *demo) weeks(t *testing.T) []*sentWeek {
	t.Helper()
	var weeks []*sentWeek
	var texts []string
	for _, m := range d.admin.Chat().FromBot() {
		if d.isSummary(m) {
			texts = append(texts, m.Text)
		}
	}
	from, to := calendar.WeekBefore(d.clock.Now(), d.zone)
	for i := len(texts) - 1; i >= 0; i-- {
		kept, found, err := d.store.KeptWeek(t.Context(), stats.Period{From: from, To: to})
		if err != nil || !found {
			t.Fatalf("the summary of the week of %v is not kept: %v", from, err)
		}
		figures, err := kept.Read()
		if err != nil {
			t.Fatal(err)
		}
		weeks = append([]*sentWeek{{text: texts[i], figures: figures, table: figures.Table()}}, weeks...)
		from, to = calendar.WeekBefore(from.Add(time.Minute), d.zone)
	}
	return weeks
}

// spoken is how a line of the text tells figures: each group of the pattern is one
// number of a figure.
type spoken struct {
	pattern *regexp.Regexp
	tells   func(w *sentWeek, found []string) []told
}

// told is a number as it is written, and the one that it should be.
type told struct {
	written string
	number  float64
	figure  stats.Figure
}

func (w *sentWeek) figure(group string, measure stats.Measure, item string) stats.Figure {
	return w.table[stats.Key{Form: w.form.Key, Group: group, Measure: measure, Item: item}]
}

func valueOf(written string, f stats.Figure) told {
	if f.Value == nil {
		return told{written: written, number: math.NaN(), figure: f}
	}
	return told{written, *f.Value, f}
}

func shareOf(written string, f stats.Figure) told {
	one := valueOf(written, f)
	one.number *= 100
	return one
}

func countOf(written string, f stats.Figure) told { return told{written, float64(f.N), f} }

func baseOf(written string, f stats.Figure) told { return told{written, float64(f.Base), f} }

// sentOf are the numbers of "36 dari 40 mengirim (90%)".
func (w *sentWeek) sentOf(group string, found []string) []told {
	sent := w.figure(group, stats.Sent, "")
	return []told{countOf(found[0], sent), baseOf(found[1], sent), shareOf(found[2], w.figure(group, stats.Rate, ""))}
}

// begin notes the form that a line begins to speak of.
func (w *sentWeek) begin(title string) bool {
	for _, form := range w.figures.Forms {
		if form.Title.In("id") == title {
			w.form = form
			return true
		}
	}
	return false
}

// round is the group of the round whose training's title begins so.
func (w *sentWeek) round(title string) string {
	for _, round := range w.form.Rounds {
		if strings.HasPrefix(round.Training, strings.TrimSuffix(title, "…")) {
			return stats.RoundGroup(round.ID)
		}
	}
	return "none"
}

const satisfied = "dimension:satisfaction"

// sentences are the lines in which a summary tells numbers.
func sentences() []spoken {
	share := func(measure stats.Measure, item string) func(w *sentWeek, found []string) []told {
		return func(w *sentWeek, found []string) []told {
			f := w.figure(stats.All, measure, item)
			return []told{countOf(found[0], f), baseOf(found[1], f), shareOf(found[2], f)}
		}
	}
	return []spoken{
		{regexp.MustCompile(`^(?:Hasil jawaban|Kemampuan): disembunyikan \(n < 5\)$`), func(*sentWeek, []string) []told { return nil }},
		{aboutPairs(), (*sentWeek).pairs},
		{regexp.MustCompile(`^(Kesan setelah pelatihan|Tindak lanjut pelatihan|Penilaian kemampuan diri|Penerapan hasil pelatihan|Pengamatan oleh atasan), .+: ([\d.]+) dari ([\d.]+) mengirim \((\d+)%\)(?:, ([\d.]+) di antaranya pekan ini)?$`),
			func(w *sentWeek, found []string) []told {
				w.begin(found[0])
				numbers := w.sentOf(stats.All, found[1:])
				if found[4] != "" {
					numbers = append(numbers, countOf(found[4], w.figure(stats.All, stats.SentNow, "")))
				}
				return numbers
			}},
		{regexp.MustCompile(`^• (.+): ([\d.]+) dari ([\d.]+) \((\d+)%\), indeks ([\d,]+) \(([A-D])\)$`),
			func(w *sentWeek, found []string) []told {
				index := w.figure(w.round(found[0]), stats.IndexOf, satisfied)
				return append(w.sentOf(w.round(found[0]), found[1:]), valueOf(found[4], index))
			}},
		{regexp.MustCompile(`^• (.+): ([\d.]+) dari ([\d.]+) \((\d+)%\)(?:, kepuasan disembunyikan \(n < 5\))?$`),
			func(w *sentWeek, found []string) []told { return w.sentOf(w.round(found[0]), found[1:]) }},
		{regexp.MustCompile(`^Kepuasan: ([\d,]+) dari 4, (\d+)% puas, indeks ([\d,]+) mutu ([A-D]) \(n = ([\d.]+)\)(?:; indeks (?:naik|sama|turun).*)?$`),
			func(w *sentWeek, found []string) []told {
				mean := w.figure(stats.All, stats.Mean, satisfied)
				index := w.figure(stats.All, stats.IndexOf, satisfied)
				grade := told{written: "0", figure: index}
				if string(stats.GradeOf(*index.Value)) != found[3] {
					grade.number = math.NaN()
				}
				return []told{valueOf(found[0], mean), shareOf(found[1], w.figure(stats.All, stats.Upper, satisfied)), valueOf(found[2], index), grade, countOf(found[4], mean)}
			}},
		{regexp.MustCompile(`^Kemampuan: ([\d,]+) sebelum, ([\d,]+) sesudah pelatihan \(\+?(-?[\d,]+); n = ([\d.]+)\)$`),
			func(w *sentWeek, found []string) []told {
				gain := w.figure(stats.All, stats.Gain, "competence")
				return []told{valueOf(found[0], w.figure(stats.All, stats.Before, "competence")), valueOf(found[1], w.figure(stats.All, stats.Now, "competence")),
					valueOf(found[2], gain), countOf(found[3], gain)}
			}},
		{regexp.MustCompile(`^Menulis rencana: ([\d.]+) dari ([\d.]+) \((\d+)%\)$`), share(stats.Answered, "plan")},
		{regexp.MustCompile(`^Rencana terlaksana: ([\d.]+) dari ([\d.]+) \((\d+)%\)$`), share(stats.Chosen, "plan_done=4")},
		{regexp.MustCompile(`^(Kendala|Yang membantu): (.+) \(n = ([\d.]+)\)$`), (*sentWeek).ranked},
		{regexp.MustCompile(`^• (.+): (\d+) orang belum dapat dihubungi\.(?: Begitu juga \d+ pelatihan lain\.)?$`),
			func(w *sentWeek, found []string) []told {
				for _, w.form = range w.figures.Forms {
					if f := w.figure(w.round(found[0]), stats.Unreached, ""); f.Value != nil && strconv.Itoa(f.N) == found[1] {
						return []told{countOf(found[1], f)}
					}
				}
				return []told{{written: found[1], number: math.NaN()}}
			}},
		{regexp.MustCompile(`^• (.+): indeks kepuasan turun ([\d,]+) poin\.(?: Begitu juga \d+ pelatihan lain\.)?$`),
			func(w *sentWeek, found []string) []told {
				w.form = w.figures.Forms[0]
				fell := valueOf(found[1], w.figure(w.round(found[0]), stats.IndexMoved, satisfied))
				fell.number = -fell.number
				return []told{fell}
			}},
		{regexp.MustCompile(`^• (.+): baru (\d+)% yang mengirim\.(?: Begitu juga \d+ pelatihan lain\.)?$`),
			func(w *sentWeek, found []string) []told {
				for _, w.form = range w.figures.Forms {
					if f := w.figure(w.round(found[0]), stats.Rate, ""); f.Value != nil && *f.Value < 0.3 {
						return []told{shareOf(found[1], f)}
					}
				}
				return []told{{written: found[1], number: math.NaN()}}
			}},
	}
}

// ranked are the shares of a ranking, and what they are of.
func (w *sentWeek) ranked(found []string) []told {
	dimensions := []survey.Dimension{survey.Obstacle}
	if found[0] != "Kendala" {
		dimensions = []survey.Dimension{survey.Support, survey.Recommendation}
	}
	ranking, _ := w.table.Ranking(w.form, stats.All, dimensions...)
	numbers := []told{{written: found[2], number: float64(ranking.Base)}}
	for i, named := range strings.Split(found[1], "%, ") {
		at := strings.LastIndexByte(named, ' ')
		label := strings.TrimSuffix(named[:at], "…")
		if i >= len(ranking.Choices) || !strings.HasPrefix(strings.ToLower(ranking.Choices[i].Label.In("id")), strings.ToLower(label)) {
			return []told{{written: named, number: math.NaN()}}
		}
		numbers = append(numbers, shareOf(strings.TrimSuffix(named[at+1:], "%"), ranking.Choices[i].Figure))
	}
	return numbers
}

var digits = regexp.MustCompile(`\d`)

// holdText wants each number of the text to be the figure's, rounded as it is
// written, and no line but the heading to have others. It gives how many there were.
func (w *sentWeek) holdText(t *testing.T) (held int) {
	t.Helper()
	lines := strings.Split(w.text, "\n")
	for _, line := range lines[1:] {
		known := false
		for _, s := range sentences() {
			found := s.pattern.FindStringSubmatch(line)
			if found == nil {
				continue
			}
			for _, n := range s.tells(w, found[1:]) {
				if !n.right() {
					t.Errorf("%q: %s should be %v, of %+v", line, n.written, n.number, n.figure)
				}
				held++
			}
			known = true
			break
		}
		if !known && digits.MatchString(line) && !strings.Contains(line, "putaran lain") {
			t.Errorf("nobody knows what %q tells", line)
		}
	}
	return held
}

// right tells whether the number is written as it is, rounded.
func (n told) right() bool {
	_, after, _ := strings.Cut(n.written, ",")
	written, err := strconv.ParseFloat(strings.NewReplacer(".", "", ",", ".").Replace(n.written), 64)
	scale := math.Pow10(len(after))
	return err == nil && math.Round(n.number*scale)/scale == written
}

// holdList wants a list of figures to be the one that is kept.
func (w *sentWeek) holdList(t *testing.T, name string) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var list []stats.Figure
	if err := json.Unmarshal(content, &list); err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	if diff := cmp.Diff(w.figures.List, list); diff != "" || len(list) < 30 {
		t.Errorf("%s has %d figures, which differ (-kept +written):\n%s", name, len(list), diff)
	}
}

// holdBook wants a workbook to be the one of the figures that are kept, cell by cell,
// and reads back how many were asked and sent in each round.
func (w *sentWeek) holdBook(t *testing.T, say text.Phrases, zone *time.Location, name string) {
	t.Helper()
	var again bytes.Buffer
	if err := report.Workbook(&again, w.figures, say, zone); err != nil {
		t.Fatal(err)
	}
	written, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer written.Close()
	kept, err := excelize.OpenReader(&again)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	for _, sheet := range kept.GetSheetList() {
		want, err := kept.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := written.GetRows(sheet, excelize.Options{RawCellValue: true})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s, sheet %s: %v (-kept +written):\n%s", name, sheet, err, diff)
		}
	}
	rows, err := written.GetRows(say.Say("workbook.sheet.trainings", nil), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, row := range rows {
		if len(row) < 8 || !w.begin(row[3]) {
			continue // a heading
		}
		group := "round:" + row[2]
		invited, sent := w.figure(group, stats.Invited, ""), w.figure(group, stats.Sent, "")
		if !slices.Contains(row[4:], strconv.Itoa(invited.N)) || !slices.Contains(row[4:], strconv.Itoa(sent.N)) || invited.N == 0 {
			t.Errorf("row %q, want %d invited and %d sent", row, invited.N, sent.N)
		}
		held++
	}
	if held != len(w.form.Rounds) {
		t.Errorf("%d rounds stand in the workbook, want %d", held, len(w.form.Rounds))
	}
}

// drawForReadme draws the first summary in its chat.
func (d *demo) drawForReadme(t *testing.T) {
	t.Helper()
	for _, m := range d.admin.Chat().FromBot() {
		if !d.isSummary(m) {
			continue
		}
		drawn, err := picture.Of(t.Context(), simulator.Screen{m}, simulator.Look{Zone: d.zone})
		if err == nil {
			err = os.WriteFile(filepath.Join("..", "..", "docs", "pictures", "summary.png"), drawn, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
}
