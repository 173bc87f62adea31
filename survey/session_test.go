package survey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
)

// toReview answers the sample in the shortest way that can be sent.
var toReview = []survey.Input{next, choose("no"), choose("ill"), toggle("time"), next, skip, skip, skip}

func at(path string) survey.Place {
	return survey.Place{Stage: survey.AtQuestion, Path: path}
}

func changing(path string) survey.Place {
	return survey.Place{Stage: survey.AtQuestion, Path: path, Changing: true}
}

var inReview = survey.Place{Stage: survey.InReview}

func TestMoving(t *testing.T) {
	tests := map[string]struct {
		given []survey.Input
		place survey.Place
	}{
		"a session begins at the first question":   {nil, at("welcome")},
		"a note has just Next":                     {[]survey.Input{next}, at("attended")},
		"one tap answers and moves on":             {[]survey.Input{next, choose("yes")}, at("rating")},
		"what is not relevant is not asked":        {[]survey.Input{next, choose("no")}, at("reason")},
		"a scale is one tap":                       {[]survey.Input{next, choose("yes"), choose("4")}, at("obstacles")},
		"ticks stay on the card":                   {[]survey.Input{next, choose("yes"), choose("4"), toggle("time"), toggle("other")}, at("obstacles")},
		"Next leaves the ticks":                    {[]survey.Input{next, choose("yes"), choose("4"), toggle("other"), next}, at("other")},
		"no tick, no follow-up":                    {[]survey.Input{next, choose("yes"), choose("4"), toggle("time"), next}, at("hours")},
		"a short text stays on the card":           {[]survey.Input{next, choose("yes"), choose("4"), toggle("other"), next, write("rain")}, at("other")},
		"a number moves on":                        {[]survey.Input{next, choose("no"), choose("ill"), toggle("time"), next, write("12")}, at("share")},
		"Skip leaves an optional question":         {[]survey.Input{next, choose("no"), choose("ill"), toggle("time"), next, skip}, at("share")},
		"Next does the same without an answer":     {[]survey.Input{next, choose("no"), choose("ill"), toggle("time"), next, next}, at("share")},
		"after the last question comes the review": {toReview, inReview},
		"a date moves on":                          {append(toReview[:7:7], write("a plan"), next, write("27/6")), inReview},
		"Back goes to the question before":         {[]survey.Input{next, choose("no"), back}, at("attended")},
		"Back passes what is not relevant":         {[]survey.Input{next, choose("no"), choose("ill"), back, back, choose("yes"), back}, at("attended")},
		"Next keeps an answer that stands":         {[]survey.Input{next, choose("no"), back, next}, at("reason")},
		"Back from the review is the last one":     {append(toReview[:8:8], back), at("plan")},
		"the review may come early":                {[]survey.Input{next, review}, inReview},
		"Back from it is what is open":             {[]survey.Input{next, review, back}, at("attended")},
		"a change returns to the review":           {append(toReview[:8:8], change("reason"), choose("busy")), inReview},
		"a change keeps what stands with Next":     {append(toReview[:8:8], change("hours"), next), inReview},
		"a change that Back takes back":            {append(toReview[:8:8], change("reason"), back), inReview},
		"a change asks what it makes relevant":     {append(toReview[:8:8], change("attended"), choose("yes")), changing("rating")},
		"and then returns to the review":           {append(toReview[:8:8], change("attended"), choose("yes"), choose("3")), inReview},
		"optional questions too":                   {append(toReview[:8:8], change("obstacles"), toggle("other"), next), changing("other")},
		"a change asks nothing twice":              {append(toReview[:8:8], change("hours"), write("3")), inReview},
		"an early change goes on with the rest":    {[]survey.Input{next, choose("yes"), choose("1"), review, change("rating"), choose("2")}, changing("obstacles")},
		"Send ends it":                             {append(toReview[:8:8], send), survey.Place{Stage: survey.Sent}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := through(t, sample().Begin(), test.given...)
			if diff := cmp.Diff(test.place, s.Place()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusing(t *testing.T) {
	tests := map[string]struct {
		given []survey.Input
		in    survey.Input
		err   error  // or a rejection with
		hint  string // this hint
		path  string // at this question
	}{
		"a forged choice":                        {given: []survey.Input{next}, in: choose("maybe"), err: survey.ErrNotAsked},
		"an old button of the question before":   {given: []survey.Input{next, choose("yes")}, in: choose("yes"), err: survey.ErrNotAsked},
		"a tick where one choice is asked":       {given: []survey.Input{next}, in: toggle("yes"), err: survey.ErrNotAsked},
		"a choice where ticks are asked":         {given: toReview[:3], in: choose("time"), err: survey.ErrNotAsked},
		"a forged tick":                          {given: toReview[:3], in: toggle("rain"), err: survey.ErrNotAsked},
		"Back at the first question":             {in: back, err: survey.ErrNotAsked},
		"skipping what is required":              {given: []survey.Input{next}, in: skip, err: survey.ErrNotAsked},
		"Send at a question":                     {in: send, err: survey.ErrNotAsked},
		"Change at a question":                   {given: []survey.Input{next}, in: change("hours"), err: survey.ErrNotAsked},
		"Change to what is unknown":              {given: toReview, in: change("salary"), err: survey.ErrNotAsked},
		"Change to what is not relevant":         {given: toReview, in: change("rating"), err: survey.ErrNotAsked},
		"Change to a note":                       {given: toReview, in: change("welcome"), err: survey.ErrNotAsked},
		"writing in the review":                  {given: toReview, in: write("hello"), err: survey.ErrNotAsked},
		"no input at all":                        {in: nil, err: survey.ErrNotAsked},
		"anything after Send":                    {given: append(toReview[:8:8], send), in: send, err: survey.ErrFinished},
		"text where a tap is wanted":             {given: []survey.Input{next}, in: write("ya"), hint: "tapping one of the buttons", path: "attended"},
		"text at a note":                         {in: write("halo"), hint: "nothing to type", path: "welcome"},
		"Next without a required answer":         {given: []survey.Input{next}, in: next, hint: "answer this question first", path: "attended"},
		"with a message of the form's own":       {given: []survey.Input{next, choose("no")}, in: next, hint: "Please.", path: "reason"},
		"Next without a required tick":           {given: toReview[:3], in: next, hint: "answer this question first", path: "obstacles"},
		"a number off its constraint":            {given: toReview[:5], in: write("25"), hint: "A day has 24.", path: "hours"},
		"a text that is too short yet":           {given: append(toReview[:7:7], write("abc")), in: next, hint: "A bit more.", path: "plan"},
		"a date in the past":                     {given: append(toReview[:7:7], write("abcde"), next), in: write("19/6/2026"), hint: "Not in the past.", path: "by"},
		"Send with a question open":              {given: []survey.Input{next, choose("yes"), review}, in: send, hint: "still needs your answer: Rating?", path: "rating"},
		"Send with a constraint that was passed": {given: append(toReview[:7:7], write("abc"), review), in: send, hint: "still needs your answer: Plan?", path: "plan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := through(t, sample().Begin(), test.given...)
			after, err := before.Apply(test.in, today)
			if diff := cmp.Diff(before.State(), after.State()); diff != "" {
				t.Error("the session moved", diff)
			}
			if test.err != nil {
				if !errors.Is(err, test.err) {
					t.Errorf("got %v, want %v", err, test.err)
				}
				return
			}
			var rejection *survey.Rejection
			if !errors.As(err, &rejection) {
				t.Fatalf("got %v, want a rejection", err)
			}
			if rejection.Path != test.path || !strings.Contains(rejection.Hint.In("en"), test.hint) || rejection.Hint["id"] == "" {
				t.Errorf("got %v, want %q at %s", rejection, test.hint, test.path)
			}
		})
	}
}

func TestAFormOfOptionalQuestionsIsNotSentEmpty(t *testing.T) {
	form := only(survey.Question{Kind: survey.Integer})
	s := through(t, form.Begin(), skip, skip)
	var rejection *survey.Rejection
	if _, err := s.Apply(send, today); !errors.As(err, &rejection) || rejection.Path != "asked" {
		t.Errorf("got %v, want a rejection at the first question", err)
	}
	if s.Complete(today) {
		t.Error("an empty form is complete")
	}
	s = through(t, s, change("asked"), write("3"), send)
	if s.Place().Stage != survey.Sent {
		t.Error("not sent")
	}
}

func TestTicking(t *testing.T) {
	none := "not(selected(., 'none') and count-selected(.) > 1)"
	tests := map[string]struct {
		constraint string
		taps       string
		value      string
		rejected   bool // the last tap
	}{
		"in the form's order, not that of the taps":   {"", "c a", "a c", false},
		"a second tap unticks":                        {"", "a b a", "b", false},
		"the last tick can go":                        {"", "a a", "", false},
		"none clears the others":                      {none, "a b none", "none", false},
		"another clears none":                         {none, "none b", "b", false},
		"two that exclude each other swap":            {"not(selected(., 'a') and selected(., 'b'))", "a c b", "b c", false},
		"at most one swaps":                           {"count-selected(.) <= 1", "a b", "b", false},
		"at most two rejects the third":               {"count-selected(.) <= 2", "a b c", "a b", true},
		"and takes it after another has gone":         {"count-selected(.) <= 2", "a b a c", "b c", false},
		"at least two lets begin":                     {"count-selected(.) >= 2", "a", "a", false},
		"at least two lets go below":                  {"count-selected(.) >= 2", "a b a", "b", false},
		"at least two, or none":                       {"if(selected(., 'none'), count-selected(.) = 1, count-selected(.) >= 2)", "a b none", "none", false},
		"and back from none":                          {"if(selected(., 'none'), count-selected(.) = 1, count-selected(.) >= 2)", "none c", "c", false},
		"none and at most two":                        {"count-selected(.) <= if(selected(., 'none'), 1, 2)", "a b none", "none", false},
		"none and at most two still rejects a third":  {"count-selected(.) <= if(selected(., 'none'), 1, 2)", "a b c", "a b", true},
		"a choice that is never allowed can be tried": {"not(selected(., 'a'))", "a", "a", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			question := survey.Question{Kind: survey.SelectMultiple, Choices: choices("a", "b", "c", "none")}
			if test.constraint != "" {
				question.Constraint = condition(test.constraint)
			}
			s := only(question).Begin()
			var err error
			for _, tap := range strings.Fields(test.taps) {
				s, err = s.Apply(toggle(tap), today)
			}
			if got := s.Value("asked"); got != test.value {
				t.Errorf("got %q, want %q", got, test.value)
			}
			if rejected := errors.As(err, new(*survey.Rejection)); rejected != test.rejected {
				t.Errorf("the last tap gave %v", err)
			}
		})
	}
}

func TestAnswersThatCount(t *testing.T) {
	full := []survey.Input{
		next, choose("yes"), choose("4"), toggle("time"), toggle("other"), next, write("Rain"), next,
		write("12"), write("1,50"), write("Read"), write("Write"), next, write("1 Juli"),
	}
	tests := map[string]struct {
		given []survey.Input
		want  string
	}{
		"none yet": {nil, ""},
		"all":      {full, "attended=yes rating=4 obstacles=time other other=Rain hours=12 share=1.5 plan=Read\nWrite by=2026-07-01"},
		"without what a change made irrelevant": {
			append(full[:14:14], change("attended"), choose("no"), choose("busy")),
			"attended=no reason=busy obstacles=time other other=Rain hours=12 share=1.5 plan=Read\nWrite by=2026-07-01",
		},
		"which comes back with what it depends on": {
			append(full[:14:14], change("attended"), choose("no"), choose("busy"), change("attended"), choose("yes")),
			"attended=yes rating=4 obstacles=time other other=Rain hours=12 share=1.5 plan=Read\nWrite by=2026-07-01",
		},
		"without what was erased": {
			append(full[:14:14], change("plan"), erase, next),
			"attended=yes rating=4 obstacles=time other other=Rain hours=12 share=1.5",
		},
		"without what was skipped afterwards": {
			append(full[:14:14], change("hours"), skip),
			"attended=yes rating=4 obstacles=time other other=Rain share=1.5 plan=Read\nWrite by=2026-07-01",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := through(t, sample().Begin(), test.given...)
			var got []string
			for _, answer := range s.Answers(today) {
				if answer.Path != answer.Question.Name {
					t.Errorf("path %q of question %q", answer.Path, answer.Question.Name)
				}
				got = append(got, answer.Path+"="+answer.Value)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got  %q\nwant %q", strings.Join(got, " "), test.want)
			}
		})
	}
}

func TestCompleteAndProgress(t *testing.T) {
	tests := map[string]struct {
		given    []survey.Input
		n, of    int
		complete bool
	}{
		"at the welcome":                         {nil, 0, 5, false},
		"at the first question":                  {[]survey.Input{next}, 1, 5, false},
		"an answer makes more relevant":          {[]survey.Input{next, choose("yes")}, 2, 6, false},
		"all that is required, on the last card": {toReview[:7], 6, 6, true},
		"in the review":                          {toReview, 6, 6, true},
		"in a change":                            {append(toReview[:8:8], change("attended")), 1, 6, true},
		"a change that opens a question":         {append(toReview[:8:8], change("attended"), choose("yes")), 2, 6, false},
		"a required answer erased":               {append(toReview[:8:8], change("obstacles"), erase), 3, 6, false},
		"an answer that breaks its constraint":   {append(toReview[:7:7], write("abc")), 6, 7, false},
		"sent":                                   {append(toReview[:8:8], send), 6, 6, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := through(t, sample().Begin(), test.given...)
			if n, of := s.Progress(today); n != test.n || of != test.of {
				t.Errorf("progress %d/%d, want %d/%d", n, of, test.n, test.of)
			}
			if s.Complete(today) != test.complete {
				t.Errorf("complete: %v", s.Complete(today))
			}
		})
	}
}

