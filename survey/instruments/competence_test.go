package instruments_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// Of each dimension the scales are the same, so that there is one figure for it;
// and nothing is a pair within the form, since it pairs with the form itself.
func TestCompetenceAsks(t *testing.T) {
	form := form(t, "competence")
	want := []string{
		"ability_tasks scale competence", "ability_steps scale competence", "ability_quality scale competence",
		"ability_problems scale competence", "ability_improvement scale competence", "confidence scale confidence",
	}
	if got := listed(form); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if pairs := stats.PairedItems(form); pairs != nil {
		t.Errorf("pairs within the form: %v", pairs)
	}
	now, _ := reaction(t).Question("competence_now")
	for _, question := range form.Questions {
		if question.Dimension == survey.Competence && !cmp.Equal(question.Choices, now.Choices) {
			t.Errorf("%s has another scale than reaction has", question.Name)
		}
	}
}

// The same words are read before a training and after it: they speak of today, and
// never of what was learned or is still to come.
func TestCompetenceFitsBeforeAndAfter(t *testing.T) {
	form := form(t, "competence")
	texts := []string{form.Title["id"], form.Title["en"]}
	for _, question := range form.Questions {
		id, en := question.Label["id"], question.Label["en"]
		if !strings.HasPrefix(id, "Saat ini, ") || !strings.HasPrefix(en, "Today, ") || !question.Required {
			t.Errorf("%s: %q, %q, required: %t", question.Name, id, en, question.Required)
		}
		texts = append(texts, id, en, question.Hint["id"], question.Hint["en"])
	}
	for _, text := range texts {
		for _, word := range []string{"dilatihkan", "setelah", "sesudah", "sebelum", "telah", " akan ", "learn", "before", "after"} {
			if strings.Contains(strings.ToLower(text), word) {
				t.Errorf("%q says %q", text, word)
			}
		}
	}
}

func TestCompetenceIsSixTaps(t *testing.T) {
	for _, today := range []time.Time{lastDay.AddDate(0, 0, -5), dayNinety} {
		taps := []survey.Input{pick("1"), pick("2"), pick("3"), pick("4"), pick("5"), pick("3")}
		ended(t, walk(t, form(t, "competence").Begin(), today, taps...), today, 6)
	}
}
