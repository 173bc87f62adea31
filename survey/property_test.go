package survey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

var bundledOnce = sync.OnceValues(instruments.All)

// anyInstrument draws a bundled form, the sample, or a form made up at random
// that can be published.
func anyInstrument(t *rapid.T) survey.Instrument {
	bundled, err := bundledOnce()
	if err != nil {
		t.Fatal(err)
	}
	known := append(bundled[:len(bundled):len(bundled)], sample())
	if at := rapid.IntRange(0, 2*len(known)).Draw(t, "instrument"); at < len(known) {
		return known[at]
	}
	return randomInstrument(t)
}

func randomInstrument(t *rapid.T) survey.Instrument {
	form := sample()
	form.Questions = nil
	asking := false
	for n := range rapid.IntRange(1, 8).Draw(t, "questions") {
		kind := rapid.SampledFrom([]survey.Kind{
			survey.Note, survey.YesNo, survey.SelectOne, survey.SelectMultiple, survey.Scale,
			survey.Integer, survey.Decimal, survey.ShortText, survey.LongText, survey.Date,
		}).Draw(t, "kind")
		question := survey.Question{Name: fmt.Sprintf("q%d", n), Kind: kind, Label: both("Question?")}
		question.Required = kind.Asks() && rapid.Bool().Draw(t, "required")
		question.Choices = choicesOf(kind)
		if n > 0 && asking {
			question.Relevant = condition(randomRelevant(t, form.Questions))
		}
		question.Constraint = condition(randomConstraint(t, kind))
		asking = asking || kind.Asks()
		form.Questions = append(form.Questions, question)
	}
	if !asking {
		form.Questions = append(form.Questions, survey.Question{Name: "last", Kind: survey.YesNo, Label: both("Done?"), Choices: choicesOf(survey.YesNo)})
	}
	if err := form.Validate(); err != nil {
		t.Fatal(err)
	}
	return form
}

func choicesOf(kind survey.Kind) []survey.Choice {
	switch kind {
	case survey.YesNo:
		return choices("yes", "no")
	case survey.Scale:
		return choices("1", "2", "3", "4")
	case survey.SelectOne, survey.SelectMultiple:
		return choices("a", "b", "c", "none")
	}
	return nil
}

func randomRelevant(t *rapid.T, earlier []survey.Question) string {
	earlier = slices.DeleteFunc(slices.Clone(earlier), func(q survey.Question) bool { return !q.Kind.Asks() })
	question := rapid.SampledFrom(earlier).Draw(t, "relevant to")
	templates := []string{"", "${q} != ''", "${q} = ''", "${q} > 2", "string-length(${q}) < 3",
		"${training/sample/plan} != '' or ${q} = ''"}
	if question.Kind.HasChoices() {
		first := question.Choices[0].Name
		templates = append(templates, "selected(${q}, '"+first+"')", "not(selected(${q}, '"+first+"'))")
	}
	template := rapid.SampledFrom(templates).Draw(t, "relevant")
	return strings.ReplaceAll(template, "${q}", "${"+question.Name+"}")
}

// randomConstraint is one that the answers of willing can satisfy.
func randomConstraint(t *rapid.T, kind survey.Kind) string {
	constraints := []string{""}
	switch kind {
	case survey.SelectMultiple:
		constraints = append(constraints, "not(selected(., 'none') and count-selected(.) > 1)", "count-selected(.) <= 2", "count-selected(.) >= 2",
			"if(selected(., 'none'), count-selected(.) = 1, count-selected(.) >= 2)")
	case survey.Integer, survey.Decimal:
		constraints = append(constraints, ". > 0 and . < 10")
	case survey.ShortText, survey.LongText:
		constraints = append(constraints, "string-length(.) >= 5")
	case survey.Date:
		constraints = append(constraints, ". >= today()")
	}
	return rapid.SampledFrom(constraints).Draw(t, "constraint")
}

// anyInput draws what a person, an old button or a forger may send.
func anyInput(t *rapid.T, s survey.Session) survey.Input {
	question := rapid.SampledFrom(s.Instrument().Questions).Draw(t, "question")
	if current, asked := s.Current(); asked && rapid.IntRange(0, 3).Draw(t, "fits") > 0 {
		question = current
	}
	choice := "maybe"
	if len(question.Choices) > 0 {
		choice = rapid.SampledFrom(question.Choices).Draw(t, "choice").Name
	}
	message := rapid.SampledFrom([]string{"", "3", "1,5", "27/6", "1/1/2020", "halo", "<b>_\x00", "yes", strings.Repeat("x", 450)}).Draw(t, "message")
	return rapid.SampledFrom([]survey.Input{
		choose(choice), choose(choice), toggle(choice), toggle(choice), write(message), write(message),
		erase, next, next, back, skip, review, change(question.Name), change("salary"), send,
	}).Draw(t, "input")
}

