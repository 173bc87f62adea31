package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
)

// moved gives figures whose satisfaction index moved by so much since the week
// before.
func moved(f stats.Figures, by float64) stats.Figures {
	for _, figure := range f.List {
		if figure.Measure == stats.IndexOf && !figure.Withheld {
			figure.Measure, figure.Value = stats.IndexMoved, &by
			f.List = append(f.List, figure)
		}
	}
	return f
}

func TestText(t *testing.T) {
	tests := map[string]struct {
		week     sampled
		change   func(stats.Figures) stats.Figures
		language string
		notice   report.Notice
		want     string
	}{
		"a quiet week is one sentence": {
			language: "id",
			want:     "Tidak ada putaran yang berjalan pada pekan 22–28 Juni 2026.",
		},
		"two trainings": {
			week:     sampled{trainings: 2, units: 2, invited: 30, sent: 0.8},
			language: "id",
			want: `Pekan 22–28 Juni 2026: 76% puas, kendala utama anggaran terbatas

Kesan setelah pelatihan, 2 putaran: 50 dari 60 mengirim (83%)
• Pelatihan 1: 23 dari 30 (77%), indeks 82,43 (B)
• Pelatihan 2: 27 dari 30 (90%), indeks 76,23 (C)
Kepuasan: 3,2 dari 4, 76% puas, indeks 79,08 mutu B (n = 50)
Kemampuan: 3,0 sebelum, 4,5 sesudah pelatihan (+1,5; n = 50)
Menulis rencana: 35 dari 50 (70%)
Kendala: anggaran terbatas 54%, waktu terbatas 30%, ragam pelatihan terbatas 16% (n = 50)
Yang membantu: dukungan anggaran 36%, kerja sama dengan swasta atau perguruan tinggi 30%, pelatihan yang lebih beragam 22% (n = 50)

Perlu tindakan:
• Pelatihan 1: 2 orang belum dapat dihubungi.`,
		},
		"one that fell, in English": {
			week:     sampled{trainings: 1, units: 2, invited: 30, sent: 0.8},
			change:   func(f stats.Figures) stats.Figures { return moved(f, -4.24) },
			language: "en",
			want: `Week 22–28 June 2026: 71% satisfied, main obstacle too little budget

Impressions of the training, Pelatihan 1: 23 of 30 sent (77%)
Satisfaction: 3.1 of 4, 71% satisfied, index 76.63 grade B (n = 23); index down 4.2 since last week
Ability: 3.0 before, 4.3 after the training (+1.2; n = 23)
Wrote a plan: 15 of 23 (65%)
Obstacles: too little budget 52%, too little time 30%, too little variety of training 30% (n = 23)
Would help: budget 43%, collaboration with private partners or universities 17%, more varied training 13% (n = 23)

Needs action:
• Pelatihan 1: 2 people cannot be reached.
• Pelatihan 1: satisfaction index fell by 4.2 points.`,
		},
		"everything withheld, late, and sent before": {
			week:     sampled{trainings: 1, units: 1, invited: 16, sent: 0.2},
			language: "id",
			notice:   report.Notice{Late: true, Repeated: true},
			want: `Pekan 22–28 Juni 2026: jawaban masih terlalu sedikit untuk ditampilkan
Ringkasan ini terlambat terkirim; isinya tetap tentang pekan 22–28 Juni 2026.
Ringkasan ini mungkin sudah Bapak/Ibu terima: pengiriman sebelumnya tidak dapat dipastikan.

Kesan setelah pelatihan, Pelatihan 1: 1 dari 16 mengirim (6%)
Hasil jawaban: disembunyikan (n < 5)

Perlu tindakan:
• Pelatihan 1: baru 6% yang mengirim.
• Pelatihan 1: 5 orang belum dapat dihubungi.`,
		},
		"rounds without new answers": {
			week:     sampled{trainings: 2, units: 1, invited: 3},
			language: "id",
			want: `Pekan 22–28 Juni 2026: belum ada jawaban baru

Kesan setelah pelatihan, 2 putaran: 0 dari 6 mengirim (0%)
• Pelatihan 1: 0 dari 3 (0%)
• Pelatihan 2: 0 dari 3 (0%)

Perlu tindakan:
• Pelatihan 1: baru 0% yang mengirim. Begitu juga 1 pelatihan lain.
• Pelatihan 1: 1 orang belum dapat dihubungi. Begitu juga 1 pelatihan lain.`,
		},
		"a round so far": {
			week:     sampled{trainings: 1, units: 1, invited: 6, sent: 0.2},
			change:   func(f stats.Figures) stats.Figures { f.Round = 1; return f },
			language: "id",
			want: `Sampai 29 Juni 2026 pukul 00.00 WIB: jawaban masih terlalu sedikit untuk ditampilkan

Kesan setelah pelatihan, Pelatihan 1: 1 dari 6 mengirim (17%)
Hasil jawaban: disembunyikan (n < 5)

Perlu tindakan:
• Pelatihan 1: baru 17% yang mengirim.
• Pelatihan 1: 1 orang belum dapat dihubungi.`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := test.week.draw(t)
			if test.change != nil {
				f = test.change(f)
			}
			got := report.Text(f, phrases(t, test.language), wib, test.notice)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// longNames are as long as titles and names of units come.
func longNames(i int) string {
	return fmt.Sprint(i, strings.Repeat(" Penyelenggaraan Pelatihan", 12))
}

// Whatever a week holds, its message stands below a picture, and so does each page
// behind it.
func TestEverythingFitsBelowAPicture(t *testing.T) {
	weeks := map[string]sampled{
		"of forty trainings": {trainings: 40, units: 40, invited: 60, sent: 0.5, checkins: true, weekAgo: true, titles: longNames, unitNames: longNames},
		"of a single one":    {trainings: 1, units: 3, invited: 30, sent: 0.9, checkins: true, titles: longNames, unitNames: longNames},
		"of few":             {trainings: 9, units: 2, invited: 14, sent: 0.5, checkins: true, titles: longNames, unitNames: longNames},
	}
	for name, week := range weeks {
		t.Run(name, func(t *testing.T) {
			f := week.draw(t)
			for _, language := range []string{"id", "en"} {
				say := phrases(t, language)
				said := report.Text(f, say, wib, report.Notice{Late: true, Repeated: true})
				if n := len(utf16.Encode([]rune(said))); n > report.LongestCaption {
					t.Errorf("the message has %d characters:\n%s", n, said)
				}
				if named := strings.Count(said, "%,") + strings.Count(said, "% ("); named < 3 {
					t.Errorf("only %d shares stand in\n%s", named, said)
				}
				for _, part := range append(report.Trainings(f, say), report.Units(f)...) {
					if said := report.Detail(f, part, say, wib); len(utf16.Encode([]rune(said))) > report.LongestCaption-160 {
						t.Errorf("the page of %s is too long:\n%s", part.Name, said)
					}
				}
			}
		})
	}
}

func TestDetail(t *testing.T) {
	f := sampled{trainings: 2, units: 3, invited: 30, sent: 0.8}.draw(t)
	say := phrases(t, "id")
	trainings, units := report.Trainings(f, say), report.Units(f)
	var names []string
	for _, part := range slices.Concat(trainings, units) {
		names = append(names, part.Name)
	}
	if diff := cmp.Diff([]string{"Pelatihan 1", "Pelatihan 2", "Unit Contoh 1", "Unit Contoh 2", "Unit Contoh 3"}, names); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if trainings[0].Form != "Kesan setelah pelatihan" || !trainings[1].Is(2) || trainings[1].Is(1) {
		t.Errorf("trainings %+v", trainings)
	}
	want := `23 dari 30 mengirim (77%; selang 95%: 59%–88%)
1 orang belum dapat dihubungi

Kepuasan: 3,3 dari 4, 83% puas, indeks 82,43 mutu B (n = 23)`
	if got := report.Detail(f, trainings[0], say, wib); !strings.HasPrefix(got, want) || !strings.Contains(got, "Rata-rata per pertanyaan:\n• Secara keseluruhan") {
		t.Errorf("the page of a training:\n%s", got)
	}
	few := sampled{trainings: 1, units: 5, invited: 20, sent: 0.9}.draw(t)
	got := report.Detail(few, report.Units(few)[0], say, wib)
	if !strings.Contains(got, "Hasil jawaban: disembunyikan (n < 5)") || !strings.Contains(got, "Agar tidak ada yang dikenali") {
		t.Errorf("the page of a unit with few:\n%s", got)
	}
}

// However many forms a week has, what is to be decided stands in its message, and
// so does what else is said below the picture.
func TestManyForms(t *testing.T) {
	f := sampled{trainings: 1, units: 1, invited: 30, sent: 0.2}.draw(t)
	first := f.Forms[0]
	for i := range 30 {
		form := first
		form.Key = fmt.Sprint("form", i)
		form.Scope = form.Key
		form.Title = survey.Text{"id": fmt.Sprint(i, strings.Repeat(" Formulir yang panjang", 20))}
		f.Forms = append(f.Forms, form)
		for _, figure := range f.List {
			if figure.Scope == first.Scope {
				figure.Scope = form.Scope
				f.List = append(f.List, figure)
			}
		}
	}
	const room = 90
	for _, language := range []string{"id", "en"} {
		said := report.Text(f, phrases(t, language), wib, report.Notice{Late: true, Repeated: true, Room: room})
		if n := len(utf16.Encode([]rune(said))); n > report.LongestCaption-room {
			t.Errorf("the message has %d characters:\n%s", n, said)
		}
		if want := map[string]string{"id": "formulir lain; lihat Rinci.\n\nPerlu tindakan:\n• Pelatihan 1", "en": "more forms; see Details.\n\nNeeds action:\n• Pelatihan 1"}[language]; !strings.Contains(said, want) {
			t.Errorf("it does not read %q but\n%s", want, said)
		}
	}
}

func TestDecisions(t *testing.T) {
	quarter := func(f stats.Figures, round int64, open bool) stats.Figures { // a rate of 25%
		for i := range f.Forms[0].Rounds {
			if f.Forms[0].Rounds[i].ID == round {
				f.Forms[0].Rounds[i].Open = open
			}
		}
		for i, figure := range f.List {
			if figure.Group == stats.RoundGroup(round) && figure.Measure == stats.Rate {
				rate := 0.25
				f.List[i].Value = &rate
			}
		}
		return f
	}
	type need struct {
		need  report.Need
		round int64
	}
	tests := map[string]struct {
		change func(stats.Figures) stats.Figures
		want   []need
	}{
		"where all is well":    {},
		"an open round of few": {change: func(f stats.Figures) stats.Figures { return quarter(f, 1, true) }, want: []need{{report.FewSent, 1}}},
		"a closed one":         {change: func(f stats.Figures) stats.Figures { return quarter(f, 1, false) }},
		"one that just opened": {change: func(f stats.Figures) stats.Figures {
			f.Forms[0].Rounds[0].Opened = f.To.AddDate(0, 0, -1)
			return quarter(f, 1, true)
		}},
		"one that fell":        {change: func(f stats.Figures) stats.Figures { return moved(f, -2.5) }, want: []need{{report.Fell, 1}, {report.Fell, 2}}},
		"one that fell little": {change: func(f stats.Figures) stats.Figures { return moved(f, -2.4) }},
		"one that rose":        {change: func(f stats.Figures) stats.Figures { return moved(f, 9) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := sampled{trainings: 2, units: 1, invited: 30, sent: 1}.draw(t)
			if test.change != nil {
				f = test.change(f)
			}
			var got []need
			for _, d := range report.Decisions(f) {
				got = append(got, need{d.Need, d.Round})
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(need{})); diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
		})
	}
}
