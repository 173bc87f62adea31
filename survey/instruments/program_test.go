package instruments_test

import (
	"slices"
	"testing"

	"pascalatih/survey"
)

func TestProgramMeasures(t *testing.T) {
	want := []string{
		"useful_competence scale competence", "useful_performance scale performance", "useful_motivation scale motivation",
		"relevance scale application", "access scale support",
		"obstacles select_multiple obstacle", "obstacles_other short_text obstacle",
		"help select_multiple recommendation", "help_other short_text recommendation", "wish long_text recommendation",
	}
	form := form(t, "program")
	if got := listed(form); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if form.About != survey.AboutOffice {
		t.Errorf("it is about %q", form.About)
	}
	obstacles, _ := form.Question("obstacles")
	for _, name := range []string{"budget", "variety", "time"} {
		if _, there := obstacles.Choice(name); !there {
			t.Errorf("nobody can name %s as an obstacle", name)
		}
	}
}

func TestProgramWays(t *testing.T) {
	opinions := []survey.Input{pick("3"), pick("3"), pick("4"), pick("2"), pick("2")}
	other := []survey.Input{survey.Toggle{Choice: "other"}, survey.Next{}, survey.Write{Text: "Jarak"}, survey.Next{}}
	none := []survey.Input{survey.Toggle{Choice: "budget"}, survey.Toggle{Choice: "none"}, survey.Next{}}
	tests := map[string]struct {
		inputs  []survey.Input
		answers int
	}{
		"the shortest": {slices.Concat(opinions, none, none, []survey.Input{survey.Skip{}}), 7},
		"the longest":  {slices.Concat(opinions, other, other, []survey.Input{survey.Write{Text: "Analisis data"}, survey.Next{}}), 10},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ended(t, walk(t, form(t, "program").Begin(), dayNinety, test.inputs...), dayNinety, test.answers)
		})
	}
}
