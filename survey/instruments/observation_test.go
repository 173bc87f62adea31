package instruments_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

func TestObservationMeasures(t *testing.T) {
	want := []string{
		"use scale application", "quality_now scale performance", "quality_before scale performance",
		"speed_now scale performance", "speed_before scale performance",
		"improvement_now scale application", "improvement_before scale application",
		"performance scale performance", "evidence long_text performance",
		"support_given select_multiple support", "support_given_other short_text support",
		"advice select_multiple recommendation", "advice_other short_text recommendation",
	}
	observation := form(t, "observation")
	if got := listed(observation); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := stats.PairedItems(observation); !slices.Equal(got, []string{"quality", "speed", "improvement"}) {
		t.Errorf("before and now: %v", got)
	}
}

// A supervisor who did not see something says so, of every behaviour, and needs
// not guess.
func TestWhatWasNotSeenIsAnAnswer(t *testing.T) {
	for _, question := range form(t, "observation").Questions {
		if question.Kind != survey.Scale {
			continue
		}
		last := question.Choices[len(question.Choices)-1]
		if !question.Required || len(question.Levels()) != 5 || last.Name != survey.Unobserved || last.Label["id"] != "Tidak teramati" {
			t.Errorf("%s is answered by %v", question.Name, question.Choices)
		}
	}
}

// What the person and the supervisor are both asked, they answer by the same
// levels.
func TestObservationComparesWithTheApplication(t *testing.T) {
	self := form(t, "application")
	var shared []string
	for _, question := range form(t, "observation").Questions {
		own, there := self.Question(question.Name)
		if !there || question.Kind != survey.Scale {
			continue
		}
		shared = append(shared, question.Name)
		if own.Dimension != question.Dimension || !cmp.Equal(own.Choices, question.Levels()) {
			t.Errorf("%s is asked otherwise of the person", question.Name)
		}
	}
	if !slices.Equal(shared, []string{"use", "performance"}) {
		t.Errorf("both are asked %v", shared)
	}
}

func TestObservationWays(t *testing.T) {
	var seen, unseen []survey.Input
	for range 8 {
		seen, unseen = append(seen, pick("4")), append(unseen, pick(survey.Unobserved))
	}
	write := func(words string) []survey.Input { return []survey.Input{survey.Write{Text: words}, survey.Next{}} }
	tick := func(choice string) []survey.Input {
		return []survey.Input{survey.Toggle{Choice: choice}, survey.Next{}}
	}
	skip := []survey.Input{survey.Skip{}}
	tests := map[string]struct {
		inputs  []survey.Input
		answers int
	}{
		"by somebody who saw all of it": {slices.Concat(seen, write("Laporan selesai sehari lebih cepat"), tick("guidance"), tick("mentor")), 11},
		"in thirteen taps":              {slices.Concat(seen, skip, tick("none"), tick("none")), 10},
		"by somebody who saw nothing":   {slices.Concat(unseen, skip, tick("none"), tick("coaching")), 10},
		"in other words": {slices.Concat(seen, skip, tick("other"), write("Menugaskan ke tim"),
			tick("other"), write("Magang")), 12},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ended(t, walk(t, form(t, "observation").Begin(), dayNinety, test.inputs...), dayNinety, test.answers)
		})
	}
}
