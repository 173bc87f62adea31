package stats_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/expression"
	"pascalatih/survey/instruments"
	"pascalatih/survey/stats"
)

func asked(name string, d survey.Dimension, choices ...string) survey.Question {
	q := survey.Question{Name: name, Kind: survey.SelectOne, Dimension: d, Required: true}
	for _, choice := range choices {
		q.Choices = append(q.Choices, survey.Choice{Name: choice})
	}
	return q
}

func questionnaire(questions ...survey.Question) survey.Instrument {
	return survey.Instrument{Questions: questions}
}

func TestScorings(t *testing.T) {
	five, withUnseen := []string{"1", "2", "3", "4", "5"}, []string{"1", "2", "3", "unseen"}
	skipped, sometimes := asked("b", survey.Competence, five...), asked("c", survey.Competence, five...)
	skipped.Required = false
	sometimes.Relevant = relevant(t, "${a} != '1'")
	tests := map[string]struct {
		comparison    stats.Comparison
		first, second survey.Instrument
		want          []string // dimension, together, items and what the last answer is worth
	}{
		"the items that both have": {stats.BeforeAfter,
			questionnaire(asked("a", survey.Competence, five...), asked("only", survey.Competence, five...), asked("u", survey.Application, five...)),
			questionnaire(asked("a", survey.Competence, five...), asked("u", survey.Application, five...)),
			[]string{"competence true 1 1 1–5 a=5→5"}},
		"of another scale it is none": {stats.BeforeAfter, questionnaire(asked("a", survey.Competence, five...)), questionnaire(asked("a", survey.Competence, "1", "2")), nil},
		"what need not be answered is none": {stats.BeforeAfter, questionnaire(asked("a", survey.Competence, five...), skipped, sometimes),
			questionnaire(asked("a", survey.Competence, five...), skipped, sometimes), []string{"competence true 1 1 1–5 a=5→5"}},
		"by the names that both have, as it is now": {stats.SelfSupervisor,
			questionnaire(asked("use", survey.Application, five...), asked("more", survey.Application, five...)),
			questionnaire(asked("use_before", survey.Application, withUnseen...), asked("use_now", survey.Application, withUnseen...)),
			[]string{"application true 1 1 0–100 use=3→100"}},
		"by all, where there are none": {stats.SelfSupervisor,
			questionnaire(asked("a", survey.Performance, five...), asked("b", survey.Performance, five...)), questionnaire(asked("c", survey.Performance, withUnseen...)),
			[]string{"performance false 2 1 0–100 c=3→100"}},
		"what one does not ask": {stats.SelfSupervisor, questionnaire(asked("a", survey.Performance, five...)), questionnaire(), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range stats.Scorings(test.comparison, test.first, test.second) {
				last := s.Second[len(s.Second)-1]
				got = append(got, sprint(s, last))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBundledCompetenceIsCompared(t *testing.T) {
	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range bundled {
		if i.Key != "competence" {
			continue
		}
		if all := stats.Scorings(stats.BeforeAfter, i, i); len(all) != 1 || all[0].FirstItems != 5 || all[0].Least != 1 || all[0].Most != 5 || len(all[0].First) != 25 {
			t.Errorf("scorings %+v", all)
		}
	}
}

func relevant(t *testing.T, source string) expression.Expression {
	t.Helper()
	parsed, err := expression.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func sprint(s stats.Scoring, last stats.Worth) string {
	return fmt.Sprintf("%s %v %d %d %d–%d %s=%s→%v", s.Dimension, s.Together, s.FirstItems, s.SecondItems, s.Least, s.Most, last.Item, last.Value, last.Score)
}
