package report_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

func phrases(t *testing.T, language string) text.Phrases {
	t.Helper()
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.In(language)
}

func longName(i int) string {
	return fmt.Sprintf("Pelatihan Pengelolaan Keuangan Daerah Berbasis Akrual bagi Bendahara Pengeluaran Perangkat Daerah Angkatan %d", i+1)
}

func TestCharts(t *testing.T) {
	tests := map[string]struct {
		week     sampled
		form     string // the only one that is kept
		language string
		names    string // of the charts
		first    string // begins the first one's title
		rows     int    // of the first
	}{
		"a quiet week has none":              {week: sampled{units: 1}},
		"one training by question":           {week: sampled{trainings: 1, units: 4, invited: 40, sent: 0.6}, names: "kepuasan kendala bantuan kemampuan", first: "76% puas dengan Pelatihan 1", rows: 7},
		"three trainings":                    {week: sampled{trainings: 3, units: 4, invited: 40, sent: 0.6}, names: "kepuasan kendala bantuan kemampuan", first: "72% puas; Pelatihan 2 paling rendah", rows: 4},
		"of forty the lowest eight":          {week: sampled{trainings: 40, units: 4, invited: 40, sent: 0.6}, names: "kepuasan kendala bantuan kemampuan", first: "74% puas; Pelatihan 35 paling rendah", rows: 10},
		"another form is named below":        {week: sampled{trainings: 3, units: 4, invited: 40, sent: 0.6, checkins: true}, names: "kepuasan kendala bantuan rencana", first: "75% puas", rows: 5},
		"check-ins alone tell who sent":      {week: sampled{trainings: 3, units: 4, invited: 40, sent: 0.6, checkins: true}, form: "checkin", names: "pengiriman kendala rencana", first: "68% sudah mengirim jawaban", rows: 4},
		"too few answers are withheld":       {week: sampled{trainings: 3, units: 2, invited: 5, sent: 0.2}, names: "kepuasan", first: "Jawaban masih terlalu sedikit", rows: 4},
		"no answers":                         {week: sampled{trainings: 3, units: 2, invited: 5}, names: "pengiriman", first: "Belum ada jawaban baru", rows: 4},
		"a round that asked nobody is none":  {week: sampled{trainings: 3, units: 2}},
		"in English":                         {week: sampled{trainings: 3, units: 4, invited: 40, sent: 0.6}, language: "en", names: "satisfaction obstacles help ability", first: "72% satisfied; Pelatihan 2 is lowest", rows: 4},
		"a title keeps what names differ by": {week: sampled{trainings: 3, titles: longName, units: 4, invited: 40, sent: 0.6}, names: "kepuasan kendala bantuan kemampuan", first: "72% puas; Pelatihan Pengelolaan Keuangan Daerah Berbasis… Angkatan 2 paling", rows: 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			charts := report.Charts(only(test.week.draw(t), test.form), phrases(t, test.language), wib)
			var names []string
			for _, chart := range charts {
				names = append(names, chart.Name)
			}
			if got := strings.Join(names, " "); got != test.names {
				t.Fatalf("the charts are %q, want %q", got, test.names)
			}
			if len(charts) == 0 {
				return
			}
			if got := charts[0].Title; !strings.HasPrefix(got, test.first) {
				t.Errorf("the first is called %q, want %q", got, test.first)
			}
			if got := len(charts[0].Rows); got != test.rows {
				t.Errorf("the first has %d rows, want %d: %+v", got, test.rows, charts[0].Rows)
			}
		})
	}
}

// only keeps the forms of that key, or all for "".
func only(f stats.Figures, key string) stats.Figures {
	var kept []stats.Form
	for _, form := range f.Forms {
		if key == "" || form.Key == key {
			kept = append(kept, form)
		}
	}
	f.Forms = kept
	return f
}

