package instruments_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/expression"
	"pascalatih/survey/stats"
)

// Three minutes, at six seconds a tap and twenty for what is written, even if
// somebody were asked everything that a form has.
func TestEachFormIsShort(t *testing.T) {
	for _, instrument := range bundled(t) {
		var needed time.Duration
		for _, question := range instrument.Questions {
			needed += 6 * time.Second
			if question.Kind.IsText() {
				needed += 14 * time.Second
			}
		}
		if needed > 3*time.Minute {
			t.Errorf("%s takes %v", instrument.Key, needed)
		}
	}
}

// Where a phone cannot show a label on a button, a card numbers its choices: only
// the list of what helps needs that. A title's button has its number too.
func TestLabelsFitTheirButtons(t *testing.T) {
	const width = 28
	for _, instrument := range bundled(t) {
		if title := "1. " + instrument.Title["id"]; utf8.RuneCountInString(title) > width {
			t.Errorf("%s: %q is too long for a button", instrument.Key, title)
		}
		for _, question := range instrument.Questions {
			for _, choice := range question.Choices {
				if label := choice.Label["id"]; utf8.RuneCountInString(label) > width && question.Name != "help" {
					t.Errorf("%s: %s: %q is too long for a button", instrument.Key, question.Name, label)
				}
			}
		}
	}
}

// Scales have whole levels from 1 on, four or five of them, and what takes several
// choices has one for nothing at all, which excludes the others.
func TestEachScaleAndList(t *testing.T) {
	for _, instrument := range bundled(t) {
		for _, question := range instrument.Questions {
			var names []string
			levels := ""
			for _, choice := range question.Choices {
				names = append(names, choice.Name)
			}
			for _, level := range question.Levels() {
				levels += level.Name
			}
			if question.Kind == survey.Scale && levels != "1234" && levels != "12345" {
				t.Errorf("%s: %s has the levels %v", instrument.Key, question.Name, names)
			}
			if question.Kind != survey.SelectMultiple {
				continue
			}
			if names[len(names)-1] != stats.NoneNamed {
				t.Errorf("%s: %s ends with %v", instrument.Key, question.Name, names)
			}
			for answer, allowed := range map[string]bool{
				stats.NoneNamed: true, names[0] + " " + names[1]: true, names[0] + " " + stats.NoneNamed: false,
			} {
				if question.Constraint.Holds(expression.Environment{Self: answer}) != allowed {
					t.Errorf("%s: %s takes %q: %t", instrument.Key, question.Name, answer, !allowed)
				}
			}
		}
	}
}

// What several forms list as obstacles and as help has one name and one label, so
// that their figures compare.
func TestListsCompare(t *testing.T) {
	known := make(map[string]survey.Text)
	for _, instrument := range bundled(t) {
		for _, question := range instrument.Questions {
			for _, choice := range question.Choices {
				if question.Kind != survey.SelectMultiple {
					continue
				}
				name := question.Name + " " + choice.Name
				if before, there := known[name]; there && !cmp.Equal(before, choice.Label) {
					t.Errorf("%s: %s is %v, elsewhere %v", instrument.Key, name, choice.Label, before)
				}
				known[name] = choice.Label
			}
		}
	}
}

// asked are the names of what a session asks, as far as it is known.
func asked(s survey.Session, today time.Time) string {
	var names []string
	for _, question := range s.Relevant(today) {
		names = append(names, question.Name)
	}
	return strings.Join(names, " ")
}

// walk does what a person does, and gives where it leads.
func walk(t *testing.T, s survey.Session, today time.Time, inputs ...survey.Input) survey.Session {
	t.Helper()
	for _, in := range inputs {
		next, err := s.Apply(in, today)
		if err != nil {
			t.Fatalf("%#v at %+v: %v", in, s.Place(), err)
		}
		s = next
	}
	return s
}

// ended wants a session to be in its review with so many answers.
func ended(t *testing.T, s survey.Session, today time.Time, answers int) {
	t.Helper()
	if s.Place().Stage != survey.InReview || !s.Complete(today) {
		t.Errorf("at %+v, complete: %t", s.Place(), s.Complete(today))
	}
	if got := len(s.Answers(today)); got != answers {
		t.Errorf("%d answers, want %d", got, answers)
	}
}

// listed are the questions of a form as "name kind dimension".
func listed(form survey.Instrument) []string {
	var all []string
	for _, question := range form.Questions {
		all = append(all, question.Name+" "+string(question.Kind)+" "+string(question.Dimension))
	}
	return all
}
