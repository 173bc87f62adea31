package survey

import (
	"errors"
	"fmt"
	"strings"
)

// Past is an answer that was given in an earlier form, with what is needed to
// show it in any language: the wording is that of the form of that time.
type Past struct {
	Kind    Kind     `json:"kind"`
	Choices []Choice `json:"choices,omitempty"` // those that were chosen
	Value   string   `json:"value"`             // as Answer.Value
}

// PastAnswer is the answer to a question of an earlier form; false where the
// value cannot be one.
func PastAnswer(question Question, value string) (Past, bool) {
	if !question.canHold(value) {
		return Past{}, false
	}
	return Past{Kind: question.Kind, Choices: question.Chosen(value), Value: value}, true
}

// Question is as much of the question as showing the answer takes.
func (p Past) Question() Question { return Question{Kind: p.Kind, Choices: p.Choices} }

// Awaits are the questions of earlier forms whose answers the session still has
// to be given, by Recall; none where the form refers to none.
func (s Session) Awaits() []Reference {
	if s.earlier != nil {
		return nil
	}
	return s.instrument.Earlier()
}

// Recall gives the session what the person answered in earlier forms; what is
// missing was not answered. It does so for good: State keeps it, and a session
// that was given it before is given back as it is. What is asked must not change
// because another form is sent, or untied from the person, meanwhile.
func (s Session) Recall(earlier map[Reference]Past) Session {
	awaited := s.Awaits()
	if len(awaited) == 0 {
		return s
	}
	s.earlier = make(map[Reference]Past, len(earlier))
	for _, reference := range awaited {
		if past, answered := earlier[reference]; answered {
			s.earlier[reference] = past
		}
	}
	return s
}

// Fill puts the person's earlier answers, as show writes them, in the place of
// the references in a text: a question's label or hint, or a Rejection's hint. A
// dash stands for what was not answered.
func (s Session) Fill(text string, show func(Past) string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return embedded.ReplaceAllStringFunc(text, func(found string) string {
		path := strings.TrimSpace(strings.Trim(found, "${}"))
		reference, ok := ParseReference(path)
		if !ok {
			return found
		}
		if past, answered := s.earlier[reference]; answered {
			return show(past)
		}
		return "–"
	})
}

// resumeEarlier takes over what a state keeps of earlier answers.
func (s Session) resumeEarlier(kept map[Reference]Past) (Session, error) {
	if kept == nil {
		return s, nil
	}
	recalled := s.Recall(kept)
	if len(recalled.earlier) != len(kept) {
		return Session{}, errors.New("resume: an earlier answer that the form does not refer to")
	}
	for reference, past := range kept {
		if !past.Question().canHold(past.Value) {
			return Session{}, fmt.Errorf("resume: impossible earlier answer to %s", reference)
		}
	}
	return recalled, nil
}