func TestTheFirstChartShowsTheLowestAndSaysWhatIsWithheld(t *testing.T) {
	week := sampled{trainings: 3, units: 2, invited: 9, sent: 0.5}.draw(t)
	var got [][]string
	for _, row := range report.Charts(week, phrases(t, "id"), wib)[0].Rows {
		got = append(got, []string{row.Label, row.Bars[0].Said, row.Bars[0].Aside})
	}
	table := week.Table()
	index := func(group string) string {
		f := table[stats.Key{Form: "reaction", Group: group, Measure: stats.IndexOf, Item: "dimension:satisfaction"}]
		if f.Withheld {
			return "disembunyikan (n < 5)"
		}
		return strings.Replace(fmt.Sprintf("%.2f (%s)", *f.Value, stats.GradeOf(*f.Value)), ".", ",", 1)
	}
	sent := func(group string) string {
		f := table[stats.Key{Form: "reaction", Group: group, Measure: stats.Sent}]
		return fmt.Sprintf("%d dari %d mengirim", f.N, f.Base)
	}
	want := [][]string{{"Semua, 3 putaran", index(stats.All), sent(stats.All)}}
	for _, round := range []int64{3, 1, 2} {
		want = append(want, []string{fmt.Sprintf("Pelatihan %d", round), index(stats.RoundGroup(round)), sent(stats.RoundGroup(round))})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAnIndexTheShareOfTheSatisfiedStandsInItsPlace(t *testing.T) {
	for _, trainings := range []int{1, 3} {
		week := sampled{trainings: trainings, units: 4, invited: 40, sent: 0.6}.draw(t)
		week.List = slices.DeleteFunc(week.List, func(f stats.Figure) bool { return f.Measure == stats.IndexOf })
		chart := report.Charts(week, phrases(t, "id"), wib)[0]
		if chart.Name != "kepuasan" || !strings.Contains(chart.About, "puas") {
			t.Errorf("the first chart of %d trainings is %s about %q", trainings, chart.Name, chart.About)
		}
		for _, row := range chart.Rows {
			if said := row.Bars[0].Said; !strings.HasSuffix(said, "% puas") {
				t.Errorf("%s of %d trainings says %q", row.Label, trainings, said)
			}
		}
	}
}

func TestNotesTellOfWhomAndWhen(t *testing.T) {
	week := sampled{trainings: 1, units: 2, invited: 40, sent: 0.6}.draw(t)
	week.Round, week.Units = 1, []int64{2}
	want := []string{"Unit Contoh 2", "n = 22 jawaban · sampai 29 Juni 2026 pukul 00.00 WIB · Pascalatih",
		"Indeks dan mutu: cara Permenpan RB 14/2017, di sini sebagai analogi.", "Garis tipis: selang kepercayaan 95%."}
	if diff := cmp.Diff(want, report.Charts(week, phrases(t, "id"), wib)[0].Notes); diff != "" {
		t.Error(diff)
	}
}

func TestEveryNumberOfAChartIsAFigure(t *testing.T) {
	numbers := regexp.MustCompile(`[0-9][0-9.,]*%?`)
	for name, week := range pictured() {
		for _, language := range []string{"id", "en"} {
			say, f := phrases(t, language), week.draw(t)
			figures := map[string]bool{say.Count(stats.Least): true}
			for _, figure := range f.List {
				figures[say.Count(figure.N)], figures[say.Count(figure.Base)] = true, true
				if figure.Value != nil {
					figures[say.Number(*figure.Value, 0)] = true
					figures[say.Number(*figure.Value, 1)], figures[say.Number(*figure.Value, 2)], figures[say.Percent(*figure.Value, 0)] = true, true, true
				}
			}
			for _, chart := range report.Charts(f, say, wib) {
				said := []string{regexp.MustCompile(`(Pelatihan|Angkatan) [0-9]+`).ReplaceAllString(chart.Title, "")}
				for _, row := range chart.Rows {
					for _, bar := range row.Bars {
						said = append(said, bar.Said, bar.Aside)
						if bar.Length < 0 || bar.Length > 1 {
							t.Errorf("%s in %s: %s draws %q as long as %v", name, language, chart.Name, bar.Said, bar.Length)
						}
					}
				}
				for _, number := range numbers.FindAllString(strings.Join(said, " | "), -1) {
					if !figures[number] {
						t.Errorf("%s in %s: %s says %s, which is no figure", name, language, chart.Name, number)
					}
				}
			}
		}
	}
}

// weeks are such as summaries are made of.
func pictured() map[string]sampled {
	return map[string]sampled{
		"one":         {trainings: 1, units: 4, invited: 40, sent: 0.6},
		"many":        {trainings: 12, units: 4, invited: 40, sent: 0.6, weekAgo: true},
		"both forms":  {trainings: 3, units: 4, invited: 40, sent: 0.6, checkins: true},
		"same people": {trainings: 5, titles: longName, units: 4, invited: 40, sent: 0.6, pairs: []int{24, 7, 0, 60, 12}},
		"observed":    {trainings: 2, titles: longName, units: 4, invited: 40, sent: 0.6, observed: []int{24, 6}},
		"few":         {trainings: 6, units: 2, invited: 9, sent: 0.5},
		"large":       {trainings: 2, units: 10, invited: 2500, sent: 0.5},
		"long names":  {trainings: 5, titles: longName, units: 4, invited: 30, sent: 0.9},
		"odd names":   {trainings: 6, titles: func(i int) string { return strange()[i] }, units: 2, invited: 10, sent: 1},
		"odder names": {trainings: 6, titles: func(i int) string { return strange()[i+6] }, units: 2, invited: 10, sent: 1},
	}
}

func TestPicturesAreSharpLightAndTheSameEachTime(t *testing.T) {
	family := rapid.Custom(func(t *rapid.T) sampled {
		names := rapid.SliceOfN(oddNames(), 1, 5).Draw(t, "names")
		return sampled{
			trainings: rapid.IntRange(1, 14).Draw(t, "trainings"),
			titles:    func(i int) string { return names[i%len(names)] },
			units:     rapid.IntRange(1, 5).Draw(t, "units"),
			invited:   rapid.IntRange(1, 60).Draw(t, "invited"),
			sent:      rapid.Float64Range(0, 1).Draw(t, "sent"),
			checkins:  rapid.Bool().Draw(t, "checkins"),
		}
	})
	members := pictured()
	for seed := range 5 {
		members[fmt.Sprintf("drawn from %d", seed)] = family.Example(seed)
	}
	for name, week := range members {
		language := text.Indonesian
		if strings.HasPrefix(name, "drawn") {
			language = text.English
		}
		for i, picture := range draw(t, week, phrases(t, language)) {
			if want := fmt.Sprintf("%d-", i+1); !strings.HasPrefix(picture.Name, want) || !strings.HasSuffix(picture.Name, ".png") {
				t.Errorf("%s: picture %d is called %s", name, i+1, picture.Name)
			}
			examine(t, name, picture)
		}
	}
	again := draw(t, members["many"], phrases(t, text.Indonesian))
	if diff := cmp.Diff(draw(t, members["many"], phrases(t, text.Indonesian)), again); diff != "" {
		t.Errorf("the second time the pictures are others:\n%s", diff)
	}
}

func draw(t *testing.T, week sampled, say text.Phrases) []report.Picture {
	t.Helper()
	pictures, err := report.Pictures(week.draw(t), say, wib)
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) == 0 || len(pictures) > 4 {
		t.Errorf("a week has %d pictures", len(pictures))
	}
	return pictures
}

// examine checks a picture for size and weight, and that its margins are white:
// nothing reaches over the edge.
func examine(t *testing.T, name string, picture report.Picture) {
	t.Helper()
	const heaviest, margin = 200_000, 40
	png, err := png.Decode(bytes.NewReader(picture.PNG))
	if err != nil {
		t.Fatalf("%s: %s: %v", name, picture.Name, err)
	}
	decoded, few := png.(*image.Paletted)
	if !few || decoded.Palette[0] != (color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}) {
		t.Fatalf("%s: %s is not painted on white with few colours", name, picture.Name)
	}
	size := decoded.Bounds().Size()
	if size.X != 1080 || size.Y < 300 || size.Y > 2200 {
		t.Errorf("%s: %s has the size %v", name, picture.Name, size)
	}
	if len(picture.PNG) > heaviest {
		t.Errorf("%s: %s weighs %d bytes", name, picture.Name, len(picture.PNG))
	}
	edges := []image.Rectangle{image.Rect(0, 0, size.X, margin), image.Rect(0, size.Y-margin, size.X, size.Y),
		image.Rect(0, 0, margin, size.Y), image.Rect(size.X-margin, 0, size.X, size.Y)}
	for _, edge := range edges {
		white := image.NewPaletted(edge, decoded.Palette)
		drawn := decoded.SubImage(edge).(*image.Paletted)
		for y := edge.Min.Y; y < edge.Max.Y; y++ {
			if row := drawn.Pix[drawn.PixOffset(edge.Min.X, y):]; !bytes.Equal(row[:edge.Dx()], white.Pix[:edge.Dx()]) {
				t.Fatalf("%s: %s has something in the margin at height %d", name, picture.Name, y)
			}
		}
	}
}

// strange are names as they come out of other people's files.
func strange() []string {
	return []string{strings.Repeat("Panjang", 400), strings.Repeat("W ", 3000), "", "\xff\xfe", "Pelatihan\x00 Dasar", "新人研修",
		"a\u0301e\u0308\u202eterbalik", "Pelatihan 🎓 Digital", "دورة تدريبية", " \t\n", "\u200b\u200d", longName(2)}
}

func oddNames() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom(strange()),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.StringMatching(`[A-Za-zÀ-ž0-9(),./–-]{1,30}`), 1, 40).Draw(t, "words"), " ")
		}),
	)
}

func TestNamesInTitlesAreCutAtWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := oddNames().Draw(rt, "name")
		week := sampled{trainings: 1, titles: func(int) string { return name }, units: 1, invited: 12, sent: 1}.draw(t)
		title := report.Charts(week, phrases(t, "id"), wib)[0].Title
		if utf8.RuneCountInString(title) > 90 {
			rt.Fatalf("the title has %d characters: %q", utf8.RuneCountInString(title), title)
		}
	})
}
