package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pascalatih/survey"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
)

// compared are figures of comparisons alone, of a training each.
func compared(kind stats.Comparison, pairs ...[]stats.Two) stats.Figures {
	c := stats.Counts{}
	for i, p := range pairs {
		one := stats.Compared{Training: int64(i + 1), Title: "Pelatihan " + string(rune('A'+i)), Code: string(rune('A' + i)), Comparison: kind,
			Dimension: survey.Competence, FirstForm: "competence", SecondForm: "competence", Least: 1, Most: 5, Pairs: p}
		if kind == stats.SelfSupervisor {
			one.Dimension, one.FirstForm, one.SecondForm, one.Least, one.Most = survey.Performance, "application", "observation", 0, stats.Hundred
		}
		c.Compared = append(c.Compared, one)
	}
	return stats.Compute(c)
}

// by are n scores of which each differs by so much, more or less.
func by(n int, first, by, more float64) []stats.Two {
	var all []stats.Two
	for i := range n {
		from := first + float64(i%3)*more
		all = append(all, stats.Two{First: from, Second: from + by + float64(i%2)*more})
	}
	return all
}

func TestTextTellsOfTheSamePeople(t *testing.T) {
	tests := map[string]struct {
		figures  stats.Figures
		language string
		want     []string // lines
	}{
		"a rise": {figures: compared(stats.BeforeAfter, by(24, 2.8, 0.6, 0.2)),
			want: []string{"Kompetensi sebelum dan sesudah, Pelatihan A (24 orang yang sama): 3,0 → 3,7, naik 0,7 [0,7–0,7]; g = 3,74 (besar)"}},
		"of few, in English": {figures: compared(stats.BeforeAfter, by(6, 3, -0.4, 0.2)), language: "en",
			want: []string{"Competence before and after, Pelatihan A (6 of the same people): 3.2 → 2.9, down 0.3 [0.2–0.4]; g = -1.30 (large); indicative"}},
		"nobody changed": {figures: compared(stats.BeforeAfter, by(12, 3, 0, 0)),
			want: []string{"Kompetensi sebelum dan sesudah, Pelatihan A (12 orang yang sama): 3,0 → 3,0, tetap [0,0–0,0]"}},
		"a supervisor who sees less": {figures: compared(stats.SelfSupervisor, by(15, 60, -14, 5)),
			want: []string{"Kinerja, Pelatihan A (15 pegawai, skala 0–100): diri sendiri 65, atasan 53, atasan lebih rendah 12 [10–13]; g = -2,40 (besar)"}},
		"too few": {figures: compared(stats.SelfSupervisor, nil),
			want: []string{"Kinerja menurut diri sendiri dan atasan, Pelatihan A: disembunyikan (n < 5)"}},
		"more than there is room for": {figures: compared(stats.BeforeAfter, by(24, 2, 1, 0), by(12, 2, 1, 0), by(30, 2, 1, 0), nil),
			want: []string{"Kompetensi sebelum dan sesudah, Pelatihan C (30 orang yang sama): 2,0 → 3,0, naik 1,0 [1,0–1,0]",
				"Kompetensi sebelum dan sesudah, Pelatihan A (24 orang yang sama): 2,0 → 3,0, naik 1,0 [1,0–1,0]",
				"Ada 2 perbandingan lain di buku kerja."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.language == "" {
				test.language = "id"
			}
			said := report.Text(test.figures, phrases(t, test.language), wib, report.Notice{})
			if want := strings.Join(test.want, "\n"); !strings.HasSuffix(said, "\n\n"+want) {
				t.Errorf("it ends\n%s\nwant\n%s", said, want)
			}
		})
	}
}

func TestBothKindsHaveALine(t *testing.T) {
	week := sampled{trainings: 4, units: 4, invited: 40, sent: 0.6, pairs: []int{20, 30, 40, 50}, observed: []int{9}}.draw(t)
	said := report.Text(week, phrases(t, "id"), wib, report.Notice{})
	if !strings.Contains(said, "Pelatihan 4 (50 orang yang sama)") || !strings.Contains(said, "(9 pegawai, skala 0–100)") ||
		!strings.Contains(said, "Ada 3 perbandingan lain") {
		t.Error(said)
	}
}

