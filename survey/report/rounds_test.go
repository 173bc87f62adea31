package report_test

import (
	"strings"
	"testing"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/report"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// recurring are the figures of a round about no training in which all of n people
// of 20 chose a level, and of whom five at least are counted.
func recurring(id int64, opened time.Time, n int, level string) stats.Figures {
	scale := []survey.Choice{{Name: "1"}, {Name: "2"}, {Name: "3"}, {Name: "4"}}
	form := survey.Instrument{Key: "program", Title: survey.Text{"id": "Pengembangan karier", "en": "Career development"}, Questions: []survey.Question{
		{Name: "useful_competence", Kind: survey.Scale, Choices: scale, Dimension: survey.Competence},
		{Name: "useful_motivation", Kind: survey.Scale, Choices: scale, Dimension: survey.Motivation},
	}}
	c := stats.Counts{
		Period:      stats.Period{From: opened, To: opened.AddDate(0, 0, 14), Round: id},
		Rounds:      []stats.Round{{ID: id, Instrument: 1, Opened: opened}},
		Standings:   []stats.Standing{{Round: id, Unit: 1, Invited: 20, Sent: n, SentNow: n}},
		UnitNames:   map[int64]string{1: "Dinas Contoh"},
		Instruments: map[int64]survey.Instrument{1: form},
	}
	if n >= stats.Least {
		c.Blocks = []stats.CountedBlock{{ID: id, Form: "program", Round: id, Unit: 1, Size: n}}
		c.Tallies = []stats.Tally{{Block: id, Question: "useful_competence", Value: level, Count: n}, {Block: id, Question: "useful_motivation", Value: "3", Count: n}}
	}
	return stats.Compute(c)
}

func TestARoundThatRecursInWords(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	september := time.Date(2026, time.September, 1, 9, 0, 0, 0, time.UTC)
	march := time.Date(2027, time.March, 1, 9, 0, 0, 0, time.UTC)
	compared := func(n, before int) stats.Figures {
		f := recurring(2, march, n, "4")
		f.CompareRounds(recurring(1, september, before, "3"))
		return f
	}
	tests := map[string]struct {
		figures stats.Figures
		id, en  string
		never   string
	}{
		"the first": {recurring(1, september, 10, "3"), "Pengembangan karier: 10 dari 20 mengirim (50%)\nRata-rata, dari 4: kompetensi 3,0, motivasi 3,0 (n = 10)",
			"Career development: 10 of 20 sent (50%)\nMeans, of 4: competence 3.0, motivation 3.0 (n = 10)", "kurung"},
		"the second": {compared(14, 10), "Rata-rata, dari 4: kompetensi 4,0 (+1,0), motivasi 3,0 (0,0) (n = 14)\nDalam kurung: perubahan dari putaran 1 September 2026, yang diisi 50%.",
			"Means, of 4: competence 4.0 (+1.0), motivation 3.0 (0.0) (n = 14)\nIn brackets: the change since the round of 1 September 2026, in which 50% sent.", ""},
		"after one of few": {compared(14, 4), "Rata-rata, dari 4: kompetensi 4,0, motivasi 3,0 (n = 14)\nPutaran sebelumnya, 1 September 2026, diisi 20%.",
			"Means, of 4: competence 4.0, motivation 3.0 (n = 14)\nThe round before, of 1 September 2026: 20% sent.", "kurung"},
		"of few": {compared(4, 10), "disembunyikan (n < 5)", "withheld (n < 5)", "kurung"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for language, want := range map[string]string{"id": test.id, "en": test.en} {
				said := report.Text(test.figures, texts.In(language), time.UTC, report.Notice{})
				if !strings.Contains(said, want) || test.never != "" && strings.Contains(said, test.never) {
					t.Errorf("in %s it reads\n%s", language, said)
				}
				for _, part := range report.Trainings(test.figures, texts.In(language)) {
					if detail := report.Detail(test.figures, part, texts.In(language), time.UTC); strings.Contains(detail, "kurung") != strings.Contains(said, "kurung") {
						t.Errorf("its details read\n%s", detail)
					}
				}
			}
		})
	}
}
