package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

var wib = time.FixedZone("WIB", 7*60*60)

// week is the one of Monday, 29 June 2026, with these forms.
func week(forms ...stats.Form) stats.Figures {
	return stats.Figures{
		From:  time.Date(2026, time.June, 29, 0, 0, 0, 0, wib).UTC(),
		To:    time.Date(2026, time.July, 6, 0, 0, 0, 0, wib).UTC(),
		Forms: forms,
	}
}

func full() stats.Figures {
	f := week(stats.Form{
		Key:   "reaction",
		Title: survey.Text{"id": "Evaluasi reaksi", "en": "Reaction"},
		Rounds: []stats.RoundPart{
			{Training: "Pelayanan Publik Digital", Invited: 40, Sent: 36, SentNow: 30, Rate: 0.9,
				Satisfaction: stats.Measure{N: 30, Mean: 3.44, Share: 0.915}},
			{Training: "Pengelolaan Arsip", Invited: 20, Sent: 2, SentNow: 2, Rate: 0.1,
				Satisfaction: stats.Measure{Withheld: true}},
			{Training: "Bahasa Isyarat", Invited: 12},
		},
		Satisfaction: stats.Satisfaction{
			Measure: stats.Measure{N: 30, Mean: 3.44, Share: 0.915},
			Items: []stats.Item{
				{Label: survey.Text{"id": "Puas dengan materinya?", "en": "Satisfied with the material?"}, Measure: stats.Measure{N: 30, Mean: 3.7}},
				{Label: survey.Text{"id": "Puas dengan sarananya?", "en": "Satisfied with the rooms?"}, Measure: stats.Measure{N: 30, Mean: 2.86}},
			},
		},
		Obstacles: stats.Ranking{N: 30, Choices: []stats.Named{
			{Label: survey.Text{"id": "Anggaran terbatas", "en": "Too little budget"}, Count: 20, Share: 20.0 / 30},
			{Label: survey.Text{"id": "Waktu terbatas", "en": "Too little time"}, Count: 9, Share: 0.3},
			{Label: survey.Text{"id": "Sarana kerja kurang", "en": "Too few tools"}, Count: 9, Share: 0.3},
			{Label: survey.Text{"id": "Beban kerja tinggi", "en": "High workload"}, Count: 1, Share: 1.0 / 30},
		}},
		Help: stats.Ranking{N: 30},
	})
	f.Withheld = true
	return f
}