func TestAConstraintDependsOnTheDay(t *testing.T) {
	s := through(t, sample().Begin(), append(toReview[:7:7], write("a plan"), next, write("21/6"))...)
	if !s.Complete(today) {
		t.Fatal("not complete")
	}
	later := today.AddDate(0, 0, 2)
	if s.Complete(later) {
		t.Error("a date that has passed still counts")
	}
	var rejection *survey.Rejection
	if _, err := s.Apply(send, later); !errors.As(err, &rejection) || rejection.Path != "by" {
		t.Errorf("got %v, want a rejection at the date", err)
	}
}

func TestResume(t *testing.T) {
	given := append(toReview[:8:8], change("obstacles"), toggle("other"))
	for n := range given {
		s := through(t, sample().Begin(), given[:n]...)
		kept, err := json.Marshal(s.State())
		if err != nil {
			t.Fatal(err)
		}
		var state survey.State
		if err := json.Unmarshal(kept, &state); err != nil {
			t.Fatal(err)
		}
		resumed, err := sample().Resume(state)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.State(), resumed.State()); diff != "" {
			t.Errorf("after %d inputs: %s", n, diff)
		}
		through(t, resumed, given[n:]...)
	}
}

func TestResumeRefusesWhatCannotBe(t *testing.T) {
	tests := map[string]string{
		"nothing at all":              `{}`,
		"an unknown place":            `{"place":{"stage":"lost"}}`,
		"a place at no question":      `{"place":{"stage":"question","path":"salary"}}`,
		"a review with a path":        `{"place":{"stage":"review","path":"rating"}}`,
		"an answer to no question":    `{"answers":{"salary":"1"},"place":{"stage":"review"}}`,
		"an answer to a note":         `{"answers":{"welcome":"1"},"place":{"stage":"review"}}`,
		"a choice that is not there":  `{"answers":{"rating":"5"},"place":{"stage":"review"}}`,
		"an empty answer":             `{"answers":{"obstacles":""},"place":{"stage":"review"}}`,
		"ticks out of order":          `{"answers":{"obstacles":"time budget"},"place":{"stage":"review"}}`,
		"a tick twice":                `{"answers":{"obstacles":"time time"},"place":{"stage":"review"}}`,
		"a number in words":           `{"answers":{"hours":"two"},"place":{"stage":"review"}}`,
		"a number in another form":    `{"answers":{"share":"1,5"},"place":{"stage":"review"}}`,
		"a date in another form":      `{"answers":{"by":"27/6/2026"},"place":{"stage":"review"}}`,
		"a text with NUL":             `{"answers":{"plan":"a\u0000b"},"place":{"stage":"review"}}`,
		"passing what is not there":   `{"passed":["salary"],"place":{"stage":"review"}}`,
		"a repeat that is not served": `{"answers":{"group[2]/rating":"4"},"place":{"stage":"review"}}`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			var state survey.State
			if err := json.Unmarshal([]byte(content), &state); err != nil {
				t.Fatal(err)
			}
			if s, err := sample().Resume(state); err == nil {
				t.Errorf("resumed at %+v", s.Place())
			}
		})
	}
}