// wandering draws a session that some inputs led to, and checks after each that
// the session stands where it may.
func wandering(t *rapid.T, form survey.Instrument) survey.Session {
	s := form.Begin()
	if rapid.Bool().Draw(t, "planned") {
		s = s.Recall(map[survey.Reference]survey.Past{planned: {Kind: survey.LongText, Value: "Bekerja"}})
	}
	for range rapid.IntRange(0, 40).Draw(t, "inputs") {
		in := anyInput(t, s)
		after, err := s.Apply(in, today)
		var rejection *survey.Rejection
		switch {
		case errors.As(err, &rejection):
			if _, known := form.Question(rejection.Path); !known {
				t.Fatalf("%#v was rejected at unknown question %q", in, rejection.Path)
			}
		case err != nil && !errors.Is(err, survey.ErrNotAsked) && !errors.Is(err, survey.ErrFinished):
			t.Fatal(err)
		}
		if err != nil && !cmp.Equal(s.State(), after.State()) {
			t.Fatalf("%#v gave %v and moved the session", in, err)
		}
		s = after
		checkPlace(t, s)
	}
	return s
}

func checkPlace(t *rapid.T, s survey.Session) {
	if _, err := s.Instrument().Resume(s.State()); err != nil {
		t.Fatal(err)
	}
	if s.Place().Stage != survey.AtQuestion {
		return
	}
	current, asked := s.Current()
	relevant := slices.ContainsFunc(s.Relevant(today), func(q survey.Question) bool { return q.Name == current.Name })
	if !asked || !relevant {
		t.Fatalf("%q is asked and is not relevant", s.Place().Path)
	}
}

func TestNoInputReachesAnUnknownQuestionProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { wandering(t, anyInstrument(t)) })
}

func TestIrrelevantAnswersDoNotCountProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := anyInstrument(t)
		s := wandering(t, form)
		state := s.State()
		for _, question := range form.Questions {
			if !slices.ContainsFunc(s.Relevant(today), func(q survey.Question) bool { return q.Name == question.Name }) {
				delete(state.Answers, question.Name)
			}
		}
		without, err := form.Resume(state)
		if err != nil {
			t.Fatal(err)
		}
		if paths(s) != paths(without) || s.Complete(today) != without.Complete(today) {
			t.Fatalf("with irrelevant answers %q, without %q", paths(s), paths(without))
		}
		if len(s.Answers(today)) != len(without.State().Answers) {
			t.Fatal("an answer that is not relevant counts")
		}
	})
}

func paths(s survey.Session) string {
	var all []string
	for _, answer := range s.Answers(today) {
		all = append(all, answer.Path+"="+answer.Value)
	}
	return strings.Join(all, ";")
}

func TestBackAndForthChangesNothingProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Custom(func(t *rapid.T) survey.Session { return wandering(t, anyInstrument(t)) }).
			Filter(func(s survey.Session) bool { return s.Place().Stage == survey.AtQuestion && !s.Place().Changing }).
			Draw(t, "session")
		steps := 0
		there := s
		for range rapid.IntRange(1, 5).Draw(t, "back") {
			before, err := there.Apply(back, today)
			if err != nil {
				break // the first question
			}
			there = before
			steps++
		}
		for range steps {
			forth, err := there.Apply(next, today)
			if errors.As(err, new(*survey.Rejection)) {
				return // an answer was taken back or broken on the way
			}
			if err != nil {
				t.Fatal(err)
			}
			there = forth
		}
		if diff := cmp.Diff(s.State(), there.State()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSameInputsGiveTheSameProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := wandering(t, anyInstrument(t))
		in := anyInput(t, s)
		one, errOne := s.Apply(in, today)
		two, errTwo := s.Apply(in, today)
		if diff := cmp.Diff(one.State(), two.State()); diff != "" || fmt.Sprint(errOne) != fmt.Sprint(errTwo) {
			t.Fatal(diff, errOne, errTwo)
		}
	})
}

// Whatever a person did before, from there every way of answering ends with
// Send.
func TestEveryPathCanBeFinishedProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := anyInstrument(t)
		s := wandering(t, form)
		for range 20 * (len(form.Questions) + 1) {
			if s.Place().Stage == survey.Sent {
				return
			}
			s = willing(t, s)
		}
		t.Fatalf("still at %+v with %v", s.Place(), s.State().Answers)
	})
}

// willing does one thing that a person does who wants to finish and follows the
// hints.
func willing(t *rapid.T, s survey.Session) survey.Session {
	question, asked := s.Current()
	if !asked {
		sent, err := s.Apply(send, today)
		var rejection *survey.Rejection
		if errors.As(err, &rejection) {
			return accepted(t, s, change(rejection.Path))
		}
		if err != nil {
			t.Fatal(err)
		}
		return sent
	}
	switch kind := question.Kind; {
	case kind == survey.Note:
		return accepted(t, s, next)
	case kind.ChoosesOne():
		return accepted(t, s, choose(rapid.SampledFrom(question.Choices).Draw(t, "answer").Name))
	case kind == survey.Integer, kind == survey.Decimal:
		return accepted(t, s, write("3"))
	case kind == survey.Date:
		return accepted(t, s, write("27/6"))
	}
	s = accepted(t, s, erase)
	if question.Kind.IsText() {
		return accepted(t, accepted(t, s, write("Bekerja")), next)
	}
	for range 4 {
		ticked, err := s.Apply(toggle(rapid.SampledFrom(question.Choices).Draw(t, "tick").Name), today)
		if err != nil {
			continue
		}
		s = ticked
		if moved, err := s.Apply(next, today); err == nil {
			return moved
		}
	}
	return s
}

func accepted(t *rapid.T, s survey.Session, in survey.Input) survey.Session {
	after, err := s.Apply(in, today)
	if err != nil {
		t.Fatalf("%#v at %+v: %v", in, s.Place(), err)
	}
	return after
}
