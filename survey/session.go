package survey

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrFinished says that the session was sent: it takes no more inputs.
var ErrFinished = errors.New("the session was sent")

// ErrNotAsked says that the input does not fit what is asked at the session's
// place: another kind of question, a choice or path that is not there, a way
// that does not lead from here. The session has not moved; people meet it only
// through old or forged buttons.
var ErrNotAsked = errors.New("not asked here")

// Rejection says that the input was understood and is not allowed. The session
// has not moved.
type Rejection struct {
	Hint Text   // for the respondent
	Path string // the question in the way
}

func (r *Rejection) Error() string {
	return fmt.Sprintf("rejected at %s: %s", r.Path, r.Hint.In("en"))
}

// Stage is where a session stands, roughly.
type Stage string

const (
	AtQuestion Stage = "question"
	InReview   Stage = "review"
	Sent       Stage = "sent"
)

// Place is where a session stands.
type Place struct {
	Stage Stage `json:"stage"`
	// Path of the present question, while AtQuestion.
	Path string `json:"path,omitempty"`
	// Changing is set while a question is changed from the review: what is asked
	// next leads back there.
	Changing bool `json:"changing,omitempty"`
}

// State is what is kept of a session between two inputs.
type State struct {
	// Answers by question path, in the form that Answer.Value describes. Those that
	// are not relevant at present are kept too, in case they become so again.
	Answers map[string]string `json:"answers,omitempty"`
	// Passed are the paths that the respondent has moved on from, answered or not,
	// in the form's order.
	Passed []string `json:"passed,omitempty"`
	Place  Place    `json:"place"`
	// Earlier are the answers in earlier forms that the session was given by Recall;
	// nil as long as it was not.
	Earlier map[Reference]Past `json:"earlier,omitzero"`
}

// Answer is the answer to one question.
type Answer struct {
	Path     string
	Question Question
	// Value is the name of the choice, the names of the choices in the form's order
	// separated by spaces, the number ("1.5"), the date ("2006-01-02") or the text.
	Value string
}

// Session is where a respondent stands in an instrument. It is a value: no
// method changes it.
type Session struct {
	instrument Instrument
	answers    map[string]string
	passed     map[string]bool
	place      Place
	earlier    map[Reference]Past // nil until Recall
}

// Begin gives a session that stands at the first question. The instrument is a
// valid one: read from a form or from JSON, or passed by Validate.
func (i Instrument) Begin() Session {
	return Session{
		instrument: i,
		place:      Place{Stage: AtQuestion, Path: i.Questions[0].Name},
	}
}

// Resume gives the session that State was taken from. A state that this
// instrument cannot have given (unknown paths, values or places) is an error.
func (i Instrument) Resume(state State) (Session, error) {
	s := Session{
		instrument: i,
		answers:    maps.Clone(state.Answers),
		passed:     make(map[string]bool, len(state.Passed)),
		place:      state.Place,
	}
	for _, path := range slices.Sorted(maps.Keys(state.Answers)) {
		question, known := i.Question(path)
		if !known {
			return Session{}, fmt.Errorf("resume: answer to unknown question %q", path)
		}
		if !question.canHold(state.Answers[path]) {
			return Session{}, fmt.Errorf("resume: impossible answer to question %q", path)
		}
	}
	for _, path := range state.Passed {
		if i.index(path) < 0 {
			return Session{}, fmt.Errorf("resume: unknown question %q passed", path)
		}
		s.passed[path] = true
	}
	if err := i.checkPlace(state.Place); err != nil {
		return Session{}, fmt.Errorf("resume: %w", err)
	}
	return s.resumeEarlier(state.Earlier)
}

// State is what must be kept to Resume the session.
func (s Session) State() State {
	state := State{Answers: maps.Clone(s.answers), Place: s.place, Earlier: maps.Clone(s.earlier)}
	for _, question := range s.instrument.Questions {
		if s.passed[question.Name] {
			state.Passed = append(state.Passed, question.Name)
		}
	}
	return state
}

// Instrument is what the session answers.
func (s Session) Instrument() Instrument { return s.instrument }

// Place is where the session stands.
func (s Session) Place() Place { return s.place }

// Current is the question that is asked; false in the review and once sent.
func (s Session) Current() (Question, bool) {
	if s.place.Stage != AtQuestion {
		return Question{}, false
	}
	return s.instrument.Question(s.place.Path)
}

// Value is what stands as the answer to a question, in the form that
// Answer.Value describes; "" if nothing does. Whether the question is relevant
// plays no part.
func (s Session) Value(path string) string { return s.answers[path] }

// Progress counts the questions that are relevant, without notes: the present
// one is the n-th of all. At a note n counts those before it; in the review and
// once sent n equals of.
func (s Session) Progress(today time.Time) (n, of int) {
	relevant := s.relevant(today)
	at := s.instrument.index(s.place.Path)
	for i, question := range s.instrument.Questions {
		if !relevant[i] || !question.Kind.Asks() {
			continue
		}
		of++
		if s.place.Stage != AtQuestion || i <= at {
			n++
		}
	}
	return n, of
}

// Left counts the relevant questions that the respondent has not moved on from yet,
// or that keep the form from being sent; notes are none.
func (s Session) Left(today time.Time) int {
	left := 0
	for _, question := range s.Relevant(today) {
		if question.Kind.Asks() && (!s.passed[question.Name] || s.check(question, today) != nil) {
			left++
		}
	}
	return left
}

// Complete reports whether the form could be sent: something is answered, every
// relevant required question is, and no relevant answer breaks its constraint.
// Whether it was sent plays no part.
func (s Session) Complete(today time.Time) bool {
	_, counting := s.walk(today)
	return len(counting) > 0 && s.inTheWay(today) == nil
}

// Answers are the relevant answers in the form's order. What is no longer
// relevant is left out.
func (s Session) Answers(today time.Time) []Answer {
	relevant := s.relevant(today)
	answers := make([]Answer, 0, len(s.answers))
	for i, question := range s.instrument.Questions {
		if value := s.answers[question.Name]; relevant[i] && value != "" {
			answers = append(answers, Answer{Path: question.Name, Question: question, Value: value})
		}
	}
	return answers
}

// Relevant are the questions that are asked as things stand, notes included, in
// the form's order.
func (s Session) Relevant(today time.Time) []Question {
	relevant := s.relevant(today)
	questions := make([]Question, 0, len(relevant))
	for i, question := range s.instrument.Questions {
		if relevant[i] {
			questions = append(questions, question)
		}
	}
	return questions
}

func (i Instrument) checkPlace(place Place) error {
	switch place.Stage {
	case AtQuestion:
		if i.index(place.Path) < 0 {
			return fmt.Errorf("place at unknown question %q", place.Path)
		}
	case InReview, Sent:
		if place.Path != "" || place.Changing {
			return fmt.Errorf("place %q with a question", place.Stage)
		}
	default:
		return fmt.Errorf("unknown place %q", place.Stage)
	}
	return nil
}