func TestASessionIsAValue(t *testing.T) {
	before := through(t, sample().Begin(), toReview[:4]...)
	kept := before.State()
	through(t, before, toggle("budget"), toggle("other"), next, write("x"), next)
	through(t, before, erase, toggle("none"), next)
	if diff := cmp.Diff(kept, before.State()); diff != "" {
		t.Error(diff)
	}
	kept.Answers["rating"] = "1"
	if before.Value("rating") != "" {
		t.Error("a state shares the session's answers")
	}
}

func TestLeft(t *testing.T) {
	form := survey.Instrument{
		Key: "sisa", Version: "1", Title: survey.Text{"id": "Sisa"}, DefaultLanguage: "id", Languages: []string{"id"},
		Privacy: survey.Confidential,
		Questions: []survey.Question{
			{Name: "puas", Kind: survey.YesNo, Required: true, Label: survey.Text{"id": "Puas?"},
				Choices: []survey.Choice{{Name: "yes", Label: survey.Text{"id": "Ya"}}, {Name: "no", Label: survey.Text{"id": "Tidak"}}}},
			{Name: "catatan", Kind: survey.Note, Label: survey.Text{"id": "Catatan"}},
			{Name: "rencana", Kind: survey.LongText, Label: survey.Text{"id": "Rencana?"}},
			{Name: "jam", Kind: survey.Integer, Required: true, Label: survey.Text{"id": "Jam?"}},
		},
	}
	session := form.Begin()
	for _, step := range []struct {
		input survey.Input
		left  int
	}{
		{nil, 3},
		{survey.Choose{Choice: "yes"}, 2},
		{survey.Next{}, 2}, // past the note
		{survey.Skip{}, 1},
		{survey.Write{Text: "4"}, 0},
		{survey.Change{Path: "puas"}, 0},
	} {
		if step.input != nil {
			var err error
			if session, err = session.Apply(step.input, today); err != nil {
				t.Fatal(err)
			}
		}
		if got := session.Left(today); got != step.left {
			t.Errorf("after %#v %d questions are left, want %d", step.input, got, step.left)
		}
	}
}
