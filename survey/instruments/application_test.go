package instruments_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
)

// dayNinety is when the application is asked, and what came of the plan.
var dayNinety = lastDay.AddDate(0, 0, 91)

// application is a session by somebody who wrote this plan in reaction, or none.
func application(t *testing.T, plan string) survey.Session {
	t.Helper()
	return planned(t, "application", plan)
}

func TestApplicationMeasures(t *testing.T) {
	want := []string{
		"use scale application", "plan_done scale application", "performance scale performance",
		"service_quality scale performance", "service_speed scale performance", "innovation scale application",
		"motivation scale motivation", "confidence scale confidence",
		"obstacles select_multiple obstacle", "obstacles_other short_text obstacle",
		"support_supervisor scale support", "support_colleagues scale support",
		"outcome long_text performance", "evidence select_multiple performance",
	}
	if got := listed(form(t, "application")); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// What the check-in has asked after a month is asked in the same words.
func TestApplicationComparesWithTheCheckin(t *testing.T) {
	first := form(t, "checkin")
	var shared int
	for _, question := range form(t, "application").Questions {
		before, there := first.Question(question.Name)
		if !there {
			continue
		}
		shared++
		if !cmp.Equal(question.Label, before.Label) || !cmp.Equal(question.Hint, before.Hint) || !cmp.Equal(question.Choices, before.Choices) {
			t.Errorf("%s differs from the check-in's", question.Name)
		}
	}
	if shared != 9 {
		t.Errorf("%d questions are asked twice", shared)
	}
}

func TestApplicationAsks(t *testing.T) {
	const common = "performance service_quality service_speed innovation motivation confidence obstacles support_supervisor support_colleagues"
	tests := map[string]struct {
		plan  string
		use   string
		asked string
	}{
		"with a plan":                    {"Memakai templat surat", "4", "use plan_done " + common + " outcome evidence"},
		"without one":                    {"", "2", "use " + common + " outcome evidence"},
		"with a plan and nothing used":   {"Memakai templat surat", "1", "use plan_done " + common},
		"without one, with nothing used": {"", "1", "use " + common},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := walk(t, application(t, test.plan), dayNinety, pick(test.use))
			if got := asked(s, dayNinety); got != test.asked {
				t.Errorf("asks %s, want %s", got, test.asked)
			}
		})
	}
}

func TestApplicationWays(t *testing.T) {
	tick := func(choices ...string) []survey.Input {
		var all []survey.Input
		for _, choice := range choices {
			all = append(all, survey.Toggle{Choice: choice})
		}
		return append(all, survey.Next{})
	}
	served := []survey.Input{pick("4"), pick("4"), pick("5")}
	unserved := []survey.Input{pick("3"), survey.Skip{}, survey.Skip{}}
	rest := []survey.Input{pick("3"), pick("4"), pick("4")}
	agree := []survey.Input{pick("3"), pick("2")}
	told := append([]survey.Input{survey.Write{Text: "Surat keluar dalam sehari"}, survey.Next{}}, tick("records", "served")...)
	tests := map[string]struct {
		inputs  []survey.Input
		answers int
	}{
		"by somebody who serves the public": {slices.Concat([]survey.Input{pick("4")}, served, rest, tick("none"), agree, told), 12},
		"by somebody who does not":          {slices.Concat([]survey.Input{pick("4")}, unserved, rest, tick("time"), agree, told), 10},
		"with another obstacle": {slices.Concat([]survey.Input{pick("4")}, served, rest, tick("time", "other"),
			[]survey.Input{survey.Write{Text: "Cuaca"}, survey.Next{}}, agree, told), 13},
		"without a result":  {slices.Concat([]survey.Input{pick("2")}, served, rest, tick("none"), agree, []survey.Input{survey.Skip{}}, tick("own", "none")), 11},
		"with nothing used": {slices.Concat([]survey.Input{pick("1")}, unserved, rest, tick("opportunity"), agree), 8},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ended(t, walk(t, application(t, ""), dayNinety, test.inputs...), dayNinety, test.answers)
		})
		t.Run(name+", with a plan", func(t *testing.T) {
			inputs := slices.Insert(slices.Clone(test.inputs), 1, pick("3"))
			ended(t, walk(t, application(t, "Memakai templat surat"), dayNinety, inputs...), dayNinety, test.answers+1)
		})
	}
}
