package survey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
)

var (
	planned  = survey.Reference{Instrument: "sample", Question: "plan"}
	hindered = survey.Reference{Instrument: "sample", Question: "obstacles"}
)

// followUp refers to the sample: it shows the plan, and asks about it where there
// is one.
func followUp() survey.Instrument {
	form := sample()
	form.Key = "follow-up"
	form.Questions = []survey.Question{
		{Name: "used", Kind: survey.YesNo, Label: both("Used?"), Choices: choices("yes", "no"), Required: true},
		{Name: "done", Kind: survey.YesNo, Label: both("Done?"), Hint: both("You wrote: “${ training/sample/plan }”"),
			Choices: choices("yes", "no"), Required: true, Relevant: condition("${training/sample/plan} != ''")},
		{Name: "instead", Kind: survey.ShortText, Label: both("What else?"), Relevant: condition("${training/sample/plan} = ''")},
		{Name: "time", Kind: survey.YesNo, Label: both("Time now?"), Choices: choices("yes", "no"),
			Relevant: condition("selected(${training/sample/obstacles}, 'time')")},
	}
	return form
}

// past is an answer to one of the sample's questions.
func past(t *testing.T, question, value string) survey.Past {
	t.Helper()
	asked, _ := sample().Question(question)
	answer, ok := survey.PastAnswer(asked, value)
	if !ok {
		t.Fatalf("%s cannot hold %q", question, value)
	}
	return answer
}

func names(questions []survey.Question) string {
	var all []string
	for _, question := range questions {
		all = append(all, question.Name)
	}
	return strings.Join(all, " ")
}

func TestEarlierAnswersDecideWhatIsAsked(t *testing.T) {
	tests := map[string]struct {
		earlier map[survey.Reference]survey.Past
		asked   string
	}{
		"nothing":           {nil, "used instead"},
		"a plan":            {map[survey.Reference]survey.Past{planned: past(t, "plan", "New letters")}, "used done"},
		"the obstacle":      {map[survey.Reference]survey.Past{hindered: past(t, "obstacles", "budget time")}, "used instead time"},
		"another obstacle":  {map[survey.Reference]survey.Past{hindered: past(t, "obstacles", "budget")}, "used instead"},
		"what is not asked": {map[survey.Reference]survey.Past{{Instrument: "sample", Question: "hours"}: past(t, "hours", "3")}, "used instead"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := followUp().Begin()
			if got := s.Awaits(); !cmp.Equal(got, []survey.Reference{planned, hindered}) {
				t.Errorf("awaits %v", got)
			}
			s = s.Recall(test.earlier)
			if got := names(s.Relevant(today)); got != test.asked {
				t.Errorf("asks %q, want %q", got, test.asked)
			}
		})
	}
}