func TestText(t *testing.T) {
	tests := map[string]struct {
		figures  stats.Figures
		language string
		notice   report.Notice
		want     string
	}{
		"a quiet week is one sentence": {
			figures: week(), language: "id",
			want: "Pekan 29 Juni – 5 Juli 2026 tenang: tidak ada putaran yang berjalan.",
		},
		"a week in full": {
			figures: full(), language: "id",
			want: `Pekan 29 Juni – 5 Juli 2026: 92% puas, kendala utama: anggaran terbatas

Putaran pekan ini:
• Pelayanan Publik Digital: 36 dari 40 mengirim (90%), kepuasan 3,4
• Pengelolaan Arsip: 2 dari 20 mengirim (10%), kepuasan disembunyikan (di bawah 5 jawaban)
• Bahasa Isyarat: 0 dari 12 mengirim (0%)

Kepuasan: 3,4 dari 4; 92% puas (30 jawaban)
Nilai terendah, 2,9: “Puas dengan sarananya?”

Kendala yang paling sering disebut (30 jawaban):
1. Anggaran terbatas: 20 (67%)
2. Waktu terbatas: 9 (30%)
3. Sarana kerja kurang: 9 (30%)

Yang akan membantu: tidak ada yang disebut (30 jawaban)

Angka dari kurang dari 5 jawaban disembunyikan agar tidak ada yang dikenali.`,
		},
		"in English": {
			figures: full(), language: "en",
			want: `Week 29 June – 5 July 2026: 92% satisfied, main obstacle: too little budget

Rounds of this week:
• Pelayanan Publik Digital: 36 of 40 sent (90%), satisfaction 3.4
• Pengelolaan Arsip: 2 of 20 sent (10%), satisfaction withheld (under 5 answers)
• Bahasa Isyarat: 0 of 12 sent (0%)

Satisfaction: 3.4 of 4; 92% satisfied (30 answers)
Lowest, 2.9: “Satisfied with the rooms?”

Obstacles named most often (30 answers):
1. Too little budget: 20 (67%)
2. Too little time: 9 (30%)
3. Too few tools: 9 (30%)

What would help: nothing was named (30 answers)

Figures of fewer than 5 responses are withheld so that nobody can be recognised.`,
		},
		"open rounds without new answers": {
			figures:  week(stats.Form{Rounds: []stats.RoundPart{{Training: "Pengelolaan Arsip", Invited: 1234, Sent: 7, Rate: 7.0 / 1234}}}),
			language: "id",
			want: `Pekan 29 Juni – 5 Juli 2026: belum ada jawaban baru

Putaran pekan ini:
• Pengelolaan Arsip: 7 dari 1.234 mengirim (1%)`,
		},
		"a week of check-ins, which do not ask for satisfaction": {
			figures: week(stats.Form{
				Rounds:    []stats.RoundPart{{Training: "Pengelolaan Arsip", Invited: 20, Sent: 10, SentNow: 10, Rate: 0.5}},
				Obstacles: stats.Ranking{N: 10, Choices: []stats.Named{{Label: survey.Text{"id": "Waktu terbatas"}, Count: 5, Share: 0.5}}},
			}),
			language: "id",
			want: `Pekan 29 Juni – 5 Juli 2026: kendala utama: waktu terbatas

Putaran pekan ini:
• Pengelolaan Arsip: 10 dari 20 mengirim (50%)

Kendala yang paling sering disebut (10 jawaban):
1. Waktu terbatas: 5 (50%)`,
		},
		"everything withheld, late, and sent before": {
			figures: stats.Figures{From: full().From, To: full().To, Withheld: true, Forms: []stats.Form{{
				Rounds:       []stats.RoundPart{{Training: "Pengelolaan Arsip", Invited: 20, Sent: 4, SentNow: 4, Rate: 0.2, Satisfaction: stats.Measure{Withheld: true}}},
				Satisfaction: stats.Satisfaction{Measure: stats.Measure{Withheld: true}},
				Obstacles:    stats.Ranking{Withheld: true},
				Help:         stats.Ranking{Withheld: true},
			}}},
			language: "id",
			notice:   report.Notice{Late: true, Repeated: true},
			want: `Pekan 29 Juni – 5 Juli 2026: jawaban masih terlalu sedikit untuk ditampilkan
Ringkasan ini terlambat terkirim; isinya tetap tentang pekan 29 Juni – 5 Juli 2026.
Ringkasan ini mungkin sudah Bapak/Ibu terima: pengiriman sebelumnya tidak dapat dipastikan.

Putaran pekan ini:
• Pengelolaan Arsip: 4 dari 20 mengirim (20%), kepuasan disembunyikan (di bawah 5 jawaban)

Kepuasan: disembunyikan (di bawah 5 jawaban)

Kendala: disembunyikan (di bawah 5 jawaban)

Yang akan membantu: disembunyikan (di bawah 5 jawaban)

Angka dari kurang dari 5 jawaban disembunyikan agar tidak ada yang dikenali.`,
		},
	}
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := report.Text(test.figures, catalogue.In(test.language), wib, test.notice)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextFitsAMessage(t *testing.T) {
	catalogue, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := full()
	for i := range 40 {
		f.Forms[0].Rounds = append(f.Forms[0].Rounds, stats.RoundPart{Training: fmt.Sprint(i, strings.Repeat(" pelatihan", 30)), Invited: 100})
	}
	got := report.Text(f, catalogue.In("id"), wib, report.Notice{Late: true, Repeated: true})
	if n := utf8.RuneCountInString(got); n > 3500 {
		t.Errorf("%d characters", n)
	}
	if !strings.Contains(got, "• dan 31 putaran lain") {
		t.Errorf("the rest is not counted:\n%s", got)
	}
}
