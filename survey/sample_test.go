package survey_test

import (
	"sync"
	"testing"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/expression"
)

// today is a Saturday evening in Jakarta, where UTC has the same date.
var today = time.Date(2026, 6, 20, 18, 30, 0, 0, time.FixedZone("WIB", 7*60*60))

// both is a text that reads the same in the sample's two languages.
func both(s string) survey.Text { return survey.Text{"id": s, "en": s} }

func choices(names ...string) []survey.Choice {
	var list []survey.Choice
	for _, name := range names {
		list = append(list, survey.Choice{Name: name, Label: both(name)})
	}
	return list
}

// parsed conditions, because properties ask for the same ones again and again.
var parsed sync.Map

func condition(source string) expression.Expression {
	if source == "" {
		return expression.Expression{}
	}
	if known, ok := parsed.Load(source); ok {
		return known.(expression.Expression)
	}
	e, err := expression.Parse(source)
	if err != nil {
		panic(err)
	}
	parsed.Store(source, e)
	return e
}

// sample has a question of every kind. Only attended, rating and obstacles are
// required.
func sample() survey.Instrument {
	return survey.Instrument{
		Key: "sample", Version: "1", Title: both("Sample"),
		DefaultLanguage: "id", Languages: []string{"id", "en"}, Privacy: survey.Confidential,
		Questions: []survey.Question{
			{Name: "welcome", Kind: survey.Note, Label: both("Welcome")},
			{Name: "attended", Kind: survey.YesNo, Label: both("Attended?"), Choices: choices("yes", "no"), Required: true},
			{Name: "rating", Kind: survey.Scale, Label: both("Rating?"), Choices: choices("1", "2", "3", "4"), Required: true,
				Relevant: condition("${attended} = 'yes'"), Dimension: survey.Satisfaction},
			{Name: "reason", Kind: survey.SelectOne, Label: both("Reason?"), Choices: choices("busy", "ill"),
				Relevant: condition("${attended} = 'no'"), RequiredMessage: both("Please."), Required: true},
			{Name: "obstacles", Kind: survey.SelectMultiple, Label: both("Obstacles?"), Required: true,
				Choices:    choices("budget", "time", "other", "none"),
				Constraint: condition("not(selected(., 'none') and count-selected(.) > 1)"), ConstraintMessage: both("None alone.")},
			{Name: "other", Kind: survey.ShortText, Label: both("Which other?"), Relevant: condition("selected(${obstacles}, 'other')")},
			{Name: "hours", Kind: survey.Integer, Label: both("Hours?"), Constraint: condition(". >= 0 and . <= 24"), ConstraintMessage: both("A day has 24.")},
			{Name: "share", Kind: survey.Decimal, Label: both("Share?")},
			{Name: "plan", Kind: survey.LongText, Label: both("Plan?"), Constraint: condition("string-length(.) >= 5"), ConstraintMessage: both("A bit more.")},
			{Name: "by", Kind: survey.Date, Label: both("By when?"), Relevant: condition("${plan} != ''"),
				Constraint: condition(". >= today()"), ConstraintMessage: both("Not in the past.")},
		},
	}
}

// only is an instrument that asks one question, and then an optional comment.
func only(question survey.Question) survey.Instrument {
	question.Name, question.Label = "asked", both("Asked?")
	i := sample()
	i.Questions = []survey.Question{question, {Name: "comment", Kind: survey.LongText, Label: both("Comment?")}}
	return i
}

// through applies inputs that must all be accepted.
func through(t testing.TB, s survey.Session, inputs ...survey.Input) survey.Session {
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

func choose(name string) survey.Input { return survey.Choose{Choice: name} }
func toggle(name string) survey.Input { return survey.Toggle{Choice: name} }
func write(text string) survey.Input  { return survey.Write{Text: text} }
func change(path string) survey.Input { return survey.Change{Path: path} }

var (
	next   = survey.Next{}
	back   = survey.Back{}
	skip   = survey.Skip{}
	review = survey.Review{}
	send   = survey.Send{}
	erase  = survey.Erase{}
)