// What a session was given once stays, through what is kept of it as well.
func TestEarlierAnswersStay(t *testing.T) {
	for name, given := range map[string]map[survey.Reference]survey.Past{
		"with a plan": {planned: past(t, "plan", "New letters")},
		"without one": nil,
	} {
		t.Run(name, func(t *testing.T) {
			s := followUp().Begin().Recall(given)
			kept, err := json.Marshal(through(t, s, choose("yes")).State())
			if err != nil {
				t.Fatal(err)
			}
			var state survey.State
			if err := json.Unmarshal(kept, &state); err != nil {
				t.Fatal(err)
			}
			resumed, err := followUp().Resume(state)
			if err != nil {
				t.Fatal(err)
			}
			if resumed.Awaits() != nil {
				t.Errorf("awaits %v again", resumed.Awaits())
			}
			other := map[survey.Reference]survey.Past{planned: past(t, "plan", "Quite another")}
			if diff := cmp.Diff(state, resumed.Recall(other).State()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if sample().Begin().Awaits() != nil || sample().Begin().Recall(nil).State().Earlier != nil {
		t.Error("a form without references recalls")
	}
}

func TestFill(t *testing.T) {
	show := func(p survey.Past) string { return "<" + p.Value + ">" }
	with := followUp().Begin().Recall(map[survey.Reference]survey.Past{planned: past(t, "plan", "${training/sample/plan}")})
	without := followUp().Begin().Recall(nil)
	tests := map[string]struct {
		session  survey.Session
		in, want string
	}{
		"nothing to fill in":            {with, "$5 {a}", "$5 {a}"},
		"the answer, and nothing of it": {with, "a ${training/sample/plan} b ${ training/sample/plan }", "a <${training/sample/plan}> b <${training/sample/plan}>"},
		"what was not answered":         {without, "a ${training/sample/plan}", "a –"},
		"another form's":                {with, "${training/other/plan}", "–"},
		"what is no reference":          {with, "${plan} ${", "${plan} ${"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.session.Fill(test.in, show); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPastAnswer(t *testing.T) {
	obstacles, _ := sample().Question("obstacles")
	answer, ok := survey.PastAnswer(obstacles, "budget time")
	if labels := answer.Question().Chosen(answer.Value); !ok || len(labels) != 2 || labels[1].Label["en"] != "time" {
		t.Errorf("got %+v", answer)
	}
	if _, ok := survey.PastAnswer(obstacles, "rain"); ok {
		t.Error("an answer that the question does not have")
	}
}

func TestResumeRefusesImpossibleEarlierAnswers(t *testing.T) {
	tests := map[string]string{
		"of a question not referred to": `{"training/sample/hours":{"kind":"integer","value":"3"}}`,
		"of no value":                   `{"training/sample/plan":{"kind":"long_text","value":""}}`,
		"of another choice":             `{"training/sample/obstacles":{"kind":"select_multiple","choices":[{"name":"time","label":{}}],"value":"rain"}}`,
		"under no reference":            `{"plan":{"kind":"long_text","value":"a"}}`,
	}
	for name, earlier := range tests {
		t.Run(name, func(t *testing.T) {
			var state survey.State
			err := json.Unmarshal([]byte(`{"place":{"stage":"review"},"earlier":`+earlier+`}`), &state)
			if err == nil {
				_, err = followUp().Resume(state)
			}
			if err == nil {
				t.Error("resumed")
			}
		})
	}
}

func TestCheckEarlier(t *testing.T) {
	tests := map[string]struct {
		change func(known *survey.Instrument, form *survey.Instrument)
		want   []string // question field language: reason
	}{
		"in order":                     {},
		"a form that is not published": {change: func(known, _ *survey.Instrument) { known.Key = "other" }},
		"a question that is gone": {
			change: func(known, _ *survey.Instrument) { known.Questions[8].Name = "intent" },
			want: []string{
				`done hint id: the form "sample" has no question "plan"`, `done hint en: the form "sample" has no question "plan"`,
				`done relevant : the form "sample" has no question "plan"`, `instead relevant : the form "sample" has no question "plan"`,
			},
		},
		"a question that is a note now": {
			change: func(known, _ *survey.Instrument) {
				known.Questions[4] = survey.Question{Name: "obstacles", Kind: survey.Note}
			},
			want: []string{`time relevant : "obstacles" is a note`},
		},
		"a choice that is gone": {
			change: func(known, _ *survey.Instrument) { known.Questions[4].Choices = choices("budget", "none") },
			want:   []string{`time relevant : question "obstacles" has no choice "time"`},
		},
		"its own question, which is not there": {
			change: func(_, form *survey.Instrument) { form.Key = "sample" },
			want: []string{`done hint id: the form`, `done hint en: the form`, `done relevant : the form`,
				`instead relevant : the form`, `time relevant : the form "sample" has no question "obstacles"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			known, form := sample(), followUp()
			if test.change != nil {
				test.change(&known, &form)
			}
			var problems survey.Problems
			err := form.CheckEarlier(map[string]survey.Instrument{known.Key: known})
			if err != nil && !errors.As(err, &problems) || len(problems) != len(test.want) {
				t.Fatalf("got %v", err)
			}
			for i, p := range problems {
				if got := p.Question + " " + p.Field + " " + p.Language + ": " + p.Reason["en"]; !strings.HasPrefix(got, test.want[i]) || p.Value == "" {
					t.Errorf("got %q, want %q", got, test.want[i])
				}
			}
		})
	}
}
