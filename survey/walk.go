package survey

import (
	"time"

	"pascalatih/survey/expression"
)

// relevant tells for each question whether it is asked.
func (s Session) relevant(today time.Time) []bool {
	relevant, _ := s.walk(today)
	return relevant
}

// walk tells for each question whether it is asked, and gives the answers that
// count. Questions refer to earlier ones only, so one pass decides; an answer that
// is not relevant counts as no answer for those that refer to it.
func (s Session) walk(today time.Time) (relevant []bool, counting map[string]string) {
	relevant = make([]bool, len(s.instrument.Questions))
	counting = make(map[string]string, len(s.answers))
	env := s.environment(counting, "", today)
	for i, question := range s.instrument.Questions {
		relevant[i] = question.Relevant.IsZero() || question.Relevant.Holds(env)
		if relevant[i] && s.answers[question.Name] != "" {
			counting[question.Name] = s.answers[question.Name]
		}
	}
	return relevant, counting
}

// allows reports whether the question's constraint holds for a value, given the
// other relevant answers.
func (s Session) allows(question Question, value string, today time.Time) bool {
	if question.Constraint.IsZero() || value == "" {
		return true
	}
	_, counting := s.walk(today)
	return question.Constraint.Holds(s.environment(counting, value, today))
}

func (s Session) environment(counting map[string]string, self string, today time.Time) expression.Environment {
	return expression.Environment{
		Answer: func(path string) string {
			if reference, ok := ParseReference(path); ok {
				return s.earlier[reference].Value
			}
			return counting[path]
		},
		Self:  self,
		Today: today,
	}
}

// check says what is wrong with the answer that stands at a question, if
// anything: it is required and missing, or its constraint does not hold.
func (s Session) check(question Question, today time.Time) *Rejection {
	value := s.answers[question.Name]
	switch {
	case value == "" && question.Required:
		return &Rejection{Hint: question.requiredHint(), Path: question.Name}
	case !s.allows(question, value, today):
		return &Rejection{Hint: question.constraintHint(), Path: question.Name}
	}
	return nil
}

// inTheWay is the first relevant question that keeps the form from being sent.
func (s Session) inTheWay(today time.Time) *Question {
	for _, question := range s.Relevant(today) {
		if s.check(question, today) != nil {
			return &question
		}
	}
	return nil
}

// following is the next relevant question after the present one.
func (s Session) following(today time.Time) (path string, found bool) {
	relevant := s.relevant(today)
	for i := s.instrument.index(s.place.Path) + 1; i < len(relevant); i++ {
		if relevant[i] {
			return s.instrument.Questions[i].Name, true
		}
	}
	return "", false
}

// preceding is the last relevant question before the present one.
func (s Session) preceding(today time.Time) (path string, found bool) {
	relevant := s.relevant(today)
	for i := s.instrument.index(s.place.Path) - 1; i >= 0; i-- {
		if relevant[i] {
			return s.instrument.Questions[i].Name, true
		}
	}
	return "", false
}

// firstOpen is the first relevant question that was not passed yet or is in the
// way.
func (s Session) firstOpen(today time.Time) (path string, found bool) {
	for _, question := range s.Relevant(today) {
		if !s.passed[question.Name] || s.check(question, today) != nil {
			return question.Name, true
		}
	}
	return "", false
}

// lastRelevant is the question before the review. There always is one, because
// the first question is always relevant.
func (s Session) lastRelevant(today time.Time) string {
	questions := s.Relevant(today)
	return questions[len(questions)-1].Name
}
