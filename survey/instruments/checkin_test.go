package instruments_test

import (
	"slices"
	"strings"
	"testing"

	"pascalatih/survey"
)

// dayThirty is when the check-in is asked.
var dayThirty = lastDay.AddDate(0, 0, 31)

// checkin is a session of the check-in by somebody who wrote this plan in
// reaction, or none.
func checkin(t *testing.T, plan string) survey.Session {
	t.Helper()
	return planned(t, "checkin", plan)
}

// planned is a session of a form by somebody who wrote this plan in reaction, or
// none.
func planned(t *testing.T, key, plan string) survey.Session {
	t.Helper()
	earlier := make(map[survey.Reference]survey.Past)
	if plan != "" {
		asked, _ := reaction(t).Question("plan")
		past, ok := survey.PastAnswer(asked, plan)
		if !ok {
			t.Fatalf("reaction takes no plan %q", plan)
		}
		earlier[survey.Reference{Instrument: "reaction", Question: "plan"}] = past
	}
	return form(t, key).Begin().Recall(earlier)
}

func pick(name string) survey.Input { return survey.Choose{Choice: name} }

func TestCheckinAsks(t *testing.T) {
	const common = "performance motivation confidence obstacles support_supervisor support_colleagues"
	tests := map[string]struct {
		plan  string
		use   string
		asked string
	}{
		"with a plan":                    {"Memakai templat surat", "4", "use plan_done " + common + " example"},
		"without one":                    {"", "4", "use change " + common + " example"},
		"with a plan and nothing used":   {"Memakai templat surat", "1", "use plan_done " + common},
		"without one, with nothing used": {"", "1", "use change " + common},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := checkin(t, test.plan).Apply(pick(test.use), dayThirty)
			if err != nil {
				t.Fatal(err)
			}
			var asked []string
			for _, question := range s.Relevant(dayThirty) {
				asked = append(asked, question.Name)
			}
			if got := strings.Join(asked, " "); got != test.asked {
				t.Errorf("asks %s, want %s", got, test.asked)
			}
		})
	}
}

func TestCheckinMeasures(t *testing.T) {
	measured := make(map[survey.Dimension]bool)
	for _, question := range form(t, "checkin").Questions {
		measured[question.Dimension] = true
	}
	for _, dimension := range []survey.Dimension{survey.Application, survey.Performance, survey.Motivation,
		survey.Confidence, survey.Obstacle, survey.Support} {
		if !measured[dimension] {
			t.Errorf("nothing measures %s", dimension)
		}
	}
	if privacy := form(t, "checkin").Privacy; privacy != survey.Confidential {
		t.Errorf("privacy is %s", privacy)
	}
}

// The plan stands on its question's card, in the language of the reader.
func TestCheckinShowsThePlan(t *testing.T) {
	s := checkin(t, "Memakai templat surat")
	question, _ := s.Instrument().Question("plan_done")
	show := func(p survey.Past) string { return p.Value }
	for language, want := range map[string]string{
		"id": "Rencana Bapak/Ibu setelah pelatihan: “Memakai templat surat”",
		"en": "Your plan after the training: “Memakai templat surat”",
	} {
		if got := s.Fill(question.Hint.In(language), show); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCheckinWays(t *testing.T) {
	begin := []survey.Input{pick("3"), pick("2"), pick("4"), pick("3"), pick("5")}
	agree := []survey.Input{pick("3"), pick("2")}
	tests := map[string]struct {
		inputs  []survey.Input
		answers int
		of      int
	}{
		"the shortest": {slices.Concat(begin, []survey.Input{survey.Toggle{Choice: "none"}, survey.Next{}}, agree, []survey.Input{survey.Skip{}}), 8, 9},
		"with another obstacle and an example": {slices.Concat(begin,
			[]survey.Input{survey.Toggle{Choice: "time"}, survey.Toggle{Choice: "other"}, survey.Next{}, survey.Write{Text: "Cuaca"}, survey.Next{}},
			agree, []survey.Input{survey.Write{Text: "Rapat kini lebih singkat"}, survey.Next{}}), 10, 10},
		"none clears and is cleared": {slices.Concat(begin,
			[]survey.Input{survey.Toggle{Choice: "time"}, survey.Toggle{Choice: "none"}, survey.Next{}, survey.Back{},
				survey.Toggle{Choice: "tools"}, survey.Next{}}, agree, []survey.Input{survey.Skip{}}), 8, 9},
	}
	for name, test := range tests {
		for _, plan := range []string{"", "Memakai templat surat"} {
			t.Run(name+" "+plan, func(t *testing.T) {
				s := checkin(t, plan)
				for _, in := range test.inputs {
					next, err := s.Apply(in, dayThirty)
					if err != nil {
						t.Fatalf("%#v at %+v: %v", in, s.Place(), err)
					}
					s = next
				}
				if n, of := s.Progress(dayThirty); n != test.of || of != test.of || !s.Complete(dayThirty) {
					t.Errorf("progress %d/%d, want %d, complete: %v", n, of, test.of, s.Complete(dayThirty))
				}
				if got := len(s.Answers(dayThirty)); got != test.answers {
					t.Errorf("%d answers, want %d", got, test.answers)
				}
			})
		}
	}
}