func TestPagesTellAllOfAComparison(t *testing.T) {
	f := sampled{trainings: 2, units: 2, invited: 40, sent: 0.1, pairs: []int{24, 7}}.draw(t)
	want := [][]string{{"(24 orang yang sama)", "g (Hedges): 0,90 [0,58–1,22].", "Uji Wilcoxon: p < 0,001 (V = 253; 22 orang nilainya berbeda)"},
		{"(7 orang yang sama)", "simpangan baku", "Uji Wilcoxon: p = 0,0", "Kurang dari 10 pasangan: hanya indikatif."}}
	for i, part := range report.Trainings(f, phrases(t, "id")) {
		said := report.Detail(f, part, phrases(t, "id"), wib)
		for _, want := range want[i] {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q:\n%s", part.Name, want, said)
			}
		}
	}
	for _, unit := range report.Units(f) {
		if said := report.Detail(f, unit, phrases(t, "id"), wib); strings.Contains(said, "orang yang sama") {
			t.Errorf("a unit's page tells of a training:\n%s", said)
		}
	}
}

func TestPairChart(t *testing.T) {
	up, down, same := by(12, 2, 0.8, 0.2), by(12, 3, -0.8, 0.2), []stats.Two{{First: 2, Second: 3}, {First: 3, Second: 2}, {First: 2, Second: 2}, {First: 3, Second: 3}, {First: 4, Second: 4}}
	higher, lower := by(12, 20, 30, 5), by(12, 60, -30, 5)
	tests := map[string]struct {
		figures     stats.Figures
		name, title string
		rows        int
	}{
		"one up":               {compared(stats.BeforeAfter, up), "sebelum-sesudah", "Kemampuan naik 0,9 poin: orang yang sama, sebelum dan sesudah", 1},
		"one down":             {compared(stats.BeforeAfter, down), "sebelum-sesudah", "Kemampuan turun 0,7 poin: orang yang sama, sebelum dan sesudah", 1},
		"one the same":         {compared(stats.BeforeAfter, same), "sebelum-sesudah", "Kemampuan orang yang sama belum jelas berubah", 1},
		"all up":               {compared(stats.BeforeAfter, up, up), "sebelum-sesudah", "Kemampuan naik di semua pelatihan yang dibandingkan", 2},
		"some up":              {compared(stats.BeforeAfter, up, same), "sebelum-sesudah", "Kemampuan naik di sebagian pelatihan yang dibandingkan", 2},
		"both ways":            {compared(stats.BeforeAfter, up, down), "sebelum-sesudah", "Kemampuan naik di sebagian pelatihan, turun di yang lain", 2},
		"some down":            {compared(stats.BeforeAfter, same, down), "sebelum-sesudah", "Kemampuan turun di sebagian pelatihan yang dibandingkan", 2},
		"all down":             {compared(stats.BeforeAfter, down, down), "sebelum-sesudah", "Kemampuan turun di semua pelatihan yang dibandingkan", 2},
		"withheld is no row":   {compared(stats.BeforeAfter, up, nil), "sebelum-sesudah", "Kemampuan naik 0,9 poin: orang yang sama, sebelum dan sesudah", 1},
		"four and the rest":    {compared(stats.BeforeAfter, up, up, up, up, up, up), "sebelum-sesudah", "Kemampuan naik di semua pelatihan yang dibandingkan", 5},
		"supervisors see more": {compared(stats.SelfSupervisor, higher), "diri-atasan", "Atasan menilai 33 poin lebih tinggi daripada pegawai sendiri", 1},
		"supervisors see less": {compared(stats.SelfSupervisor, lower, lower), "diri-atasan", "Atasan menilai lebih rendah daripada pegawai sendiri", 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			charts := report.Charts(test.figures, phrases(t, "id"), wib)
			if len(charts) != 1 || charts[0].Name != test.name || charts[0].Title != test.title || len(charts[0].Rows) != test.rows {
				t.Errorf("charts %+v", charts)
			}
		})
	}
	if charts := report.Charts(compared(stats.BeforeAfter, nil), phrases(t, "id"), wib); len(charts) > 0 {
		t.Errorf("of nothing: %+v", charts)
	}
}

// Summaries that were kept before there were comparisons are read as they are.
func TestFiguresWithoutComparisonsAreRead(t *testing.T) {
	var f stats.Figures
	if err := json.Unmarshal([]byte(`{"from":"2026-06-22T00:00:00+07:00","to":"2026-06-29T00:00:00+07:00","list":[]}`), &f); err != nil {
		t.Fatal(err)
	}
	if said := report.Text(f, phrases(t, "id"), wib, report.Notice{}); said != "Tidak ada putaran yang berjalan pada pekan 22–28 Juni 2026." {
		t.Error(said)
	}
	kept, err := json.Marshal(compared(stats.BeforeAfter, by(12, 2, 1, 0.2)))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(kept, &f); err != nil || len(f.Compared) != 1 || f.Compared[0].Pairs != nil {
		t.Errorf("read back: %+v, %v", f.Compared, err)
	}
	if strings.Contains(string(kept), "Pairs") || strings.Contains(string(kept), "First\"") {
		t.Errorf("scores are kept: %s", kept)
	}
}
